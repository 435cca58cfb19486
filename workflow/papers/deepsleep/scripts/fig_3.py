"""Figure 3: accuracy against the noise scale, and where the curves cross."""

from _job import job

import pandas as pd

from sleep_robustness.papers.deepsleep.crossing import crossing_rows
from sleep_robustness.papers.deepsleep.plots.fig_3 import COLOURS, PANELS, fig_3
from sleep_robustness.papers.deepsleep.tables.accuracies import accuracies
from sleep_robustness.plots.style import save

summary = pd.concat(map(pd.read_csv, job.input.summaries), ignore_index=True)
printed = pd.concat(map(pd.read_csv, (job.input.printed, job.input.fig_3)), ignore_index=True)


def shown(own):
    """The accuracies that the figure shows, of one seed or of the mean over all."""
    table = accuracies(own.assign(seed="mean"), printed, job.params.readings, job.params.columns, job.params.scales)
    return table[table.row.isin(COLOURS) & table.column.isin(PANELS)]


tables = {seed: shown(own) for seed, own in summary.groupby(summary.seed.astype(str))}
parts = {"accuracy": tables.pop("mean"), "crossing": crossing_rows(tables, printed)}
save(fig_3, pd.concat([table.assign(part=name) for name, table in parts.items()], ignore_index=True), **job.output)
