"""Gather how the correlations of each network's hidden activity differ from its control's."""

from _job import job

import numpy as np
import pandas as pd

from sleep_robustness.analyses.correlations import change_rows
from sleep_robustness.files import atomic

runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.networks), control_path=list(job.input.controls))
with atomic(job.output.table) as temporary:
    change_rows(runs, lambda path: dict(np.load(path))).to_csv(temporary, index=False)
