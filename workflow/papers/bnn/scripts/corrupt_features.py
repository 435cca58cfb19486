"""Find which corrupted test images of CIFAR-10 networks are right on, by their features."""

from _job import job

import numpy as np
import pandas as pd

from sleep_robustness.arrays import load_arrays
from sleep_robustness.data.features import standardised
from sleep_robustness.papers.bnn.evaluation import featured_flags
from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.papers.bnn.learnt import Learnt
from sleep_robustness.papers.bnn.tasks import tasks_of

features = load_arrays(job.input.features)
labels, found = features.pop("labels"), []
features = {
    (name.split()[0], int(name.split()[1])): standardised(own, job.params.divided_by).astype(np.float32)
    for name, own in features.items()
}
runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.learnt))
for seed, own in runs.groupby("seed"):
    networks = {row.member: Learnt.load(row.path) for row in own.itertuples()}
    tasks = tasks_of(job.params.tasks, 0, seed)
    found.append(featured_flags(networks, tasks, features, labels, statistics=job.params.statistics, seed=seed))
Flags.together(found).save(job.output.flags)
