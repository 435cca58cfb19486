"""Figure 4: every weight of the networks of Patches, by what its pixel is to its output."""

from _job import job

import pandas as pd

from sleep_robustness.papers.tadros.plots.fig_4 import fig_4
from sleep_robustness.papers.tadros.tables.weights import weights_of_one
from sleep_robustness.plots.style import save

table = weights_of_one(pd.read_csv(*job.input.weights), job.params.networks)
save(fig_4, table, **job.output)
