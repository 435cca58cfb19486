"""Accuracy under attacks with an L∞ limit, beside FGSM."""

from _job import job

import pandas as pd

from sleep_robustness.tables import table_linf, write

write(*table_linf(pd.concat(map(pd.read_csv, job.input.summaries), ignore_index=True), job.params.readings), **job.output)
