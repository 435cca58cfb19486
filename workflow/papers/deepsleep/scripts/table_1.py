"""Table 1: accuracy under attack of all defences."""

from _job import job

import pandas as pd

from sleep_robustness.papers.deepsleep.tables.accuracies import TABLES_1_AND_2, accuracies, by_reading_and_scale, in_table_2
from sleep_robustness.tables.style import write

summary, printed = pd.concat(map(pd.read_csv, job.input.summaries), ignore_index=True), pd.read_csv(job.input.printed)
table = accuracies(summary, printed, job.params.readings, job.params.columns, TABLES_1_AND_2)
parts = in_table_2(table) & ~table.row.isin(["control", "deepsleep"])
write(*by_reading_and_scale(table[~parts]), **job.output)
