"""Defences: one file each, by their names in the config.

Each file has fit(dataset, params, base=None, seed=0, device="cpu") → the defended ReluNetwork, whose `history` is a table
with one row an epoch. `base` is the control network of the same seed, which stays as it is; `params` are the data set's
training parameters (Table 2) overlaid with the variant's. PARAMETERS, a literal, gives the schema of what a variant takes in
the config.
"""

import json
import logging
from importlib import import_module
from pathlib import Path
from types import ModuleType

import torch

from sleep_robustness.data import Dataset
from sleep_robustness.files import atomic
from sleep_robustness.models import ReluNetwork, save

log = logging.getLogger("sleep_robustness")


def defence(name: str) -> ModuleType:
    """The defence's module, by its name in the config."""
    return import_module(f"sleep_robustness.defences.{name}")


def save_fit(network: ReluNetwork, dataset: Dataset, facts: dict, model: Path, params: Path, history: Path) -> None:
    """Write a fitted network to `model`, `facts` (defence, variant, seed, device and whatever else it was made by) with the
    test accuracy to `params`, and the network's history to `history`."""
    x, y = torch.from_numpy(dataset.test_x), torch.from_numpy(dataset.test_y)
    clean = (network.predict(x.to(facts["device"])).cpu() == y).float().mean().item()
    log.info("%s %s, seed %s: test accuracy %.4f", facts["defence"], facts["variant"], facts["seed"], clean)
    save(network, model)
    with atomic(history) as temporary:
        network.history.to_csv(temporary, index=False)
    facts |= {"test_accuracy": clean, "torch": torch.__version__, "threads": torch.get_num_threads()}
    with atomic(params) as temporary:
        temporary.write_text(json.dumps(facts, indent=2) + "\n")
