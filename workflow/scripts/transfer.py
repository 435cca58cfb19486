"""Show networks the images that an attack made on another one, and keep what they made of them."""

from _job import device, job, log

import json

import torch

from sleep_robustness.attacks import IMAGES
from sleep_robustness.batches import located, read, write
from sleep_robustness.data import HeldOut
from sleep_robustness.networks import load
from sleep_robustness.transfers import shown

where, dataset = device(), HeldOut.load(job.input.dataset)

networks, found = load(job.input.models, where), {}
bounds = next(iter(networks.values())).bounds
how = {"device": where, "threads": torch.get_num_threads(), "bounds": bounds, "parameters": job.params.transfer}
side_car = json.dumps(how, sort_keys=True)
made = dict(zip((run["seed"] for run in job.params.sources), located(job.params.sources, job.input.made).path, strict=True))
for run in job.params.runs:
    source = read(made[run["seed"]], IMAGES)
    x, y = (torch.from_numpy(values[source["example"]]).to(where) for values in (dataset.test_x, dataset.test_y))
    result = shown(networks[run["network"]], x, y, source)
    log.info("%s: %d of %d right before, %d fooled", run["network"], (result.strength > 0).sum(), len(x), result.success.sum())
    arrays = {"example": source["example"], "label": source["label"], "side_car": side_car, **result.details}
    arrays |= {kind: getattr(result, kind) for kind in ("strength", "distance", "success")}
    if result.adversarial is not None:
        arrays["adversarial"] = result.adversarial.cpu().numpy()
    found[run["network"]] = arrays
write(found, job.output.arrays)
