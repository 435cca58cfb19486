"""Gather how much better each network of a reading is than each other, under one attack on one data set."""

from _job import job

import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.metrics import kept, pair_rows

runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.runs))
with atomic(job.output.table) as temporary:
    pair_rows(runs, kept).to_csv(temporary, index=False)
