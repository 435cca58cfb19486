"""What each deviation of the released code changes."""

from _job import job

import pandas as pd

from sleep_robustness.papers.deepsleep.gap import transferred_and_own
from sleep_robustness.papers.deepsleep.tables.table_deviations import table_deviations
from sleep_robustness.tables.style import write

summary = pd.concat(map(pd.read_csv, job.input.summaries), ignore_index=True)
write(*table_deviations(transferred_and_own(summary, pd.read_csv(job.input.gap))), **job.output)
