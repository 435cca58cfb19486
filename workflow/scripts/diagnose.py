"""Diagnose the network of each seed: what tells whether the attacks on it are at fault."""

from _job import device, each_network, job

import numpy as np
import pandas as pd
import torch

from sleep_robustness.attacks.diagnosis import diagnose
from sleep_robustness.data import HeldOut, first_examples
from sleep_robustness.files import atomic
from sleep_robustness.models import load

params, where, dataset = job.params.fgsm, device(), HeldOut.load(job.input.dataset)
examples = first_examples(pd.read_csv(job.input.order)["example"].to_numpy(), params["examples"])
x, y = (torch.from_numpy(values[examples]).to(where) for values in (dataset.test_x, dataset.test_y))

for model, base, output in each_network(job.input.model, job.input.control, job.output.arrays):
    control = None if model == base else load(base, where)
    arrays = diagnose(load(model, where), control, x, y, params)
    with atomic(output) as temporary:
        np.savez_compressed(temporary, example=examples, label=dataset.test_y[examples], **arrays)
