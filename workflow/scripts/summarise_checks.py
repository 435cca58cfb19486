"""Check every attack on one data set: whether it, and not the network, is at fault."""

from _job import job

import pandas as pd

from sleep_robustness.diagnostics import check_rows
from sleep_robustness.files import atomic
from sleep_robustness.metrics import kept

runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.runs))
with atomic(job.output.table) as temporary:
    check_rows(runs, kept).to_csv(temporary, index=False)
