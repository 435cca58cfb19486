"""Attack the network of each seed with one variant of an attack, and keep what happened to every example."""

from _job import device, each_network, job, log

import json

import numpy as np
import pandas as pd
import torch

from sleep_robustness.attacks import attack
from sleep_robustness.data import HeldOut, first_examples
from sleep_robustness.files import atomic
from sleep_robustness.models import load
from sleep_robustness.randomness import torch_stream

axes, params, where, dataset = job.params.axes, job.params.attack, device(), HeldOut.load(job.input.dataset)
examples = first_examples(pd.read_csv(job.input.order)["example"].to_numpy(), params["examples"])
x, y = (torch.from_numpy(values[examples]).to(where) for values in (dataset.test_x, dataset.test_y))

for seed, model, source, output in each_network(job.params.seeds, job.input.model, job.input.source, job.output.arrays):
    rng = torch_stream(f"attack {axes['attack']}", axes["dataset"], seed)
    looked_at = {} if source == model else {"source": load(source, where)}
    result = attack(axes["attack"]).run(load(model, where), x, y, params | looked_at, rng)
    right, fooled = (result.strength > 0).sum(), result.success.sum()
    log.info("seed %d: %d examples, %d right before the attack, %d fooled", seed, len(x), right, fooled)
    arrays = {"example": examples, "label": dataset.test_y[examples], **result.details}
    arrays |= {name: getattr(result, name) for name in ("strength", "distance", "success")}
    if result.adversarial is not None:
        arrays["adversarial"] = result.adversarial.cpu().numpy()
    arrays["side_car"] = json.dumps({"device": where, "threads": torch.get_num_threads(), "parameters": params})
    with atomic(output) as temporary:
        np.savez_compressed(temporary, **arrays)
