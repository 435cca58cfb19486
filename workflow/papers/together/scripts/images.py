"""Make images on one network, by PGD, that others are shown."""

from _job import device, job

import numpy as np
import pandas as pd
import torch

from sleep_robustness.attacks import attack
from sleep_robustness.data import HeldOut, first_examples
from sleep_robustness.files import atomic
from sleep_robustness.papers.together.networks import network_of
from sleep_robustness.randomness import torch_stream

where, dataset, seed = device(), HeldOut.load(job.input.dataset), int(job.wildcards.seed)
examples = first_examples(pd.read_csv(job.input.order)["example"].to_numpy(), job.params.examples)
network = network_of(job.params.row, seed, job.input.network).to(where)
x = torch.from_numpy(dataset.test_x[examples]).to(where, network.precision)
y, made = torch.from_numpy(dataset.test_y[examples]).to(where), []
for strength in job.params.strengths:
    params = job.params.attack | {"strengths": [strength]}
    result = attack("pgd").run(network, x, y, params, torch_stream("attack pgd", seed))
    made.append(result.adversarial.cpu().numpy().astype(np.float32))
with atomic(job.output.images) as temporary:
    np.savez_compressed(temporary, images=np.array(made), strengths=np.array(job.params.strengths))
