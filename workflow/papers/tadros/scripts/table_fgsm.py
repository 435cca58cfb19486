"""FGSM in full, beside the authors' own program."""

from _job import job

import pandas as pd

from sleep_robustness.papers.tadros.tables.table_fgsm import table_fgsm
from sleep_robustness.tables.style import write

summary = pd.concat(map(pd.read_csv, job.input.fgsm), ignore_index=True)
write(*table_fgsm(summary, pd.read_csv(job.input.original)), **job.output, not_run=job.params.not_run)
