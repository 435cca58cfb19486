"""Embed corrupted test images of CIFAR-10, as many of each class."""

from _job import device, job

from pathlib import Path

import numpy as np
import torch

from sleep_robustness.arrays import load_arrays
from sleep_robustness.corruptions import NAMES, load_photographs
from sleep_robustness.corruptions.colour import corrupt_colour
from sleep_robustness.data.features import first_of_each
from sleep_robustness.embeddings import WEIGHTS
from sleep_robustness.enlarged import Enlarged, embedded
from sleep_robustness.files import atomic
from sleep_robustness.papers.bnn.corrupted import ORIGINAL, conditions
from sleep_robustness.randomness import numpy_stream

torch.set_num_threads(1)
weights, params = job.params.weights, job.params.corrupted
features = Enlarged(WEIGHTS[weights].load(Path(job.input.weights)), weights).to(device())
x, y = load_arrays(job.input.images, "test_x", "test_y").values()
taken = first_of_each(y, params["examples"])
x, y = x[taken] / np.float32(255), y[taken]
photographs, found = load_photographs(job.input.photographs), {"labels": y}
for name, severity in conditions({"names": NAMES, "severities": params["severities"]}):
    rng = numpy_stream("corruption", name, severity)
    images = x if name == ORIGINAL else corrupt_colour(x, name, severity, rng, photographs)
    found[f"{name} {severity}"] = embedded(images, features, job.threads, device())
with atomic(job.output.features) as temporary:
    np.savez(temporary, **found)
