"""Table 1: attack scores, printed beside ours."""

from _job import job

import pandas as pd

from sleep_robustness.tables import table_1, write

summary, common = (pd.concat(map(pd.read_csv, files), ignore_index=True) for files in (job.input.summaries, job.input.common))
write(*table_1(summary, common, pd.read_csv(job.input.printed), job.params.readings), **job.output)
