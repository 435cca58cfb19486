"""Mid report, Figure 3: accuracy on each task under each corruption, after the last."""

from _job import job

import pandas as pd

from sleep_robustness.papers.bnn.curves import corruption_curves
from sleep_robustness.papers.bnn.plots.fig_3 import fig_3
from sleep_robustness.plots.style import save

levels, printed = pd.read_csv(job.input.levels), pd.read_csv(job.input.printed)
save(fig_3, corruption_curves(levels, printed, job.params.readings, job.params.tasks), **job.output)
