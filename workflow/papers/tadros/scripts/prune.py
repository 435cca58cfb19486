"""Sleep beside networks in which as many neurons are cut, of one seed: what happened to every example, by every measure."""

from _job import device, job, log

import numpy as np
import pandas as pd
import torch

from sleep_robustness.data import Dataset, first_examples
from sleep_robustness.defences import control
from sleep_robustness.files import atomic
from sleep_robustness.networks import load
from sleep_robustness.papers.tadros.analyses.pruning import asked, measured, networks, place

params, seed, where, dataset = job.params.pruning, int(job.wildcards.seed), device(), Dataset.load(job.input.dataset)
order, arrays = pd.read_csv(job.input.order)["example"].to_numpy(), {}
base = load(job.input.controls, where).get(job.params.control)
if base is None:
    log.info("no model of this seed is there; one is trained")
    base = control.fit(dataset, params["control"], seed=seed, device=where)

for slept, made, neurons in networks(dataset, base, params["sleeps"], seed, where):
    log.info("%s: %d neurons of the hidden layers slept", slept, neurons)
    arrays[f"{slept}/neurons"] = neurons
    for name, network in made.items():
        for measure in params["measures"]:
            before = place(slept, name, measure)
            if asked(measure, slept, name) and not any(key.startswith(before) for key in arrays):
                examples = first_examples(order, measure["params"]["examples"])
                x, y = (torch.from_numpy(values[examples]).to(where) for values in (dataset.test_x, dataset.test_y))
                kept = measured(network, x, y, dataset.shape, measure, seed)
                arrays |= {before + key: array for key, array in kept.items()}
with atomic(job.output.arrays) as temporary:
    np.savez_compressed(temporary, **arrays)
