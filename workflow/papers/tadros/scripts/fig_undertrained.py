"""What sleep gains against how long its control was trained."""

from _job import job

from functools import partial

import pandas as pd

from sleep_robustness.papers.tadros.plots.fig_undertrained import fig_undertrained
from sleep_robustness.plots.style import save

save(partial(fig_undertrained, epochs=job.params.epochs), pd.read_csv(job.input.table), **job.output)
