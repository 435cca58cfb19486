"""Defend networks: each is made from the control of its seed, and may be from another network of its defence."""

from _job import device, job

from sleep_robustness.batches import write_facts
from sleep_robustness.data import Dataset
from sleep_robustness.defences import defence, facts_of
from sleep_robustness.keys import key_of
from sleep_robustness.networks import load, save

dataset, where, networks, facts = Dataset.load(job.input.dataset), device(), {}, {}
bases = load(job.input.bases, where)
for made in job.params.networks:
    of = {"of": (bases | networks)[made["of"]]} if made["of"] else {}
    fit, base = defence(made["defence"]).fit, bases[made["base"]]
    network = fit(dataset, made["parameters"], base=base, seed=made["seed"], device=where, **of)
    networks[key_of(made)], facts[key_of(made)] = network, facts_of(network, dataset, made, where)
save(networks, job.output.model)
write_facts(facts, job.output.facts)
