"""Find which corrupted test images networks are right on."""

from _job import job

import pandas as pd

from sleep_robustness.corruptions import load_photographs
from sleep_robustness.data import HeldOut, first_examples
from sleep_robustness.papers.bnn.evaluation import corrupted_flags
from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.papers.bnn.learnt import Learnt
from sleep_robustness.papers.bnn.tasks import Tasks

dataset, found = HeldOut.load(job.input.dataset), []
examples = first_examples(pd.read_csv(job.input.order)["example"].to_numpy(), job.params.corruptions["examples"])
x, y = dataset.test_x[examples], dataset.test_y[examples]
how = {"shape": dataset.shape, "params": job.params.corruptions, "statistics": job.params.statistics}
runs = pd.DataFrame(job.params.runs).assign(path=list(job.input.learnt))
for seed, own in runs.groupby("seed"):
    networks = {row.member: Learnt.load(row.path) for row in own.itertuples()}
    tasks = Tasks.permuted(job.params.tasks, x.shape[1], seed)
    found.append(corrupted_flags(networks, tasks, x, y, seed=seed, photographs=load_photographs(job.input.photographs), **how))
Flags.together(found).save(job.output.flags)
