"""Diagnose networks: what tells whether the attacks on them are at fault."""

from _job import device, job

import pandas as pd
import torch

from sleep_robustness.attacks.diagnosis import diagnose
from sleep_robustness.batches import write
from sleep_robustness.data import HeldOut, first_examples
from sleep_robustness.networks import load

params, where, dataset = job.params.fgsm, device(), HeldOut.load(job.input.dataset)
examples = first_examples(pd.read_csv(job.input.order)["example"].to_numpy(), params["examples"])
x, y = (torch.from_numpy(values[examples]).to(where) for values in (dataset.test_x, dataset.test_y))

networks, found = load(job.input.models, where), {}
for run in job.params.runs:
    control = None if run["network"] == run["source"] else networks[run["source"]]
    arrays = diagnose(networks[run["network"]], control, x, y, params)
    found[run["network"]] = {"example": examples, "label": dataset.test_y[examples], **arrays}
write(found, job.output.arrays)
