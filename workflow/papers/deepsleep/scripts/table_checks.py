"""Is the attack at fault? All checks of all networks."""

from _job import job

import pandas as pd

from sleep_robustness.tables.style import write
from sleep_robustness.tables.table_checks import table_checks

write(*table_checks(pd.concat(map(pd.read_csv, job.input.checks), ignore_index=True)), **job.output)
