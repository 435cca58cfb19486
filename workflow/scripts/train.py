"""Train a control network."""

from _job import device, job

from sleep_robustness.data import Dataset
from sleep_robustness.defences import save_fit
from sleep_robustness.defences.control import fit

dataset, axes, where = Dataset.load(job.input.dataset), job.wildcards, device()
network = fit(dataset, job.params.defence, seed=int(axes.seed), device=where)
facts = {"dataset": axes.dataset, "defence": "control", "variant": axes.variant, "seed": int(axes.seed)}
save_fit(network, dataset, facts | {"device": where, "parameters": job.params.defence}, job.output)
