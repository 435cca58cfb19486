"""Find which clean test images networks are right on, by their BatchNorm, and what can be seen in the networks themselves."""

from _job import job

import pandas as pd

from sleep_robustness.data import HeldOut
from sleep_robustness.files import atomic
from sleep_robustness.papers.bnn.checks import network_checks
from sleep_robustness.papers.bnn.evaluation import clean_flags
from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.papers.bnn.learnt import Learnt
from sleep_robustness.papers.bnn.tasks import tasks_of

dataset, found, networks = HeldOut.load(job.input.dataset), [], []
x, y = dataset.test_x, dataset.test_y
for run, file in zip(job.params.runs, job.input.learnt, strict=True):
    tasks, learnt = tasks_of(job.params.tasks, x.shape[1], run["seed"]), Learnt.load(file)
    who = {name: run[name] for name in ("member", "seed")}
    found.append(clean_flags(learnt, tasks, x, y).with_axes(**who))
    networks.append(network_checks(learnt, tasks, x, y).assign(**who))
Flags.together(found).save(job.output.flags)
with atomic(job.output.networks) as temporary:
    pd.concat(networks).to_csv(temporary, index=False)
