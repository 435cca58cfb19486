"""Make images by FGSM on the network after the first task, and find what it takes them for."""

from _job import job

import pandas as pd

from sleep_robustness.data import HeldOut
from sleep_robustness.files import atomic
from sleep_robustness.papers.bnn.evaluation import attacked_images
from sleep_robustness.papers.bnn.learnt import Learnt
from sleep_robustness.papers.bnn.tasks import Tasks

dataset, learnt = HeldOut.load(job.input.dataset), Learnt.load(job.input.learnt)
x, y = dataset.test_x[:5], dataset.test_y[:5]
shown = Tasks.permuted(job.params.tasks, x.shape[1], job.params.run["seed"]).images(x, 1)
tables = [
    attacked_images(learnt.network(1, 1, own["statistics"]), shown, y, own["attack"], dataset.shape).assign(reading=reading)
    for reading, own in job.params.readings.items()
]
with atomic(job.output.table) as temporary:
    pd.concat(tables).to_csv(temporary, index=False)
