"""Attack networks with one variant of an attack, and keep what happened to every example."""

from _job import device, job, log

import json

import pandas as pd
import torch

from sleep_robustness.attacks import attack
from sleep_robustness.batches import write
from sleep_robustness.data import HeldOut, first_examples
from sleep_robustness.networks import load
from sleep_robustness.randomness import torch_stream

name, params, where, dataset = job.wildcards.attack, job.params.attack, device(), HeldOut.load(job.input.dataset)
examples = first_examples(pd.read_csv(job.input.order)["example"].to_numpy(), params["examples"])
x, y = (torch.from_numpy(values[examples]).to(where) for values in (dataset.test_x, dataset.test_y))

networks, found = load(job.input.models, where), {}
bounds = next(iter(networks.values())).bounds
how = {"device": where, "threads": torch.get_num_threads(), "bounds": bounds, "parameters": params}
side_car = json.dumps(how, sort_keys=True)
for run in job.params.runs:
    rng = torch_stream(f"attack {name}", job.wildcards.dataset, run["seed"])
    result = attack(name).run(networks[run["network"]], x, y, params, rng)
    right, fooled = (result.strength > 0).sum(), result.success.sum()
    log.info("%s: %d examples, %d right before the attack, %d fooled", run["network"], len(x), right, fooled)
    arrays = {"example": examples, "label": dataset.test_y[examples], "side_car": side_car, **result.details}
    arrays |= {kind: getattr(result, kind) for kind in ("strength", "distance", "success")}
    if result.adversarial is not None:
        arrays["adversarial"] = result.adversarial.cpu().numpy()
    found[run["network"]] = arrays
write(found, job.output.arrays)
