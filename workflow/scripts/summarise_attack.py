"""Gather one attack on one data set into a tidy table: every network, variant and seed."""

from _job import job

import numpy as np
import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.metrics import attack_rows

axes = ["dataset", "defence", "variant", "attack", "attack_variant"]
runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.arrays))
tables = []
for key, group in runs.groupby(axes, sort=False):
    seeds = {row.seed: dict(np.load(row.path)) for row in group.itertuples()}
    tables.append(attack_rows(seeds).assign(**dict(zip(axes, key, strict=True))))

table = pd.concat(tables)
with atomic(job.output.table) as temporary:
    table[[*axes, *table.columns.drop(axes)]].to_csv(temporary, index=False)
