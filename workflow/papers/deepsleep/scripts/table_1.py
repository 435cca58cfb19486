"""Table 1 or 2: accuracy under attack, printed beside ours."""

from _job import job

import pandas as pd

from sleep_robustness.papers.deepsleep.tables.table_1 import accuracies, table_1
from sleep_robustness.tables.style import write

summary = pd.concat(map(pd.read_csv, job.input.summaries), ignore_index=True)
printed = pd.read_csv(job.input.printed).drop_duplicates(["scale", "network", "column"]).drop(columns="table")
write(*table_1(accuracies(summary, printed, job.params.readings, job.params.columns)), **job.output)
