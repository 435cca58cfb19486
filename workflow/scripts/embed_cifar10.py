"""Embed images of CIFAR-10 or CIFAR-100, as many of each class."""

from _job import device, job

from pathlib import Path

import numpy as np
import torch

from sleep_robustness.arrays import load_arrays
from sleep_robustness.data.features import first_of_each
from sleep_robustness.embeddings import WEIGHTS
from sleep_robustness.enlarged import Enlarged, embedded
from sleep_robustness.files import atomic

torch.set_num_threads(1)
weights = job.params.weights
features = Enlarged(WEIGHTS[weights].load(Path(job.input.weights)), weights).to(device())
found = {}
for split, count in (("train", job.params.train_examples), ("test", job.params.test_examples)):
    x, y = load_arrays(job.input.images, f"{split}_x", f"{split}_y").values()
    taken = first_of_each(y, count)
    found |= {f"{split}_x": embedded(x[taken], features, job.threads, device()), f"{split}_y": y[taken]}
with atomic(job.output.features) as temporary:
    np.savez(temporary, **found)
