"""FGSM in full, beside the authors' own program."""

from _job import job

import pandas as pd

from sleep_robustness.tables import table_fgsm, write

summary = pd.concat(map(pd.read_csv, job.input.fgsm), ignore_index=True)
write(*table_fgsm(summary, pd.read_csv(job.input.original)), **job.output)
