"""Gather one distortion of one data set into a tidy table: every network, variant and seed."""

from _job import job

import numpy as np
import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.metrics import summarise


def read(path):
    """Strengths [k] and right [n, k] of one network."""
    columns = pd.read_csv(path).filter(like="right_")
    strengths = columns.columns.str.removeprefix("right_").astype(float)
    return {"strengths": np.asarray(strengths), "right": columns.to_numpy(bool)}


runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.runs))
with atomic(job.output.table) as temporary:
    summarise(runs, read).to_csv(temporary, index=False)
