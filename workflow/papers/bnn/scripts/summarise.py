"""Gather accuracies under all conditions, and what claims compare of them, reading by reading."""

from _job import job

import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.papers.bnn.doubts import with_doubts
from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.papers.bnn.summary import at_strengths, contrast_rows, gathered, level_rows, with_mean, with_worst

checks = pd.read_csv(job.input.checks) if job.input.get("checks") else None
runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.flags))
tables = {"levels": [], "contrasts": []}
for reading, own in runs.groupby("reading", sort=False):
    flags = gathered(own.drop(columns="reading"), Flags.load, job.params.tasks)
    if "corruption" in flags.conditions:
        flags = with_mean(flags)
    if "window" in flags.conditions:
        flags = with_worst(flags)
    few = at_strengths(flags, job.params.get("strengths"))
    found = {"levels": level_rows(flags), "contrasts": contrast_rows(few, job.params.contrasts, job.params.clean)}
    for name, table in found.items():
        told = table if checks is None else with_doubts(table, checks[checks.reading == reading])
        tables[name].append(told.assign(dataset=job.params.get("dataset", "mnist"), reading=reading))
for name, parts in tables.items():
    with atomic(job.output[name]) as temporary:
        pd.concat(parts).to_csv(temporary, index=False)
