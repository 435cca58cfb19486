"""The bias-free ReLU network of the paper (§4.1, Table 2) in the form its released code gives it."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import torch
from torch import Tensor, nn

from sleep_robustness.files import atomic


class ReluNetwork(nn.Module):
    """Fully connected, no biases, ReLU on the hidden units and on the output.

    sizes: units of each layer, input first; dropout: share of hidden units zeroed in training, which at test time scales
    hidden activations by 1 − dropout; bounds: smallest and largest value of an input.
    """

    def __init__(self, sizes: Sequence[int], dropout: float = 0.0, bounds: tuple[float, float] = (0.0, 1.0)):
        super().__init__()
        self.sizes, self.dropout, self.bounds = tuple(sizes), dropout, tuple(bounds)
        pairs = pairwise(sizes)
        self.layers = nn.ParameterList(nn.Parameter(torch.zeros(outputs, inputs)) for inputs, outputs in pairs)

    @property
    def weights(self) -> list[Tensor]:
        """Weights of each layer, [out, in]."""
        return list(self.layers)

    @torch.no_grad()
    def initialise(self, spread: float, rng: torch.Generator) -> None:
        """Draw all weights uniformly from ±spread, with a generator on the CPU."""
        for weight in self.layers:
            weight.copy_((2 * torch.rand(weight.shape, generator=rng) - 1) * spread)

    def dropout_masks(self, examples: int, rng: torch.Generator) -> list[Tensor]:
        """One 0/1 mask [examples, units] for each hidden layer; a unit is kept with probability 1 − dropout."""
        device = self.layers[0].device
        return [(torch.rand(examples, units, generator=rng) > self.dropout).to(device) for units in self.sizes[1:-1]]

    def logits(self, x: Tensor, masks: Sequence[Tensor] | None = None) -> Tensor:
        """What the output ReLU is given, [n, classes], for x [n, d].

        With `masks` hidden units are dropped as in training; without, they are scaled as at test time.
        """
        hidden = x
        for number, weight in enumerate(self.layers[:-1]):
            hidden = torch.relu(hidden @ weight.T) * ((1 - self.dropout) if masks is None else masks[number])
        return hidden @ self.layers[-1].T

    def forward(self, x: Tensor) -> Tensor:
        """Outputs, [n, classes]: the logits after the output ReLU."""
        return torch.relu(self.logits(x))

    @torch.no_grad()
    def predict(self, x: Tensor) -> Tensor:
        """Class of the largest output, int64 [n]; the first on ties, so class 0 where all outputs are 0."""
        return self(x).argmax(dim=1)

    @staticmethod
    def loss(logits: Tensor, targets: Tensor) -> Tensor:
        """The training loss J = ½‖y − a‖² of each example, [n], with a = ReLU(logits) and targets y [n, classes]."""
        return (torch.relu(logits) - targets).square().sum(dim=1) / 2

    @staticmethod
    def delta(logits: Tensor, targets: Tensor) -> Tensor:
        """Gradient of J by the logits as the released code takes it: a − y, not masked by the output ReLU, [n, classes]."""
        return torch.relu(logits) - targets


def save(network: ReluNetwork, path: Path) -> None:
    """Write a network; the file holds numbers only and is read without executing anything."""
    weights = [weight.detach().cpu() for weight in network.weights]
    with atomic(path) as temporary:
        torch.save({"dropout": network.dropout, "bounds": network.bounds, "weights": weights}, temporary)


def load(path: Path, device: str = "cpu") -> ReluNetwork:
    """Read what `save` wrote."""
    stored = torch.load(path, weights_only=True)
    return from_weights(stored["weights"], stored["dropout"], stored["bounds"]).to(device)


def from_weights(weights: Sequence[Tensor], dropout: float, bounds: tuple[float, float] = (0.0, 1.0)) -> ReluNetwork:
    """A network with copies of these weights, each [out, in]."""
    network = ReluNetwork([weights[0].shape[1], *(weight.shape[0] for weight in weights)], dropout, bounds)
    with torch.no_grad():
        for own, given in zip(network.layers, weights, strict=True):
            own.copy_(torch.as_tensor(given))
    return network
