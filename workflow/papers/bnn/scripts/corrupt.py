"""Find which corrupted test images networks of a seed are right on."""

from _job import job

import pandas as pd

from sleep_robustness.corruptions import load_photographs
from sleep_robustness.data import HeldOut, first_examples
from sleep_robustness.papers.bnn.evaluation import corrupted_flags
from sleep_robustness.papers.bnn.learnt import Learnt
from sleep_robustness.papers.bnn.tasks import Tasks

dataset, seed = HeldOut.load(job.input.dataset), int(job.wildcards.seed)
examples = first_examples(pd.read_csv(job.input.order)["example"].to_numpy(), job.params.corruptions["examples"])
x, y = dataset.test_x[examples], dataset.test_y[examples]
found = corrupted_flags(
    {(run["grid"], run["member"]): Learnt.load(file) for run, file in zip(job.params.runs, job.input.learnt, strict=True)},
    Tasks.permuted(job.params.tasks, x.shape[1], seed),
    x,
    y,
    shape=dataset.shape,
    params=job.params.corruptions,
    statistics=job.params.statistics,
    seed=seed,
    photographs=load_photographs(job.input.photographs),
)
found.save(job.output.flags)
