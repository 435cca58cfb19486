"""Defend a control network."""

from _job import device, job

from sleep_robustness.data import Dataset
from sleep_robustness.defences import defence, save_fit
from sleep_robustness.models import load

dataset, axes, where = Dataset.load(job.input.dataset), job.wildcards, device()
base, fit = load(job.input.base, where), defence(axes.defence).fit
network = fit(dataset, job.params.defence, base=base, seed=int(axes.seed), device=where)
facts = {"dataset": axes.dataset, "defence": axes.defence, "variant": axes.variant, "seed": int(axes.seed)}
save_fit(network, dataset, facts | {"device": where, "parameters": job.params.defence}, job.output)
