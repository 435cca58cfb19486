"""Gather what the neurons specific to a digit do before and after each sleep."""

from _job import job

import numpy as np
import pandas as pd

from sleep_robustness.analyses.neurons import response_rows
from sleep_robustness.files import atomic

runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.runs))
with atomic(job.output.table) as temporary:
    response_rows(runs, lambda path: dict(np.load(path))).to_csv(temporary, index=False)
