"""Let a network learn all tasks, and note how long it takes."""

from _job import device, job

from pathlib import Path

import pandas as pd
import torch

from sleep_robustness.data import Dataset
from sleep_robustness.files import atomic
from sleep_robustness.papers.bnn.learnt import learn, partial_file, remove_partial
from sleep_robustness.papers.bnn.tasks import tasks_of

dataset, seed, params = Dataset.load(job.input.dataset), int(job.wildcards.seed), job.params.network
tasks = tasks_of(job.params.tasks, dataset.train_x.shape[1], seed)
partial = partial_file(Path(job.output.learnt), [*job.input.code, job.input.dataset], params, job.params.tasks)
learnt, seconds = learn(dataset, tasks, params, seed, partial, device())
learnt.save(job.output.learnt)
rows = [(task, one, device(), torch.get_num_threads()) for task, one in seconds.items()]
with atomic(job.output.time) as temporary:
    pd.DataFrame(rows, columns=["task", "seconds", "device", "threads"]).to_csv(temporary, index=False)
remove_partial(Path(job.output.learnt))
