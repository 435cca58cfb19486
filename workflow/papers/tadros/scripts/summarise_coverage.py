"""How often intervals hold what they are of: in experiments with a few of the pool's networks, and in simulated ones."""

from _job import job

import pandas as pd

from sleep_robustness.arrays import load_arrays
from sleep_robustness.files import atomic
from sleep_robustness.papers.tadros.analyses.coverage import (
    coverage_rows,
    false_rows,
    measures,
    part_rows,
    simulated_rows,
    verdict_rows,
)

params, seeds = job.params.coverage, list(map(load_arrays, job.input.pool))
pool = list(measures(seeds, job.params.networks, job.params.measures))
numbers, draws = params["numbers"], params["draws"]
simulated = params["simulated"]
tables = {
    "pool": coverage_rows(pool, numbers, draws),
    "spread": part_rows(pool),
    "verdicts": verdict_rows(pool, numbers, draws),
    "same": false_rows(pool, numbers, draws),
    "simulated": simulated_rows(simulated["ratios"], numbers, simulated["images"], simulated["draws"]),
}
with atomic(job.output.table) as temporary:
    pd.concat([table.assign(part=part) for part, table in tables.items()]).to_csv(temporary, index=False)
