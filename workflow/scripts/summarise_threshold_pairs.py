"""Gather how much better each network is than each other under the Boundary Attack, within a threshold alone."""

from _job import job

import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.metrics import kept, threshold_pair_rows

runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.runs))
with atomic(job.output.table) as temporary:
    threshold_pair_rows(runs, kept).to_csv(temporary, index=False)
