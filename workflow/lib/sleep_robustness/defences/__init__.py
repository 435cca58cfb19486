"""Defences: one file each, by their names in the config.

Each file has fit(dataset, params, base=None, seed=0, device="cpu") → the defended Network, whose `history` is a table with one
row an epoch. `base` is the control network of the same seed and stays as it is; `params` are the data set's training parameters
overlaid with the variant's. Where a variant names another one as its `of`, fit takes that one's network as well, as `of`, and
leaves it as it is. PARAMETERS, a literal, gives the schema of what a variant takes in
the config; KIND, the kind of networks that the defence is for, where it is not for ReLU networks.
"""

import logging
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType

import torch

from sleep_robustness.data import Dataset
from sleep_robustness.networks import Network

log = logging.getLogger("sleep_robustness")
LOOKED_AT = 1000  # test examples at most, for the accuracy in a network's facts; one that spikes takes 25 s for 10 000


def defence(name: str) -> ModuleType:
    """The defence's module, by its name in the config."""
    return import_module(f"sleep_robustness.defences.{name}")


def facts_of(network: Network, dataset: Dataset, made: Mapping, device: str) -> dict:
    """What is kept of a fit beside its network: what it was `made` by (defence, variant, seed and whatever else), where, its
    history and its accuracy on LOOKED_AT test examples at most, taken evenly from all, which may be in order of their class."""
    step = -(-len(dataset.test_y) // LOOKED_AT)
    x, y = (torch.from_numpy(values[::step]) for values in (dataset.test_x, dataset.test_y))
    clean = (network.predict(x.to(device)).cpu() == y).float().mean().item()
    log.info("%s %s, seed %s: test accuracy %.3f", made["defence"], made["variant"], made["seed"], clean)
    facts = {**made, "device": device, "test_accuracy": clean, "torch": torch.__version__, "threads": torch.get_num_threads()}
    return facts | {"history": network.history.to_dict("list")}
