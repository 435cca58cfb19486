"""Gather what was measured of all rows, and how they differ from their controls."""

from _job import job

import pandas as pd

from sleep_robustness.arrays import load_arrays
from sleep_robustness.files import atomic
from sleep_robustness.papers.bnn.learnt import Learnt
from sleep_robustness.papers.together.forgetting import learnt_in_turn
from sleep_robustness.papers.together.found import Found
from sleep_robustness.papers.together.summary import difference_rows, level_rows, measured

params = job.params
found = {name: [] for name in params.rows}
for (name, _), file in zip(params.attacked, job.input.attacked, strict=True):
    found[name].append(Found.load(file))
shown = {name: [] for name in params.rows}
for file in job.input.shown:
    own = load_arrays(file)
    conditions = pd.MultiIndex.from_arrays([own["names"], own["strengths"]])
    for name, flags in zip(own["rows"], own["right"], strict=True):
        shown[str(name)].append(pd.DataFrame(flags.T, columns=conditions))
kept = {name: [] for name in params.rows}
for (name, _), file in zip(params.forgetful, job.input.forgetful, strict=True):
    kept[name].append(pd.read_csv(file))
for (name, _), file in zip(params.learnt, job.input.learnt, strict=True):
    kept[name].append(learnt_in_turn(Learnt.load(file), params.tasks))
values = {name: measured(found[name], shown[name], kept[name]) for name in params.rows}
tables = {"levels": level_rows(values, found), "differences": difference_rows(values, params.compared)}
for name, table in tables.items():
    with atomic(job.output[name]) as temporary:
        table.assign(dataset="mnist", reading="audited").to_csv(temporary, index=False)
