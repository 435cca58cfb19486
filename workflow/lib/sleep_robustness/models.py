"""The bias-free ReLU network of the paper (§4.1, Table 2) in the form its released code gives it."""

import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from sleep_robustness.files import atomic


class ReluNetwork(nn.Module):
    """Fully connected, no biases, ReLU on the hidden units.

    sizes: units of each layer, input first; dropout: share of hidden units zeroed in training, which at test time scales
    hidden activations by 1 − dropout; bounds: smallest and largest value of an input; temperature: None for a ReLU on the
    output and squared error, as the released code has it, or T for softmax(logits / T) and cross-entropy (paper §3).
    """

    def __init__(
        self,
        sizes: Sequence[int],
        dropout: float = 0.0,
        bounds: tuple[float, float] = (0.0, 1.0),
        temperature: float | None = None,
    ):
        super().__init__()
        self.sizes, self.dropout, self.bounds, self.temperature = tuple(sizes), dropout, tuple(bounds), temperature
        pairs = pairwise(sizes)
        self.history = None  # what the fit that made the network wrote down, a table; not saved with it
        self.largest = None  # `normalise.largest` over the training examples, saved with the network, or None: not measured
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

    def outputs(self, logits: Tensor) -> Tensor:
        """The outputs a, [n, classes], of logits: after the output ReLU, or softmax at the network's temperature."""
        return torch.relu(logits) if self.temperature is None else torch.softmax(logits / self.temperature, dim=1)

    def forward(self, x: Tensor) -> Tensor:
        """Outputs, [n, classes]."""
        return self.outputs(self.logits(x))

    def decided(self, logits: Tensor) -> Tensor:
        """Class of the largest output, int64 [n]; the first on ties, so class 0 where all outputs of the ReLU are 0."""
        return (torch.relu(logits) if self.temperature is None else logits).argmax(dim=1)

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

    @torch.no_grad()
    def predict(self, x: Tensor) -> Tensor:
        """The class that the network gives each of x [n, d] at test time, int64 [n]."""
        return self.decided(self.logits(x))

    def loss(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The training loss J of each example, [n], with targets y [n, classes]: ½‖y − a‖², or cross-entropy under softmax."""
        if self.temperature is None:
            return (self.outputs(logits) - targets).square().sum(dim=1) / 2
        return -(targets * torch.log_softmax(logits / self.temperature, dim=1)).sum(dim=1)

    def delta(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Gradient of J by the logits as the released code takes it, [n, classes]: a − y.

        It is not masked by the output ReLU and not divided by the temperature, as the exact gradients would be.
        """
        return self.outputs(logits) - targets


def save(networks: Mapping[str, ReluNetwork], path: str | os.PathLike) -> None:
    """Write networks, each under its key; the file holds numbers only and is read without executing anything. Equal networks
    give equal files."""
    # to an open file, since torch writes a file's name into it, and the temporary one holds the number of the process
    with atomic(path) as temporary, temporary.open("wb") as file:
        torch.save({key: _stored(network) for key, network in networks.items()}, file)


def load(paths: Iterable[str], device: str = "cpu") -> dict[str, ReluNetwork]:
    """The networks of files that `save` wrote, by key."""
    return {
        key: _restored(stored).to(device)
        for path in dict.fromkeys(paths)
        for key, stored in torch.load(path, weights_only=True).items()
    }


def _stored(network: ReluNetwork) -> dict:
    """What a file keeps of a network."""
    form = {"dropout": network.dropout, "bounds": network.bounds, "temperature": network.temperature}
    return form | {"largest": network.largest, "weights": [weight.detach().cpu() for weight in network.weights]}


def _restored(stored: dict) -> ReluNetwork:
    """The network of which a file keeps this."""
    largest = stored.pop("largest")
    network = from_weights(**stored)
    network.largest = largest
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


def in_float64(network: ReluNetwork) -> ReluNetwork:
    """A copy of a network that computes in float64, for what a rounding of float32 would decide."""
    return copy_of(network).double()


def copy_of(network: ReluNetwork) -> ReluNetwork:
    """A network of its own with the same weights, on the same device, of which no more is known."""
    copy = from_weights(network.weights, network.dropout, network.bounds, network.temperature)
    return copy.to(network.weights[0].device)
