"""Compare what networks withstand under PGD three ways, image by image."""

from _job import job

from sleep_robustness.batches import located, read
from sleep_robustness.files import atomic
from sleep_robustness.papers.deepsleep.gap import gap_rows

runs = located(job.params.runs, job.input.runs)
with atomic(job.output.table) as temporary:
    gap_rows(runs, read).to_csv(temporary, index=False)
