"""Figure 9: how the digits' correlations differ from the control's, of noisy images."""

from _job import job

import pandas as pd

from sleep_robustness.papers.tadros.plots.fig_9 import fig_9
from sleep_robustness.papers.tadros.tables.inside import correlations
from sleep_robustness.plots.style import save

table = correlations(pd.read_csv(job.input.table), "noise")
save(fig_9, table, **job.output)
