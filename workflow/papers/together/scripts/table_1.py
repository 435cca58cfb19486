"""All defences under one evaluation."""

from _job import job

import pandas as pd

from sleep_robustness.papers.together.tables.table_1 import table_1, table_rows
from sleep_robustness.tables.style import write

prices = pd.concat([pd.read_csv(file) for file in job.input.prices], ignore_index=True)
numbers = table_rows(job.params.rows, job.params.strengths, pd.read_csv(job.input.levels), prices)
write(numbers, table_1(numbers, job.params.names), **job.output)
