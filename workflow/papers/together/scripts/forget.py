"""Let a row's network learn tasks one after the other, with its sleep after each."""

from _job import device, job

from sleep_robustness.data import Dataset
from sleep_robustness.files import atomic
from sleep_robustness.papers.bnn.tasks import Tasks
from sleep_robustness.papers.together.forgetting import learn_in_turn

dataset, seed, own = Dataset.load(job.input.dataset), int(job.wildcards.seed), job.params.tasks
tasks = Tasks.permuted(own, dataset.train_x.shape[1], seed)
table = learn_in_turn(dataset, tasks, job.params.training, job.params.sleep, own["examples"], seed, device())
with atomic(job.output.table) as temporary:
    table.to_csv(temporary, index=False)
