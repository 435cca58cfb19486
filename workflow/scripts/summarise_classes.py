"""Gather one attack on one data set class by class: every network and variant."""

from _job import job

import numpy as np
import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.metrics import class_rows

runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.runs))
with atomic(job.output.table) as temporary:
    class_rows(runs, lambda path: dict(np.load(path))).to_csv(temporary, index=False)
