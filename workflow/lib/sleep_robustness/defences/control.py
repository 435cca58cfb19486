"""Control: the undefended network, trained as the released code does (paper §8.1, Table 2)."""

import pandas as pd
import torch

from sleep_robustness.data import Dataset
from sleep_robustness.errors import UserError
from sleep_robustness.models import ReluNetwork
from sleep_robustness.randomness import torch_stream
from sleep_robustness.training import train

PARAMETERS = {}


def fit(
    dataset: Dataset, params: dict, base: ReluNetwork | None = None, seed: int = 0, device: str = "cpu"
) -> tuple[ReluNetwork, pd.DataFrame]:
    """Train from fresh weights on one-hot labels.

    params: sizes, dropout, weight_spread, epochs, batch, learning_rate, momentum. Raises UserError when `sizes` does not
    fit the data, or the training diverges.
    """
    sizes = params["sizes"]
    if (sizes[0], sizes[-1]) != (dataset.train_x.shape[1], dataset.classes):
        raise UserError(
            f"config: sizes {sizes} must begin with {dataset.train_x.shape[1]}, the values of an example, "
            f"and end with {dataset.classes}, the classes."
        )
    network = ReluNetwork(sizes, params["dropout"], dataset.bounds)
    network.initialise(params["weight_spread"], torch_stream("initial weights", seed))
    network.to(device)
    history = train(
        network,
        torch.from_numpy(dataset.train_x).to(device),
        torch.nn.functional.one_hot(torch.from_numpy(dataset.train_y), dataset.classes).float().to(device),
        **{name: params[name] for name in ("epochs", "batch", "learning_rate", "momentum")},
        rng=torch_stream("batch order and dropout", seed),
    )
    return network, history
