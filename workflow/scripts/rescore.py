"""Score what a search found on training images that it did not see, on all networks, under several orders of the images."""

from _job import job

from pathlib import Path

import torch
import yaml

from sleep_robustness.data import Dataset, stratified_order
from sleep_robustness.files import atomic
from sleep_robustness.models import load
from sleep_robustness.search import Judge, rescored

torch.set_num_threads(1)
params, own, dataset = job.params.search, job.params.rescored, Dataset.load(job.input.dataset)
controls = {seed: load(path) for seed, path in zip(job.params.seeds, job.input.controls, strict=True)}
others = stratified_order(dataset.train_y)[params["examples"] :][: own["examples"]]
judge = Judge(dataset, controls, others, params["attack"] | own["attack"])
candidate = yaml.safe_load(Path(job.input.found).read_text())
table = rescored(judge, candidate, own["orders"], job.threads)
with atomic(job.output.table) as temporary:
    table.to_csv(temporary, index=False)
