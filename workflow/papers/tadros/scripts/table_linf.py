"""Accuracy under attacks with an L∞ limit, beside FGSM."""

from _job import job

import pandas as pd

from sleep_robustness.papers.tadros.tables.table_linf import table_linf
from sleep_robustness.tables.style import write

summary, checks = (pd.concat(map(pd.read_csv, files), ignore_index=True) for files in (job.input.summaries, job.input.checks))
write(*table_linf(summary, checks, job.params.readings), **job.output, not_run=job.params.not_run)
