"""Mid report, Figure 4: FGSM on the first task, after it and after the last."""

from _job import job

import pandas as pd

from sleep_robustness.papers.bnn.curves import fgsm_curves
from sleep_robustness.papers.bnn.plots.fig_4 import fig_4
from sleep_robustness.plots.style import save

levels = pd.read_csv(job.input.levels, dtype={"task": str, "after": str, "window": str})
printed = pd.read_csv(job.input.printed)
save(fig_4, fgsm_curves(levels, printed, job.params.readings), **job.output)
