"""Gather what every sleep did in each layer of its networks."""

from _job import job

import pandas as pd

from sleep_robustness.batches import located, read_facts
from sleep_robustness.files import atomic
from sleep_robustness.papers.tadros.analyses.traces import history_rows


def history(path: str) -> pd.DataFrame:
    """What the fit of a network wrote down."""
    return pd.DataFrame(read_facts(path)["history"])


runs = located(job.params.runs, job.input.runs)
with atomic(job.output.table) as temporary:
    history_rows(runs, history).to_csv(temporary, index=False)
