"""Which sentences of the paper the claims test, with their verdicts, and why the others have none."""

from _job import job

import pandas as pd

from sleep_robustness.papers.tadros.tables.table_sentences import table_sentences
from sleep_robustness.tables.style import write

write(*table_sentences(job.params.sentences, job.params.claims, pd.read_csv(job.input.claims)), **job.output)
