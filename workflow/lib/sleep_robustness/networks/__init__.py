"""Networks: one file for each kind, found by name, and what all of them are to attacks, distortions and trainings.

Each file has one class derived from `Network`, whose `kind` is the file's name. A kind that a data set's training may name has
PARAMETERS, a literal, the schema of what it takes there, and begun(dataset, params, rng, temperature) → an untrained network.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Self

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from sleep_robustness.data import Dataset
from sleep_robustness.errors import UserError
from sleep_robustness.files import atomic, readable

GRID = 2.0**-22  # float32 weights are multiples of it


class Network(nn.Module):
    """What attacks, distortions and trainings may ask of a network. A kind gives `kind`, `form` and `logits`.

    shape: of one input; inputs come flat, [n, d] with d the product of the shape. classes: how many. bounds: the smallest and
    the largest value of an input. temperature: T for softmax(logits / T) and cross-entropy as outputs and loss, or None for
    a ReLU on the output and squared error. A network that was loaded or copied is in evaluation mode.
    """

    kind: str

    def __init__(
        self,
        shape: Sequence[int],
        classes: int,
        bounds: tuple[float, float] = (0.0, 1.0),
        temperature: float | None = 1.0,
    ):
        super().__init__()
        self.shape, self.classes, self.bounds, self.temperature = tuple(shape), classes, tuple(bounds), temperature
        self.history = None  # what the fit that made the network wrote down, a table; not saved with it
        self.largest = None  # `normalise.largest` over the training examples, saved with the network, or None: not measured

    @property
    def form(self) -> dict:
        """The arguments that make a network of this kind and size, numbers and tuples of them."""
        raise NotImplementedError

    @property
    def precision(self) -> torch.dtype:
        """Of the weights; inputs must be alike."""
        return next(self.parameters()).dtype

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.parameters()).device

    @torch.no_grad()
    def to_precision(self, precision: torch.dtype) -> Self:
        """The network itself, its weights and buffers in another precision.

        Those that become float32 are rounded to multiples of GRID first. Trainings in float64 on two makes of processor differ
        by some 1e-17, which decides now and then how a weight is rounded: more often the closer the numbers that it is rounded
        to, and those of float32 lie very close near 0.
        """
        for values in (*self.parameters(), *self.buffers()):
            if values.dtype == torch.float64 and precision == torch.float32:
                values.div_(GRID).round_().mul_(GRID)
        return self.to(precision)

    def logits(self, x: Tensor, masks: Sequence[Tensor] | None = None) -> Tensor:
        """What the output is computed from, [n, classes], for x [n, d]; `masks`: of hidden units, as `dropout_masks` draws."""
        raise NotImplementedError

    def dropout_masks(self, examples: int, rng: torch.Generator) -> list[Tensor]:
        """Masks of hidden units for so many examples. Raises UserError where the kind has none."""
        raise UserError(f"{self.kind}: networks of this kind have no masks of dropout; leave out what asks for dropout.")

    def jacobian(self, x: Tensor, masks: Sequence[Tensor] | None = None) -> tuple[Tensor, Tensor]:
        """Logits [n, classes] and their derivatives by x, [n, classes, d]; `masks` as for `logits`."""
        with torch.enable_grad():
            x = x.detach().requires_grad_()
            logits = self.logits(x, masks)
            each = [torch.autograd.grad(column.sum(), x, retain_graph=True)[0] for column in logits.T]
        return logits.detach(), torch.stack(each, dim=1)

    def steepness(self) -> Tensor:
        """By how much, at most, the difference of each two logits changes with the L2 distance between two inputs, [classes,
        classes], and on the diagonal each logit itself; ∞ where nothing is known."""
        return torch.full((self.classes, self.classes), torch.inf, dtype=self.precision, device=self.device)

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
    def predict(self, x: Tensor) -> Tensor:
        """The class that the network gives each of x [n, d] at test time, int64 [n]."""
        return self.decided(self.logits(x))

    def loss(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The training loss J of each example, [n], with targets y [n, classes]: ½‖y − a‖², or cross-entropy under softmax."""
        if self.temperature is None:
            return (self.outputs(logits) - targets).square().sum(dim=1) / 2
        return -(targets * torch.log_softmax(logits / self.temperature, dim=1)).sum(dim=1)

    def delta(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Gradient of J by the logits as Tadros et al.'s released code takes it, [n, classes]: a − y.

        It is not masked by the output ReLU and not divided by the temperature, as the exact gradients would be.
        """
        return self.outputs(logits) - targets


def network_class(kind: str) -> type[Network]:
    """The class of a kind of networks, by its name."""
    own = vars(import_module(f"sleep_robustness.networks.{kind}")).values()
    return next(one for one in own if isinstance(one, type) and issubclass(one, Network) and vars(one).get("kind") == kind)


def begun(dataset: Dataset, params: Mapping, rng: torch.Generator, temperature: float | None) -> Network:
    """A network of the kind that a training names, ReLU if it names none, with initial weights drawn from `rng`, on the CPU;
    temperature: as of `Network`, or None for the kind's own. Raises UserError when it does not fit the data."""
    return import_module(f"sleep_robustness.networks.{params.get('network', 'relu')}").begun(dataset, params, rng, temperature)


def save(networks: Mapping[str, Network], path: str | os.PathLike) -> None:
    """Write networks, each under its key; the file holds numbers only and is read without executing anything. Equal networks
    give equal files."""
    # to an open file, since torch writes a file's name into it, and the temporary one holds the number of the process
    with atomic(path) as temporary, temporary.open("wb") as file:
        torch.save({key: _stored(network) for key, network in networks.items()}, file)


def load(paths: Iterable[str], device: str = "cpu") -> dict[str, Network]:
    """The networks of files that `save` wrote, by key; their weights ask for no gradient, which attacks would compute in vain.
    A copy's do. Raises UserError for another file."""
    networks = {}
    for path in dict.fromkeys(paths):
        with readable(path):
            networks |= {key: _restored(stored) for key, stored in torch.load(path, weights_only=True).items()}
    return {key: network.to(device) for key, network in networks.items()}


def _stored(network: Network) -> dict:
    """What a file keeps of a network: weights and buffers, and what they are of."""
    state = {name: values.detach().cpu() for name, values in network.state_dict().items()}
    return {"kind": network.kind, "form": network.form, "largest": network.largest, "state": state}


def _restored(stored: dict) -> Network:
    """The network of which a file keeps this."""
    network = network_class(stored["kind"])(**stored["form"])
    network.load_state_dict(stored["state"])
    network.largest = stored["largest"]
    return network.eval().requires_grad_(False)


def in_float64(network: Network) -> Network:
    """A copy of a network that computes in float64, for what a rounding of float32 would decide."""
    return copy_of(network).double()


def copy_of(network: Network) -> Network:
    """A network of its own with the same weights, on the same device, of which no more is known."""
    copy = type(network)(**network.form)
    copy.load_state_dict(network.state_dict())
    return copy.to(network.device).eval()


@torch.no_grad()
def estimate_statistics(network: Network, x: Tensor, size: int = 1000) -> None:
    """Give each BatchNorm the statistics of x [n, d], of the network's precision: the means over batches of so many. It leaves
    the network in evaluation mode."""
    norms = [part for part in network.modules() if isinstance(part, _BatchNorm)]
    usual = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the mean of all batches
    network.train()
    for rows in x.split(size):
        network.logits(rows)
    network.eval()
    for norm, momentum in zip(norms, usual, strict=True):
        norm.momentum = momentum
