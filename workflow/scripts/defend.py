"""Defend networks: each is made from the control of its seed, or from another network of its defence."""

from _job import device, each_network, job

from sleep_robustness.data import Dataset
from sleep_robustness.defences import defence, save_fit
from sleep_robustness.models import load

dataset, where = Dataset.load(job.input.dataset), device()
outputs = (job.output.model, job.output.params, job.output.history)
for made, base, *files in each_network(job.params.networks, job.input.base, *outputs):
    fit = defence(made["defence"]).fit
    network = fit(dataset, made["parameters"], base=load(base, where), seed=made["seed"], device=where)
    save_fit(network, dataset, made | {"device": where}, *files)
