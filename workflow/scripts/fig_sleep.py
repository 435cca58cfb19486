"""What happens during sleep."""

from _job import job

import pandas as pd

from sleep_robustness.plots.fig_sleep import fig_sleep
from sleep_robustness.plots.style import save
from sleep_robustness.tables.inside import asleep

table = asleep(pd.read_csv(job.input.table), job.params.sleeps)
save(fig_sleep, table, **job.output)
