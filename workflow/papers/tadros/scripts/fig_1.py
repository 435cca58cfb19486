"""Figure 1: accuracy under FGSM against ε."""

from _job import job

from functools import partial

import pandas as pd

from sleep_robustness.papers.tadros.plots.fig_1 import fig_1
from sleep_robustness.plots.style import save
from sleep_robustness.tables.curves import accuracy_curves

summary = pd.concat(map(pd.read_csv, job.input.fgsm), ignore_index=True)
table = accuracy_curves(summary, pd.read_csv(job.input.original), job.params.readings, "attacks", ["fgsm"])
save(partial(fig_1, not_run=job.params.not_run), table, **job.output)
