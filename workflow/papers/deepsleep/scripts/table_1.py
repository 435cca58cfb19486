"""Table 1: accuracy under attack of all defences."""

from _job import job

import pandas as pd

from sleep_robustness.papers.deepsleep.tables.accuracies import TABLES_1_AND_2, accuracies
from sleep_robustness.papers.deepsleep.tables.table_1 import table_1
from sleep_robustness.tables.style import write

summary, printed = pd.concat(map(pd.read_csv, job.input.summaries), ignore_index=True), pd.read_csv(job.input.printed)
write(*table_1(accuracies(summary, printed, job.params.readings, job.params.columns, TABLES_1_AND_2)), **job.output)
