"""Find what is in doubt about networks that learnt tasks, and about attacks on them."""

from _job import job

import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.papers.bnn.doubts import check_rows
from sleep_robustness.papers.bnn.flags import Flags

pairs = zip(job.params.grids, job.input.networks, strict=True)
networks = pd.concat([pd.read_csv(path).assign(**own) for own, path in pairs], ignore_index=True)
rows = check_rows(networks, pd.DataFrame(job.params.runs).assign(path=list(job.input.flags)), Flags.load)
with atomic(job.output.table) as temporary:
    rows.to_csv(temporary, index=False)
