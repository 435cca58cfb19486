"""Figure 3: accuracy against the noise scale."""

from _job import job

import pandas as pd

from sleep_robustness.papers.deepsleep.plots.fig_3 import COLOURS, PANELS, fig_3
from sleep_robustness.papers.deepsleep.tables.accuracies import accuracies
from sleep_robustness.plots.style import save

summary = pd.concat(map(pd.read_csv, job.input.summaries), ignore_index=True)
printed = pd.concat(map(pd.read_csv, (job.input.printed, job.input.fig_3)), ignore_index=True)
table = accuracies(summary, printed, job.params.readings, job.params.columns, job.params.scales)
table = table[table.row.isin(COLOURS) & table.column.isin(PANELS)]
save(fig_3, table, **job.output)
