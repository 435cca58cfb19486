"""Train control networks of seeds that no search sees."""

from _job import device, each_network, job

from sleep_robustness.data import Dataset
from sleep_robustness.defences import save_fit
from sleep_robustness.defences.control import fit

dataset, where = Dataset.load(job.input.dataset), device()
for made, *files in each_network(job.params.networks, job.output.models, job.output.params, job.output.histories):
    network = fit(dataset, made["parameters"], seed=made["seed"], device=where)
    save_fit(network, dataset, made | {"device": where}, *files)
