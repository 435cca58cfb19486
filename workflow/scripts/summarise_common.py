"""Gather one attack on one data set into scores over the examples that every network a reading compares gets right."""

from _job import job

import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.metrics import common_rows, kept

runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.runs))
with atomic(job.output.table) as temporary:
    common_rows(runs, kept).to_csv(temporary, index=False)
