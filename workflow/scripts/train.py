"""Train a control network."""

from _job import device, job, log

import json

import torch

from sleep_robustness.data import Dataset
from sleep_robustness.defences.control import fit
from sleep_robustness.files import atomic
from sleep_robustness.models import save

axes, seed, where = dict(job.wildcards), int(job.wildcards.seed), device()
dataset = Dataset.load(job.input.dataset)
network, history = fit(dataset, job.params.training, seed=seed, device=where)

right = network.predict(torch.from_numpy(dataset.test_x).to(where)).cpu() == torch.from_numpy(dataset.test_y)
clean = right.float().mean().item()
log.info("test accuracy %.4f", clean)

save(network, job.output.model)
with atomic(job.output.history) as temporary:
    history.to_csv(temporary, index=False)
side_car = axes | {
    "parameters": job.params.training,
    "test_accuracy": clean,
    "device": where,
    "torch": torch.__version__,
}
with atomic(job.output.params) as temporary:
    temporary.write_text(json.dumps(side_car, indent=2) + "\n")
