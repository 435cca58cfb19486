"""Figures 8, 9 and 10: how the digits' correlations differ from the control's, of undistorted, noisy or blurred images."""

from _job import job

import pandas as pd

from sleep_robustness.papers.tadros.plots.fig_8 import fig_8
from sleep_robustness.papers.tadros.tables.inside import correlations
from sleep_robustness.plots.style import save

table = correlations(pd.read_csv(job.input.table), job.params.images)
save(fig_8, table, **job.output)
