"""Decide the claims of split CIFAR-10 by its summaries, in every reading."""

from _job import job

import pandas as pd

from sleep_robustness.claims import COLUMNS, decide
from sleep_robustness.tables.claims import claims_table
from sleep_robustness.tables.style import write

none = pd.DataFrame(columns=COLUMNS)
inside = {name: pd.read_csv(file) for name, file in zip(job.params.inside, job.input.inside, strict=True)}
decided = decide(job.params.claims, none, none, none, inside, job.params.readings, job.params.datasets)
write(decided, claims_table(decided, job.params.claims), **job.output)
