"""Gather one distortion of one data set into a tidy table: every network, variant and seed."""

from _job import job

import numpy as np
import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.metrics import summarise


def read(path):
    """Strengths [k] and of one network right and right_by_logits [n, k]."""
    table = pd.read_csv(path)
    right, by_logits = (table.filter(like=prefix) for prefix in ("right_", "by_logits_"))
    strengths = right.columns.str.removeprefix("right_").astype(float)
    arrays = {"right": right.to_numpy(bool), "right_by_logits": by_logits.to_numpy(bool)}
    return arrays | {"strengths": np.asarray(strengths)}


runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.runs))
with atomic(job.output.table) as temporary:
    summarise(runs, read).to_csv(temporary, index=False)
