"""Sleep beside networks in which as many neurons are cut."""

from _job import job

import pandas as pd

from sleep_robustness.papers.tadros.plots.fig_pruning import fig_pruning
from sleep_robustness.papers.tadros.tables.inside import pruned
from sleep_robustness.plots.style import save

table = pruned(pd.read_csv(job.input.levels), pd.read_csv(job.input.pairs), job.params.sleeps)
save(fig_pruning, table, **job.output)
