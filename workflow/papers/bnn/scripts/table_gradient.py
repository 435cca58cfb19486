"""What FGSM with the released gradient leaves right that other attacks do not."""

from _job import job

import pandas as pd

from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.papers.bnn.tables.table_gradient import gradient_rows, table_gradient
from sleep_robustness.tables.style import write

runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.flags))
rows = gradient_rows(runs, Flags.load, job.params.tasks)
write(rows, table_gradient(rows, job.params.widths, job.params.tasks), **job.output)
