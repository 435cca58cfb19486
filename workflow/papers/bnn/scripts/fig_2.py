"""Mid report, Figure 2: a digit under the corruptions."""

from _job import job

import pandas as pd

from sleep_robustness.corruptions import load_photographs
from sleep_robustness.data import HeldOut
from sleep_robustness.papers.bnn.corrupted import examples
from sleep_robustness.papers.bnn.plots.fig_2 import fig_2
from sleep_robustness.plots.style import save

dataset, photographs = HeldOut.load(job.input.dataset), load_photographs(job.input.photographs)
image = dataset.test_x[0].reshape(dataset.shape)
tables = [examples(image, own, photographs).assign(reading=name) for name, own in job.params.corruptions.items()]
save(fig_2, pd.concat(tables, ignore_index=True), **job.output)
