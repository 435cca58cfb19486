"""What is in doubt about networks that learnt tasks, and about attacks on them."""

from _job import job

import pandas as pd

from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.papers.bnn.tables.table_checks import check_rows, table_checks
from sleep_robustness.tables.style import write

pairs = zip(job.params.grids, job.input.networks, strict=True)
networks = pd.concat([pd.read_csv(path).assign(**own) for own, path in pairs], ignore_index=True)
rows = check_rows(networks, pd.DataFrame(job.params.runs).assign(path=list(job.input.flags)), Flags.load)
write(rows, table_checks(rows), **job.output)
