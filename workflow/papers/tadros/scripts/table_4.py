"""Table 4: the Boundary Attack with a threshold, printed beside ours."""

from _job import job

import pandas as pd

from sleep_robustness.papers.tadros.tables.table_4 import table_4
from sleep_robustness.tables.style import write

thresholds, checks = pd.read_csv(*job.input.thresholds), pd.read_csv(*job.input.checks)
write(*table_4(thresholds, checks, pd.read_csv(job.input.printed), job.params.readings), **job.output)
