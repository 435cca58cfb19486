"""Gather what every sleep did in each layer of its networks."""

from _job import job

import pandas as pd

from sleep_robustness.analyses.traces import history_rows
from sleep_robustness.files import atomic

runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.runs))
with atomic(job.output.table) as temporary:
    history_rows(runs, pd.read_csv).to_csv(temporary, index=False)
