"""Table 2: accuracy under attack of DeepSleep and its parts."""

from _job import job

import pandas as pd

from sleep_robustness.papers.deepsleep.tables.accuracies import TABLES_1_AND_2, accuracies
from sleep_robustness.papers.deepsleep.tables.table_2 import table_2
from sleep_robustness.tables.style import write

summary, printed = pd.concat(map(pd.read_csv, job.input.summaries), ignore_index=True), pd.read_csv(job.input.printed)
write(*table_2(accuracies(summary, printed, job.params.readings, job.params.columns, TABLES_1_AND_2)), **job.output)
