"""Table 1: attack scores, printed beside ours."""

from _job import job

import pandas as pd

from sleep_robustness.tables import table_1, write

summary = pd.concat(map(pd.read_csv, job.input.summaries), ignore_index=True)
write(*table_1(summary, pd.read_csv(job.input.printed), job.params.readings), **job.output)
