"""What sleep does against the time constant of its leak."""

from _job import job

import pandas as pd

from sleep_robustness.papers.tadros.plots.fig_leak import fig_leak
from sleep_robustness.plots.style import save

save(fig_leak, pd.read_csv(job.input.table), **job.output)
