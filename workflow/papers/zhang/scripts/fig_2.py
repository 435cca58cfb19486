"""Figure 2: accuracy under FGSM against ε."""

from _job import job

import pandas as pd

from sleep_robustness.papers.zhang.plots.fig_2 import fig_2
from sleep_robustness.plots.style import save
from sleep_robustness.tables.curves import accuracy_curves

summary = pd.concat(map(pd.read_csv, job.input.summaries), ignore_index=True)
table = accuracy_curves(summary, summary[:0], job.params.readings, "attacks", ["fgsm"])
save(fig_2, table, **job.output)
