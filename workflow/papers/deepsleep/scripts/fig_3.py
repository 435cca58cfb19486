"""Figure 3: accuracy against the noise scale, and where the curves cross."""

from _job import job

import pandas as pd

from sleep_robustness.papers.deepsleep.crossing import crossing_rows
from sleep_robustness.papers.deepsleep.plots.fig_3 import COLOURS, PANELS, fig_3
from sleep_robustness.papers.deepsleep.tables.accuracies import accuracies
from sleep_robustness.plots.style import save

summary = pd.concat(map(pd.read_csv, job.input.summaries), ignore_index=True)
printed = pd.concat(map(pd.read_csv, (job.input.printed, job.input.fig_3)), ignore_index=True)
asked = printed, job.params.readings, job.params.columns, job.params.scales
tables = {
    seed: table[table.row.isin(COLOURS) & table.column.isin(PANELS)]
    for seed, own in summary.groupby(summary.seed.astype(str))
    for table in [accuracies(own.assign(seed="mean"), *asked)]
}
crossings = crossing_rows({seed: table for seed, table in tables.items() if seed != "mean"})
parts = {"accuracy": tables["mean"], "crossing": crossings}
save(fig_3, pd.concat([table.assign(part=name) for name, table in parts.items()], ignore_index=True), **job.output)
