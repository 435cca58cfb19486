"""Gather one attack on one data set into a tidy table: every network, variant and seed."""

from _job import job

import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.metrics import kept, summarise

runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.runs))
with atomic(job.output.table) as temporary:
    summarise(runs, kept).to_csv(temporary, index=False)
