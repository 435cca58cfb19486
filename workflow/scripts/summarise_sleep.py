"""Gather what happens in sleep, moment by moment."""

from _job import job

import numpy as np
import pandas as pd

from sleep_robustness.analyses.traces import trace_rows
from sleep_robustness.files import atomic

rules = {name: own["rule"] for name, own in job.params.sleeps.items()}
runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.runs))
with atomic(job.output.table) as temporary:
    trace_rows(runs.assign(rule=runs.variant.map(rules)), lambda path: dict(np.load(path))).to_csv(temporary, index=False)
