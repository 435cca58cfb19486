"""Figure 10: how the digits' correlations differ from the control's, of blurred images."""

from _job import job

import pandas as pd

from sleep_robustness.papers.tadros.plots.fig_10 import fig_10
from sleep_robustness.papers.tadros.tables.inside import correlations
from sleep_robustness.plots.style import save

table = correlations(pd.read_csv(job.input.table), "blur")
save(fig_10, table, **job.output)
