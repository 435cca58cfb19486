"""Train small networks on points of a plane, let them sleep, and keep what that changes, and of the first all regions."""

from _job import job

import numpy as np
import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.papers.tadros.analyses.plane import before_and_after, decided, grid, plane_rows, points
from sleep_robustness.papers.tadros.names import PLANE

params, seeds = job.params.plane, {}
for seed in params["seeds"]:
    dataset = points(params, seed)
    seeds[seed] = dataset, before_and_after(dataset, params, seed)

dataset, networks = next(iter(seeds.values()))
lattice = grid(params["side"])
tables = []
for what, x, labels in (("plane", lattice, np.full(len(lattice), -1)), ("point", dataset.test_x, dataset.test_y)):
    tables.append(pd.DataFrame({"what": what, "x": x[:, 0], "y": x[:, 1], "label": labels} | decided(networks, x)))
with atomic(job.output.regions) as temporary:
    pd.concat(tables).to_csv(temporary, index=False)
rows = plane_rows(seeds, params["side"]).assign(dataset=PLANE, defence="sleep", variant=PLANE)
with atomic(job.output.summary) as temporary:
    pd.concat([rows.assign(reading=reading) for reading in job.params.readings]).to_csv(temporary, index=False)
