"""Gather what happens in sleep, moment by moment, and what all of it changes under each rule of plasticity."""

from _job import job

import numpy as np
import pandas as pd

from sleep_robustness.analyses.traces import rule_rows, trace_rows
from sleep_robustness.files import atomic

rules = {name: own["rule"] for name, own in job.params.sleeps.items()}
runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.runs))
runs = runs.assign(rule=runs.variant.map(rules))
for rows, file in ((trace_rows, job.output.table), (rule_rows, job.output.rules)):
    with atomic(file) as temporary:
        rows(runs, lambda path: dict(np.load(path))).to_csv(temporary, index=False)
