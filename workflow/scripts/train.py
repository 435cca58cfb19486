"""Train control networks."""

from _job import device, job

import torch

from sleep_robustness.batches import write_facts
from sleep_robustness.data import Dataset
from sleep_robustness.defences import facts_of
from sleep_robustness.defences.control import fit
from sleep_robustness.keys import key_of
from sleep_robustness.networks import save
from sleep_robustness.networks.relu import ReluNetwork
from sleep_robustness.spiking.normalise import largest

dataset, where, networks, facts = Dataset.load(job.input.dataset), device(), {}, {}
for made in job.params.networks:
    network = fit(dataset, made["parameters"], seed=made["seed"], device=where)
    if isinstance(network, ReluNetwork):  # every sleep of the network needs it
        network.largest = largest(network, torch.from_numpy(dataset.train_x).to(where))
    networks[key_of(made)], facts[key_of(made)] = network, facts_of(network, dataset, made, where)
save(networks, job.output.model)
write_facts(facts, job.output.facts)
