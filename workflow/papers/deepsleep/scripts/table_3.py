"""Table 3: accuracy of DeepSleep at every noise scale."""

from _job import job

import pandas as pd

from sleep_robustness.papers.deepsleep.tables.accuracies import SCALES, accuracies
from sleep_robustness.papers.deepsleep.tables.table_3 import table_3
from sleep_robustness.tables.style import write

summary, printed = pd.concat(map(pd.read_csv, job.input.summaries), ignore_index=True), pd.read_csv(job.input.printed)
write(*table_3(accuracies(summary, printed, job.params.readings, job.params.columns, SCALES)), **job.output)
