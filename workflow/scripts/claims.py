"""Decide every claim by the summaries, in every reading."""

from _job import job

from importlib import import_module

import pandas as pd

from sleep_robustness.claims import COLUMNS, decide
from sleep_robustness.tables.claims import claims_table
from sleep_robustness.tables.style import write


def together(files):
    """The rows of several summaries; none where a paper has stages of its own."""
    return pd.concat(map(pd.read_csv, files), ignore_index=True) if files else pd.DataFrame(columns=COLUMNS)


levels, pairs, checks = map(together, (job.input.levels, job.input.pairs, job.input.checks))
inside = pd.DataFrame({"name": job.params.inside, "file": list(job.input.inside)}).groupby("name").file
inside = {name: pd.concat(map(pd.read_csv, files), ignore_index=True) for name, files in inside}
given = job.params.claims, levels, pairs, checks, inside, job.params.readings, job.params.datasets
if job.input.printed:
    own = import_module(f"sleep_robustness.papers.{job.wildcards.paper}.printed")
    given += (own.printed_values(pd.read_csv(job.input.printed), job.params.columns),)
decided = decide(*given)
write(decided, claims_table(decided, job.params.claims), **job.output)
