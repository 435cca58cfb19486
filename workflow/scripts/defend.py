"""Defend the control network of each seed."""

from _job import device, each_seed, job

from sleep_robustness.data import Dataset
from sleep_robustness.defences import defence, save_fit
from sleep_robustness.models import load

dataset, axes, where = Dataset.load(job.input.dataset), job.wildcards, device()
fit = defence(axes.defence).fit
for seed, base, *files in each_seed(job.input.base, job.output.model, job.output.params, job.output.history):
    network = fit(dataset, job.params.defence, base=load(base, where), seed=seed, device=where)
    facts = {"dataset": axes.dataset, "defence": axes.defence, "variant": axes.variant, "seed": seed}
    save_fit(network, dataset, facts | {"device": where, "parameters": job.params.defence}, *files)
