"""Compare what networks withstand under PGD three ways, and find what the worst of all attacks leaves, image by image."""

from _job import job

import pandas as pd

from sleep_robustness.batches import located, read
from sleep_robustness.files import atomic
from sleep_robustness.papers.deepsleep.gap import gap_rows, worst_rows

gaps = gap_rows(located(job.params.runs, job.input.runs), read)
worst = worst_rows(located(job.params.worst, job.input.worst), read, job.params.control)
with atomic(job.output.table) as temporary:
    pd.concat([gaps, worst]).to_csv(temporary, index=False)
