"""Mid report, Figure 1: the tasks, and accuracy on each after the last."""

from _job import job

import pandas as pd

from sleep_robustness.data import HeldOut
from sleep_robustness.papers.bnn.curves import curves, examples
from sleep_robustness.papers.bnn.plots.fig_1 import fig_1
from sleep_robustness.papers.bnn.tasks import Tasks
from sleep_robustness.plots.style import save

dataset, tasks = HeldOut.load(job.input.dataset), job.params.tasks
orders = Tasks.permuted(tasks, dataset.test_x.shape[1], seed=1)
shown = examples(dataset.test_x[:5], orders, dataset.shape)
levels, printed = pd.read_csv(job.input.levels), pd.read_csv(job.input.printed)
table = curves(levels, printed, job.params.readings, tasks["number"], job.params.widths)
save(fig_1, pd.concat([shown, table], ignore_index=True), **job.output)
