"""Figure 12: activations of the neurons specific to each digit, before and after sleep."""

from _job import job

import pandas as pd

from sleep_robustness.papers.tadros.plots.fig_12 import PANELS, fig_12
from sleep_robustness.papers.tadros.tables.inside import responses
from sleep_robustness.plots.style import save

table = responses(pd.read_csv(job.input.table), PANELS)
save(fig_12, table, **job.output)
