"""What binary networks and their real twins cost: operations, energy, bits, and the time of an epoch."""

from _job import job

import pandas as pd

from sleep_robustness.data import Dataset
from sleep_robustness.files import atomic
from sleep_robustness.papers.bnn.tables.table_cost import cost_rows, table_cost, time_rows
from sleep_robustness.tables.style import write

dataset, runs, sizes = Dataset.load(job.input.dataset), pd.DataFrame(job.params.runs), job.params.sizes
inputs, layers, tasks = dataset.train_x.shape[1], job.params.layers, job.params.tasks
costs = cost_rows(runs, sizes["widths"], inputs, dataset.classes, layers, tasks)
times = time_rows(runs.assign(path=list(job.input.times)), pd.read_csv, sizes)
with atomic(job.output.time) as temporary:
    times.to_csv(temporary, index=False)
write(costs, table_cost(costs, times), csv=job.output.csv, md=job.output.md, html=job.output.html)
