"""The control again, with other random numbers: nothing defends it, and no image made on the control was made on it."""

import torch

from sleep_robustness.data import Dataset
from sleep_robustness.defences.control import one_hot_labels, train_with
from sleep_robustness.networks import Network, begun
from sleep_robustness.randomness import torch_stream

PARAMETERS = {}


def fit(dataset: Dataset, params: dict, base: Network | None = None, seed: int = 0, device: str = "cpu") -> Network:
    """Train as `control.fit` does, with its params, from other weights and in another order."""
    network = begun(dataset, params, torch_stream("another seed's initial weights", seed), None).to(device)
    rng = torch_stream("another seed's batch order and dropout", seed)
    train_with(params, network, torch.from_numpy(dataset.train_x).to(device), one_hot_labels(dataset, device), rng)
    return network
