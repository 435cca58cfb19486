"""Find which test images networks are right on that an attack makes on their real twin."""

from _job import device, job

import pandas as pd

from sleep_robustness.data import HeldOut, first_examples
from sleep_robustness.papers.bnn.evaluation import transferred_flags
from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.papers.bnn.learnt import Learnt
from sleep_robustness.papers.bnn.tasks import Tasks

dataset, found = HeldOut.load(job.input.dataset), []
examples = first_examples(pd.read_csv(job.input.order)["example"].to_numpy(), job.params.attack["examples"])
x, y = dataset.test_x[examples], dataset.test_y[examples]
twins = dict(zip(job.params.twins, job.input.twins, strict=True))
how = {"name": job.wildcards.by, "params": job.params.attack, "statistics": job.params.statistics, "device": device()}
for run, file in zip(job.params.runs, job.input.learnt, strict=True):
    seed = run["seed"]
    tasks = Tasks.permuted(job.params.tasks, x.shape[1], seed)
    own = transferred_flags(Learnt.load(file), Learnt.load(twins[seed]), tasks, x, y, seed=seed, **how)
    found.append(own.with_axes(member=run["member"], seed=seed))
Flags.together(found).save(job.output.flags)
