"""Find which clean test images networks are right on, by their BatchNorm."""

from _job import job

from sleep_robustness.data import HeldOut
from sleep_robustness.papers.bnn.evaluation import clean_flags
from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.papers.bnn.learnt import Learnt
from sleep_robustness.papers.bnn.tasks import Tasks

dataset, found = HeldOut.load(job.input.dataset), []
x, y = dataset.test_x, dataset.test_y
for run, file in zip(job.params.runs, job.input.learnt, strict=True):
    tasks = Tasks.permuted(job.params.tasks, x.shape[1], run["seed"])
    found.append(clean_flags(Learnt.load(file), tasks, x, y).with_axes(member=run["member"], seed=run["seed"]))
Flags.together(found).save(job.output.flags)
