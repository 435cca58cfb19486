"""Gather one attack on one data set into a tidy table: every network, variant and seed."""

from _job import job

import numpy as np
import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.metrics import summarise

runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.runs))
with atomic(job.output.table) as temporary:
    summarise(runs, lambda path: dict(np.load(path))).to_csv(temporary, index=False)
