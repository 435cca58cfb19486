"""The correlations of hidden activity between images of every two digits, in every network that is looked into."""

from _job import device, job

import numpy as np
import pandas as pd
import torch

from sleep_robustness.batches import write
from sleep_robustness.data import Dataset, first_examples
from sleep_robustness.keys import key_of
from sleep_robustness.networks import load
from sleep_robustness.papers.tadros.analyses.correlations import with_each_class
from sleep_robustness.papers.tadros.analyses.inputs import shown

params, where, dataset = job.params.analysis, device(), Dataset.load(job.input.dataset)
examples = first_examples(pd.read_csv(job.input.order)["example"].to_numpy(), params["examples"])
labels = dataset.test_y[examples]

networks, batch = load(job.input.models, where), {}
for run in job.params.runs:
    network, found = networks[key_of(run)], {}
    for name, distorted in {"clean": None, **params["distortions"]}.items():
        x = shown(dataset.test_x[examples], dataset.shape, name, distorted, run["dataset"], run["seed"])
        with torch.no_grad():
            hidden = network.activations(torch.from_numpy(x).to(where))[:-1]
        found[name] = [with_each_class(layer.cpu().numpy(), labels, dataset.classes) for layer in hidden]
    layers = np.arange(2, 2 + len(hidden))  # the paper counts the input as layer 1
    arrays = {"inputs": list(found), "layers": layers, "correlation": np.array(list(found.values()))}
    batch[key_of(run)] = arrays | {"label": labels}
write(batch, job.output.arrays)
