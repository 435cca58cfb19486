"""Give all test images to the networks compared before and after sleep, and keep their outputs."""

from _job import job

import numpy as np
import torch

from sleep_robustness.data import HeldOut
from sleep_robustness.files import atomic
from sleep_robustness.keys import key_of
from sleep_robustness.networks import load

dataset = HeldOut.load(job.input.dataset)
x, arrays = torch.from_numpy(dataset.test_x), {"label": dataset.test_y}
networks = load(job.input.models)
for key in map(key_of, job.params.runs):
    with torch.no_grad():
        arrays[key] = networks[key](x).numpy()
with atomic(job.output.arrays) as temporary:
    np.savez_compressed(temporary, **arrays)
