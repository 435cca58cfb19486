"""Table 1: attack scores, printed beside ours."""

from _job import job

import pandas as pd

from sleep_robustness.papers.tadros.tables.table_1 import table_1
from sleep_robustness.tables.style import write


def read(files):
    """The tables of all data sets and attacks as one."""
    return pd.concat(map(pd.read_csv, files), ignore_index=True)


summary, common, checks = read(job.input.summaries), read(job.input.common), read(job.input.checks)
write(*table_1(summary, common, checks, pd.read_csv(job.input.printed), job.params.readings, job.params.not_run), **job.output)
