"""Whose BatchNorm, and of which statistics: accuracy on each task after the last."""

from _job import job

import pandas as pd

from sleep_robustness.papers.bnn.curves import batchnorm_curves
from sleep_robustness.papers.bnn.plots.fig_batchnorm import fig_batchnorm
from sleep_robustness.plots.style import save

save(fig_batchnorm, batchnorm_curves(pd.read_csv(job.input.levels), job.params.tasks, job.params.widths), **job.output)
