"""Adversarial training (Goodfellow et al. 2014; from random starts, Wong et al. 2020): a positive control of our own.

A measure of robustness that does not put this network above the undefended one measures something else.
"""

import torch
from torch import Tensor

from sleep_robustness.attacks.fgsm import gradient_sign, margin
from sleep_robustness.data import Dataset
from sleep_robustness.defences.control import fresh, one_hot_labels, train_with
from sleep_robustness.networks.relu import ReluNetwork
from sleep_robustness.randomness import torch_stream

PARAMETERS = {
    "hidden": {
        "type": "array",
        "items": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
        "description": "a list of the units of each hidden layer",
    },
    "strength": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "description": "a share of the range, above 0"},
    "epochs": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "measured_by": {
        "type": "array",
        "items": {"type": "string", "description": "the name of an attack or a distortion"},
        "uniqueItems": True,
        "description": "a list of attacks and distortions, each once",
    },
}
STEP = 1.25  # of the attack, in ε (Wong et al. 2020)


def fit(dataset: Dataset, params: dict, base: ReluNetwork | None = None, seed: int = 0, device: str = "cpu") -> ReluNetwork:
    """Train a network of its own on training examples that FGSM changes anew for each batch, by the logit margin of the network
    as it is then, from a random start within the strength.

    params: those of the control, with the units of its `hidden` layers; `strength`, the L∞ limit ε of what is trained on, as a
    share of the range of an input; and the `epochs`.
    """
    sizes = [params["sizes"][0], *params["hidden"], params["sizes"][-1]]
    network = fresh(dataset, params | {"sizes": sizes}, seed, device)
    x, starts = torch.from_numpy(dataset.train_x).to(device), torch_stream("random starts", seed)
    low, high = dataset.bounds
    epsilon = params["strength"] * (high - low)

    def attacked(rows: Tensor, targets: Tensor) -> Tensor:
        start = (2 * torch.rand(rows.shape, generator=starts) - 1).to(device) * epsilon
        sign, _ = gradient_sign(network, (rows + start).clamp(low, high), targets.argmax(1), margin)
        return (rows + (start + STEP * epsilon * sign).clamp(-epsilon, epsilon)).clamp(low, high)

    train_with(params, network, x, one_hot_labels(dataset, device), torch_stream("batch order and dropout", seed), attacked)
    return network
