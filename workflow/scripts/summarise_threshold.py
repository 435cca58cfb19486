"""Gather the Boundary Attack on one data set, counting as found only what lies within a threshold."""

from _job import job

import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.metrics import kept, threshold_rows

runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.runs))
with atomic(job.output.table) as temporary:
    threshold_rows(runs, kept).to_csv(temporary, index=False)
