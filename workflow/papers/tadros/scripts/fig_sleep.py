"""What happens during sleep."""

from _job import job

import pandas as pd

from sleep_robustness.papers.tadros.plots.fig_sleep import fig_sleep
from sleep_robustness.papers.tadros.tables.inside import asleep
from sleep_robustness.plots.style import save

table = asleep(pd.read_csv(job.input.table), job.params.sleeps)
save(fig_sleep, table, **job.output)
