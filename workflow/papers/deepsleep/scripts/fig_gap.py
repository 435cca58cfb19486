"""Each network under images made on the control, and under those made on itself."""

from _job import job

import pandas as pd

from sleep_robustness.papers.deepsleep.gap import transferred_and_own
from sleep_robustness.papers.deepsleep.plots.fig_gap import fig_gap
from sleep_robustness.plots.style import save

summary = pd.concat(map(pd.read_csv, job.input.summaries), ignore_index=True)
save(fig_gap, transferred_and_own(summary, pd.read_csv(job.input.gap)), **job.output)
