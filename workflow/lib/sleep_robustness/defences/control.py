"""Control: the undefended network, trained as the released code does (paper §8.1, Table 2)."""

import torch
from torch import Tensor

from sleep_robustness.data import Dataset
from sleep_robustness.errors import UserError
from sleep_robustness.networks.relu import ReluNetwork
from sleep_robustness.randomness import torch_stream
from sleep_robustness.training import Change, unchanged
from sleep_robustness.training.released import train

PARAMETERS = {}


def fit(dataset: Dataset, params: dict, base: ReluNetwork | None = None, seed: int = 0, device: str = "cpu") -> ReluNetwork:
    """Train from fresh weights on one-hot labels.

    params: sizes, dropout, weight_spread, epochs, batch, learning_rate, momentum. Raises UserError when `sizes` does not
    fit the data, or the training diverges.
    """
    network = fresh(dataset, params, seed, device)
    x = torch.from_numpy(dataset.train_x).to(device)
    rng = torch_stream("batch order and dropout", seed)
    train_with(params, network, x, one_hot_labels(dataset, device), rng)
    return network


def fresh(dataset: Dataset, params: dict, seed: int, device: str, temperature: float | None = None) -> ReluNetwork:
    """A network with the initial weights of a seed. Raises UserError when `sizes` does not fit the data."""
    sizes = params["sizes"]
    if (sizes[0], sizes[-1]) != (dataset.train_x.shape[1], dataset.classes):
        raise UserError(
            f"config: sizes {sizes} must begin with {dataset.train_x.shape[1]}, the values of an example, "
            f"and end with {dataset.classes}, the classes."
        )
    network = ReluNetwork(sizes, params["dropout"], dataset.bounds, temperature)
    network.initialise(params["weight_spread"], torch_stream("initial weights", seed))
    return network.to(device)


def one_hot_labels(dataset: Dataset, device: str) -> Tensor:
    """Training labels as float32 [n, classes]."""
    return torch.nn.functional.one_hot(torch.from_numpy(dataset.train_y), dataset.classes).float().to(device)


def train_with(
    params: dict, network: ReluNetwork, x: Tensor, targets: Tensor, rng: torch.Generator, change: Change = unchanged
) -> None:
    """Train with the epochs, batch, rate and momentum of a config entry, on what `change` makes of each batch."""
    own = {key: params[key] for key in ("epochs", "batch", "learning_rate", "momentum")}
    train(network, x, targets, **own, rng=rng, change=change)
