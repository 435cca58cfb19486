"""Gather one attack on one data set class by class: every network and variant."""

from _job import job

import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.metrics import class_rows, kept

runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.runs))
with atomic(job.output.table) as temporary:
    class_rows(runs, kept).to_csv(temporary, index=False)
