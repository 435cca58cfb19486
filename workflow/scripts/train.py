"""Train the control network of each seed."""

from _job import device, each_seed, job

from sleep_robustness.data import Dataset
from sleep_robustness.defences import save_fit
from sleep_robustness.defences.control import fit

dataset, axes, where = Dataset.load(job.input.dataset), job.wildcards, device()
for seed, *files in each_seed(job.output.model, job.output.params, job.output.history):
    network = fit(dataset, job.params.defence, seed=seed, device=where)
    facts = {"dataset": axes.dataset, "defence": "control", "variant": axes.variant, "seed": seed}
    save_fit(network, dataset, facts | {"device": where, "parameters": job.params.defence}, *files)
