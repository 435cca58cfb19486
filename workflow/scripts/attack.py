"""Attack one network with one variant of an attack, and keep what happened to every example."""

from _job import device, job, log

import json

import numpy as np
import pandas as pd
import torch

from sleep_robustness.attacks import attack
from sleep_robustness.data import Dataset, first_examples
from sleep_robustness.files import atomic
from sleep_robustness.models import load
from sleep_robustness.randomness import torch_stream

axes, params, where = job.wildcards, job.params.attack, device()
network, dataset = load(job.input.model, where), Dataset.load(job.input.dataset)
examples = first_examples(pd.read_csv(job.input.order)["example"].to_numpy(), params["examples"])

x, y = (torch.from_numpy(values[examples]).to(where) for values in (dataset.test_x, dataset.test_y))
rng = torch_stream(f"attack {axes.attack}", axes.dataset, axes.seed)
result = attack(axes.attack).run(network, x, y, params, rng)
log.info("%d examples, %d right before the attack, %d fooled", len(x), (result.strength > 0).sum(), result.success.sum())

arrays = {"example": examples, "label": dataset.test_y[examples], **result.details}
arrays |= {name: getattr(result, name) for name in ("strength", "distance", "success")}
if result.adversarial is not None:
    arrays["adversarial"] = result.adversarial.cpu().numpy()
arrays["side_car"] = json.dumps({"device": where, "threads": torch.get_num_threads(), "parameters": params})
with atomic(job.output.arrays) as temporary:
    np.savez_compressed(temporary, **arrays)
