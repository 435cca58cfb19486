"""Give all test images to the networks compared before and after sleep, and keep their outputs."""

from _job import job

import numpy as np
import torch

from sleep_robustness.data import HeldOut
from sleep_robustness.files import atomic
from sleep_robustness.models import load

dataset = HeldOut.load(job.input.dataset)
x, arrays = torch.from_numpy(dataset.test_x), {"label": dataset.test_y}
for run, model in zip(job.params.runs, job.input.models, strict=True):
    with torch.no_grad():
        arrays["{defence}/{variant}/{seed}".format(**run)] = load(model)(x).numpy()
with atomic(job.output.arrays) as temporary:
    np.savez_compressed(temporary, **arrays)
