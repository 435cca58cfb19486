"""Decide every claim by the summaries, in every reading."""

from _job import job

import pandas as pd

from sleep_robustness.claims import claims_table, decide
from sleep_robustness.tables.style import write

levels, pairs = (pd.concat(map(pd.read_csv, files), ignore_index=True) for files in (job.input.levels, job.input.pairs))
inside = dict(zip(job.params.inside, map(pd.read_csv, job.input.inside), strict=True))
checks = pd.concat(map(pd.read_csv, job.input.checks), ignore_index=True)
decided = decide(job.params.claims, levels, pairs, checks, inside, job.params.readings, job.params.datasets)
write(decided, claims_table(decided, job.params.claims), **job.output)
