"""The bias-free ReLU network of Tadros et al. (§4.1, Table 2) in the form its released code gives it."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from sleep_robustness.data import Dataset
from sleep_robustness.errors import UserError
from sleep_robustness.networks import Network, in_float64

PARAMETERS = {
    "sizes": {
        "type": "array",
        "items": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
        "minItems": 2,
        "description": "a list of the units of each layer, input first",
    },
    "dropout": {"type": "number", "minimum": 0, "exclusiveMaximum": 1, "description": "a share from 0 to below 1"},
    "weight_spread": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "description": "a number above 0, 1 at most"},
}


class ReluNetwork(Network):
    """Fully connected, no biases, ReLU on the hidden units.

    sizes: units of each layer, input first; dropout: share of hidden units zeroed in training, which at test time scales
    hidden activations by 1 − dropout; bounds: smallest and largest value of an input; temperature: None for a ReLU on the
    output and squared error, as the released code has it, or T for softmax(logits / T) and cross-entropy (paper §3).
    """

    kind = "relu"

    def __init__(
        self,
        sizes: Sequence[int],
        dropout: float = 0.0,
        bounds: tuple[float, float] = (0.0, 1.0),
        temperature: float | None = None,
    ):
        super().__init__(shape=sizes[:1], classes=sizes[-1], bounds=bounds, temperature=temperature)
        self.sizes, self.dropout = tuple(sizes), dropout
        pairs = pairwise(sizes)
        self.layers = nn.ParameterList(nn.Parameter(torch.zeros(outputs, inputs)) for inputs, outputs in pairs)

    @property
    def form(self) -> dict:
        return {"sizes": self.sizes, "dropout": self.dropout, "bounds": self.bounds, "temperature": self.temperature}

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

    @torch.no_grad()
    def jacobian(self, x: Tensor, masks: Sequence[Tensor] | None = None) -> tuple[Tensor, Tensor]:
        """Logits [n, classes] and their derivatives by x, [n, classes, d]; `masks` as for `logits`."""
        hidden, slopes = x, []
        for number, weight in enumerate(self.layers[:-1]):
            scale = (1 - self.dropout) if masks is None else masks[number]
            before = hidden @ weight.T
            slopes.append((before > 0) * scale)
            hidden = torch.relu(before) * scale
        by_layer = self.layers[-1].expand(len(x), -1, -1)
        for weight, slope in zip(reversed(self.layers[:-1]), reversed(slopes), strict=True):
            by_layer = (by_layer * slope[:, None]) @ weight
        return hidden @ self.layers[-1].T, by_layer

    def activations(self, x: Tensor) -> list[Tensor]:
        """Activations of every layer behind the input at test time, [n, units] each, the last after a ReLU."""
        layers, hidden = [], x
        for weight in self.layers[:-1]:
            hidden = torch.relu(hidden @ weight.T) * (1 - self.dropout)
            layers.append(hidden)
        return [*layers, torch.relu(hidden @ self.layers[-1].T)]

    @torch.no_grad()
    def mean_inputs(self, x: Tensor) -> list[Tensor]:
        """What each layer is given at test time, on average over x [n, d]: float64 [inputs] each, that of x first."""
        precise = in_float64(self)
        sums = [torch.zeros(units, dtype=torch.float64, device=x.device) for units in self.sizes[:-1]]
        for rows in x.split(10_000):
            for total, given in zip(sums, [rows, *precise.activations(rows.double())[:-1]], strict=True):
                total += given.sum(dim=0)
        return [total / len(x) for total in sums]

    @torch.no_grad()
    def steepness(self) -> Tensor:
        """By how much, at most, the difference of each two logits changes with the L2 distance between two inputs, [classes,
        classes], and on the diagonal each logit itself: norms of the last layer's rows and of their differences, times the
        hidden layers' spectral norms."""
        *hidden, last = self.weights
        bound = (last[:, None] - last).norm(dim=2) + torch.diag(last.norm(dim=1))
        for weight in hidden:
            bound = bound * torch.linalg.matrix_norm(weight, 2) * (1 - self.dropout)
        return bound


def begun(dataset: Dataset, params: Mapping, rng: torch.Generator, temperature: float | None) -> ReluNetwork:
    """See the package; params: sizes, dropout, weight_spread. Raises UserError when `sizes` does not fit the data."""
    sizes = params["sizes"]
    if (sizes[0], sizes[-1]) != (dataset.train_x.shape[1], dataset.classes):
        raise UserError(
            f"config: sizes {sizes} must begin with {dataset.train_x.shape[1]}, the values of an example, "
            f"and end with {dataset.classes}, the classes."
        )
    network = ReluNetwork(sizes, params["dropout"], dataset.bounds, temperature)
    network.initialise(params["weight_spread"], rng)
    return network


def from_weights(
    weights: Sequence[Tensor],
    dropout: float = 0.0,
    bounds: tuple[float, float] = (0.0, 1.0),
    temperature: float | None = None,
) -> ReluNetwork:
    """A network with copies of these weights, each [out, in]."""
    network = ReluNetwork([weights[0].shape[1], *(len(weight) for weight in weights)], dropout, bounds, temperature)
    with torch.no_grad():
        for own, given in zip(network.layers, weights, strict=True):
            own.copy_(torch.as_tensor(given))
    return network
