"""What explains the verdicts: small numbers behind each explanation."""

from _job import job

import pandas as pd

from sleep_robustness.papers.tadros.tables.table_evidence import table_evidence
from sleep_robustness.tables.style import write

attacks = pd.concat(map(pd.read_csv, job.input.attacks), ignore_index=True)
others = (pd.read_csv(job.input[name]) for name in ("common", "pairs", "histories", "asleep"))
write(*table_evidence(job.params.explanations, attacks, *others), **job.output)
