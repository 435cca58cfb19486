"""How far hidden weights have grown, layer by layer."""

from _job import job

import pandas as pd

from sleep_robustness.papers.bnn.tables.table_weights import table_weights, weight_rows
from sleep_robustness.tables.style import write

pairs = zip(job.params.grids, job.input.networks, strict=True)
networks = pd.concat([pd.read_csv(path).assign(**own) for own, path in pairs], ignore_index=True)
rows = weight_rows(networks.merge(pd.DataFrame(job.params.runs), on=["reading", "grid", "member", "seed"]))
write(rows, table_weights(rows, job.params.sizes["widths"], job.params.sizes["lipschitz"]), **job.output)
