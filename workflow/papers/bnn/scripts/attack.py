"""Find which test images networks are right on under an attack."""

from _job import device, job

import pandas as pd

from sleep_robustness.data import HeldOut, first_examples
from sleep_robustness.papers.bnn.evaluation import attacked_flags
from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.papers.bnn.learnt import Learnt
from sleep_robustness.papers.bnn.tasks import tasks_of

dataset, found = HeldOut.load(job.input.dataset), []
examples = first_examples(pd.read_csv(job.input.order)["example"].to_numpy(), job.params.attack["examples"])
x, y = dataset.test_x[examples], dataset.test_y[examples]
how = {"name": job.wildcards.by, "params": job.params.attack, "statistics": job.params.statistics, "device": device()}
for run, file in zip(job.params.runs, job.input.learnt, strict=True):
    tasks = tasks_of(job.params.tasks, x.shape[1], run["seed"])
    own = attacked_flags(Learnt.load(file), tasks, x, y, seed=run["seed"], **how)
    found.append(own.with_axes(member=run["member"], seed=run["seed"]))
Flags.together(found).save(job.output.flags)
