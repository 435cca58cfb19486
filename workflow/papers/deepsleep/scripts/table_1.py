"""Tables 1 to 3: accuracy under attack, of all defences, of DeepSleep's parts, and of DeepSleep at every noise scale."""

from _job import job

import pandas as pd

from sleep_robustness.papers.deepsleep.tables.accuracies import accuracies
from sleep_robustness.papers.deepsleep.tables.table_1 import table_1
from sleep_robustness.tables.style import write

summary, printed = pd.concat(map(pd.read_csv, job.input.summaries), ignore_index=True), pd.read_csv(job.input.printed)
table = accuracies(summary, printed, job.params.readings, job.params.columns, job.params.scales)
write(*table_1(table, job.params.table), **job.output)
