"""Embed images of CIFAR-10 or CIFAR-100, as many of each class."""

from _job import device, job

from pathlib import Path

import numpy as np
import torch

from sleep_robustness.data.features import first_of_each
from sleep_robustness.embeddings import WEIGHTS
from sleep_robustness.enlarged import Enlarged, embedded
from sleep_robustness.files import atomic

torch.set_num_threads(1)
weights = job.params.weights
features = Enlarged(WEIGHTS[weights].load(Path(job.input.weights)), weights).to(device())
found = {}
with np.load(job.input.images) as held:
    for split, count in (("train", job.params.train_examples), ("test", job.params.test_examples)):
        taken = first_of_each(held[f"{split}_y"], count)
        x, found[f"{split}_y"] = held[f"{split}_x"][taken], held[f"{split}_y"][taken]
        found[f"{split}_x"] = embedded(x, features, job.threads, device())
with atomic(job.output.features) as temporary:
    np.savez(temporary, **found)
