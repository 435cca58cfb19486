"""What is in doubt about networks that learnt tasks, and about attacks on them."""

from _job import job

import pandas as pd

from sleep_robustness.papers.bnn.tables.table_checks import table_checks
from sleep_robustness.tables.style import write

rows = pd.read_csv(job.input.checks)
write(rows, table_checks(rows), **job.output)
