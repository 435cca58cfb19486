"""Train the control network of each seed."""

from _job import device, each_network, job

import torch

from sleep_robustness.data import Dataset
from sleep_robustness.defences import save_fit
from sleep_robustness.defences.control import fit
from sleep_robustness.spiking.normalise import largest

dataset, where = Dataset.load(job.input.dataset), device()
for made, *files in each_network(job.params.networks, job.output.model, job.output.params, job.output.history):
    network = fit(dataset, made["parameters"], seed=made["seed"], device=where)
    network.largest = largest(network, torch.from_numpy(dataset.train_x).to(where))  # every sleep of the network needs it
    save_fit(network, dataset, made | {"device": where}, *files)
