"""What FGSM with the released gradient leaves right that other attacks do not."""

from _job import job

import pandas as pd

from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.papers.bnn.tables.table_gradient import gradient_rows, table_gradient
from sleep_robustness.tables.style import write

runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.flags))
if len(runs):
    rows = gradient_rows(runs, Flags.load, job.params.tasks)
    shown = table_gradient(rows, job.params.widths, job.params.tasks)
else:
    rows, shown = (
        pd.DataFrame(columns=["value"]),
        pd.DataFrame({"Network": ["not run: it needs as_released and audited"]}),
    )
write(rows, shown, **job.output)
