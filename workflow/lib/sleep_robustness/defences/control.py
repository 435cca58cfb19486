"""Control: the undefended network, trained as its paper's released code does (Tadros et al.: §8.1, Table 2)."""

import torch
from torch import Tensor

from sleep_robustness.data import Dataset
from sleep_robustness.errors import UserError
from sleep_robustness.networks import Network, begun
from sleep_robustness.networks.relu import ReluNetwork
from sleep_robustness.randomness import torch_stream
from sleep_robustness.training import Change, Loss, optimised, released, unchanged

PARAMETERS = {}


def fit(dataset: Dataset, params: dict, base: Network | None = None, seed: int = 0, device: str = "cpu") -> Network:
    """Train from fresh weights on one-hot labels.

    params: epochs, batch, learning_rate, momentum, and what the kind of `network` takes. Raises UserError when the network does
    not fit the data, or the training diverges.
    """
    network = fresh(dataset, params, seed, device)
    x = torch.from_numpy(dataset.train_x).to(device)
    rng = torch_stream("batch order and dropout", seed)
    train_with(params, network, x, one_hot_labels(dataset, device), rng)
    return network


def fresh(dataset: Dataset, params: dict, seed: int, device: str, temperature: float | None = None) -> Network:
    """A network with the initial weights of a seed. Raises UserError when it does not fit the data."""
    return begun(dataset, params, torch_stream("initial weights", seed), temperature).to(device)


def one_hot_labels(dataset: Dataset, device: str) -> Tensor:
    """Training labels as float32 [n, classes]."""
    return torch.nn.functional.one_hot(torch.from_numpy(dataset.train_y), dataset.classes).float().to(device)


def train_with(
    params: dict,
    network: Network,
    x: Tensor,
    targets: Tensor,
    rng: torch.Generator,
    change: Change = unchanged,
    loss: Loss = Network.loss,
) -> None:
    """Train with the epochs, batch, rate and momentum of a config entry, on what `change` makes of each batch: ReLU networks as
    Tadros et al.'s code does, others by torch's SGD, which leaves out what does not fill a batch, as DeepSleep's code does.
    Raises UserError for another loss than a ReLU network's own."""
    own = {key: params[key] for key in ("epochs", "batch")} | {"rng": rng, "change": change}
    if isinstance(network, ReluNetwork):
        if loss is not Network.loss:
            raise UserError("training: a relu network is trained by its own loss; set double_softmax to false in the config.")
        released.train(network, x, targets, learning_rate=params["learning_rate"], momentum=params["momentum"], **own)
    else:
        options = {"lr": params["learning_rate"], "momentum": params["momentum"]}
        optimised.train(network, x, targets, optimiser="sgd", options=options, drop_last=True, loss=loss, **own)
