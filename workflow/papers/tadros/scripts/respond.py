"""What the neurons specific to a digit do before and after sleep, in the spiking and in the ReLU network, fed noisy images."""

from _job import device, job

import numpy as np
import pandas as pd
import torch

from sleep_robustness.batches import write
from sleep_robustness.data import Dataset, first_examples
from sleep_robustness.keys import key_of
from sleep_robustness.networks import load
from sleep_robustness.papers.tadros.analyses.inputs import shown
from sleep_robustness.papers.tadros.analyses.neurons import of_specific
from sleep_robustness.papers.tadros.analyses.responses import activations, firing_rates
from sleep_robustness.spiking.normalise import normalisation

params, where, dataset = job.params.analysis, device(), Dataset.load(job.input.dataset)
examples = first_examples(pd.read_csv(job.input.order)["example"].to_numpy(), params["examples"])
labels, train = dataset.test_y[examples], torch.from_numpy(dataset.train_x).to(where)
networks, factors, batch = load(job.input.models, where), {}, {}  # factors: the first of normalisation, by network

for run in job.params.runs:
    own_control = key_of(run | job.params.control)
    x = shown(dataset.test_x[examples], dataset.shape, "noise", params["noise"], run["dataset"], run["seed"])
    own, found = job.params.sleeps[run["variant"]], []
    for key in (own_control, key_of(run)):
        network = networks[key]
        if key not in factors:
            factors[key] = normalisation(network, train)[0]
        # as in its sleep, the first layer's own current comes of the network's normalisation before
        spiking = {"normalised": (factors[key], 1.0), "own": (factors[own_control] * own["current"], own["thresholds"][0])}
        responses = {
            name: firing_rates(network, x, labels, *neuron, params, run["seed"]) for name, neuron in spiking.items()
        } | {"activation": activations(network, x)}
        found.append([of_specific(values, labels, dataset.classes, params["specific"]) for values in responses.values()])
    specific, largest = (np.array([[one[part] for one in stage] for stage in found]) for part in (0, 1))
    arrays = {"specific": specific.swapaxes(0, 1), "largest": largest.T, "responses": list(responses)}
    batch[key_of(run)] = arrays | {"label": labels}
write(batch, job.output.arrays)
