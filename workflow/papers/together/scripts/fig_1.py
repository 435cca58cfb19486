"""Robustness against clean accuracy, of every defence."""

from _job import job

import pandas as pd

from sleep_robustness.papers.together.plots.fig_1 import fig_1
from sleep_robustness.papers.together.points import points
from sleep_robustness.plots.style import save

save(fig_1, points(pd.read_csv(job.input.table), job.params.names, job.params.strength), **job.output)
