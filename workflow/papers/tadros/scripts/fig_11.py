"""Figure 11: firing rates of the neurons specific to each digit, before and after sleep."""

from _job import job

import pandas as pd

from sleep_robustness.papers.tadros.plots.fig_11 import PANELS, fig_11
from sleep_robustness.papers.tadros.tables.inside import responses
from sleep_robustness.plots.style import save

table = responses(pd.read_csv(job.input.table), PANELS)
save(fig_11, table, **job.output)
