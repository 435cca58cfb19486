"""Train the pool's networks of one seed, and keep what every measure gives of them on every example."""

from _job import device, job, log

import numpy as np
import pandas as pd
import torch

from sleep_robustness.data import Dataset, first_examples
from sleep_robustness.defences import defence
from sleep_robustness.files import atomic
from sleep_robustness.papers.tadros.analyses.coverage import correlated, place
from sleep_robustness.papers.tadros.analyses.pruning import measured

params, seed, where, dataset = job.params.pool, int(job.wildcards.seed), device(), Dataset.load(job.input.dataset)
order, control = pd.read_csv(job.input.order)["example"].to_numpy(), None
most = first_examples(order, max(measure["params"]["examples"] for measure in params["measures"]))
arrays = {"label": dataset.test_y[most]}

for made in params["networks"]:
    name = f"{made['defence']}/{made['variant']}"
    network = defence(made["defence"]).fit(dataset, made["parameters"], base=control, seed=seed, device=where)
    control = control or network  # it comes first
    log.info("%s is trained", name)
    for measure in params["measures"]:
        examples = first_examples(order, measure["params"]["examples"])
        x, y = (torch.from_numpy(values[examples]).to(where) for values in (dataset.test_x, dataset.test_y))
        found = measured(network, x, y, dataset.shape, measure, seed)
        whole = len(found.get("strengths", [])) > 2  # a grid, which the strengths tell alone
        kept = {key: found[key] for key in (["strength"] if whole else found)}
        arrays |= {place(name, measure) + key: array for key, array in kept.items()}
    if "noise" in params["correlations"]:
        arrays[f"{name}/correlation"] = correlated(network, dataset, most, params["correlations"]["noise"], seed, where)
    arrays[f"{name}/weights"] = np.array([weights.std().item() for weights in network.weights])
with atomic(job.output.arrays) as temporary:
    np.savez_compressed(temporary, **arrays)
