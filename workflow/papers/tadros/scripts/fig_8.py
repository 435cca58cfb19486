"""Figure 8: how the digits' correlations differ from the control's, of undistorted images."""

from _job import job

import pandas as pd

from sleep_robustness.papers.tadros.plots.fig_8 import fig_8
from sleep_robustness.papers.tadros.tables.inside import correlations
from sleep_robustness.plots.style import save

table = correlations(pd.read_csv(job.input.table), "clean")
save(fig_8, table, **job.output)
