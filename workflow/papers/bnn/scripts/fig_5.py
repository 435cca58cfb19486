"""Mid report, Figure 5: images that FGSM makes on the network after the first task."""

from _job import job

import pandas as pd

from sleep_robustness.papers.bnn.plots.fig_5 import fig_5
from sleep_robustness.plots.style import save

save(fig_5, pd.read_csv(job.input.images), **job.output)
