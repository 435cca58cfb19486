"""Table 3: sleep parameters, printed beside those that each reading used."""

from _job import job

import pandas as pd

from sleep_robustness.papers.tadros.tables.table_3 import table_3
from sleep_robustness.tables.style import write

write(
    *table_3(job.params.sleep, pd.read_csv(job.input.printed, dtype=str), job.params.readings, job.params.not_run), **job.output
)
