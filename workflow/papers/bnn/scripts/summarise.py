"""Gather accuracies under all conditions, and what claims compare of them, reading by reading."""

from _job import job

import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.papers.bnn.summary import contrast_rows, gathered, level_rows, with_mean, with_worst

runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.flags))
tables = {"levels": [], "contrasts": []}
for reading, own in runs.groupby("reading", sort=False):
    flags = gathered(own.drop(columns="reading"), Flags.load, job.params.tasks)
    if "corruption" in flags.conditions:
        flags = with_mean(flags)
    if "window" in flags.conditions:
        flags = with_worst(flags)
    found = {"levels": level_rows(flags), "contrasts": contrast_rows(flags, job.params.contrasts, job.params.clean)}
    for name, table in found.items():
        tables[name].append(table.assign(dataset=job.params.get("dataset", "mnist"), reading=reading))
for name, parts in tables.items():
    with atomic(job.output[name]) as temporary:
        pd.concat(parts).to_csv(temporary, index=False)
