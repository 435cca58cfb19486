"""What happens in the sleep of each network, under each rule of plasticity."""

from _job import device, job

import numpy as np
import pandas as pd
import torch

from sleep_robustness.batches import write
from sleep_robustness.data import Dataset, first_examples
from sleep_robustness.defences.sleep import bedded
from sleep_robustness.keys import key_of
from sleep_robustness.networks import load
from sleep_robustness.papers.tadros.analyses.asleep import moments, trace
from sleep_robustness.spiking.plasticity import RULES

params, where, dataset = job.params.analysis, device(), Dataset.load(job.input.dataset)
examples = first_examples(pd.read_csv(job.input.order)["example"].to_numpy(), params["examples"])
x, y = (torch.from_numpy(values[examples]).to(where) for values in (dataset.test_x, dataset.test_y))

controls, batch = load(job.input.controls, where), {}
for run in job.params.runs:
    base, own = controls[key_of(run | job.params.control)], job.params.sleeps[run["variant"]]
    given = bedded(dataset, own, base, run["seed"], where)
    steps = moments(own["steps"], params["checkpoints"])
    traces = [trace(base, given, rule, steps, x, y, params) for rule in RULES]
    arrays = {name: np.array([one[name] for one in traces]) for name in traces[0]}
    arrays |= {"rules": list(RULES), "layers": np.arange(2, 2 + len(given[0]))}  # the input is layer 1
    batch[key_of(run)] = arrays
write(batch, job.output.arrays)
