"""Gather the controls that were trained for other lengths, and what each sleep gains."""

from _job import job

import pandas as pd

from sleep_robustness.batches import located, read
from sleep_robustness.files import atomic
from sleep_robustness.papers.tadros.analyses.undertrained import undertrained_rows

runs, tables = located(job.params.runs, job.input.runs), []
for dataset, own in runs.groupby("dataset", sort=False):
    rows = undertrained_rows({run.seed: read(run.path) for run in own.itertuples()})
    tables.append(rows.assign(dataset=dataset)[["dataset", *rows.columns]])
with atomic(job.output.table) as temporary:
    pd.concat(tables).to_csv(temporary, index=False)
