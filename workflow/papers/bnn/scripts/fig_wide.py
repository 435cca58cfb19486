"""Accuracy on each task after the last, of networks as wide as the reports', by whose BatchNorm."""

from _job import job

import pandas as pd

from sleep_robustness.papers.bnn.curves import wide_curves
from sleep_robustness.papers.bnn.plots.fig_wide import fig_wide
from sleep_robustness.plots.style import save

levels, contrasts, printed = (pd.read_csv(job.input[name]) for name in ("levels", "contrasts", "printed"))
save(fig_wide, wide_curves(levels, contrasts, printed, job.params.tasks, job.params.widths), **job.output)
