"""What each stage of DeepSleep does."""

from _job import job

import pandas as pd

from sleep_robustness.papers.deepsleep.plots.fig_stages import fig_stages
from sleep_robustness.plots.style import save

parts = {"filters": job.input.filters, "numbers": job.input.table}
table = pd.concat([pd.read_csv(path).assign(part=name) for name, path in parts.items()], ignore_index=True)
save(fig_stages, table, **job.output)
