"""Figure 1: accuracy of noisy and blurred images."""

from _job import job

import pandas as pd

from sleep_robustness.papers.zhang.plots.fig_1 import fig_1
from sleep_robustness.plots.style import save
from sleep_robustness.tables.curves import accuracy_curves

summary = pd.concat(map(pd.read_csv, job.input.summaries), ignore_index=True)
table = accuracy_curves(summary, summary[:0], job.params.readings, "distortions", ["noise", "blur"])
save(fig_1, table, **job.output)
