"""Sum up weights by what their pixels are to each output: means and spread of each network, and against the control."""

from _job import job

import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.papers.tadros.analyses.pixels import spread_rows

table = spread_rows(pd.read_csv(job.input.weights), job.params.networks, job.params.control)
table.insert(1, "dataset", job.wildcards.dataset)
with atomic(job.output.table) as temporary:
    table.to_csv(temporary, index=False)
