"""Binary networks (Courbariaux et al. 2016) as Laborieux et al. and Pham et al. (2021) have them, and their real twins."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Self

import torch
from torch import Tensor, nn

from sleep_robustness.networks import GRID, Network

TANH = "tanh"  # a window that is no window, but the derivative of tanh


class BinaryNetwork(Network):
    """Fully connected, no biases: each layer's hidden weights, BatchNorm, and the sign as activation. The last BatchNorm gives
    the logits; cross-entropy.

    sizes: units of each layer, input first; real: whether it is the twin, with the weights themselves and a ReLU. Otherwise the
    forward pass sees the signs of the hidden weights, and the gradient by these is applied to the weights as it is. That of a
    sign as activation passes only where its input lies within ±`window`: 1 in training, a number up to ∞, or TANH for the
    derivative of tanh.
    """

    kind = "binary"

    def __init__(self, sizes: Sequence[int], real: bool = False, bounds: tuple[float, float] = (0.0, 1.0)):
        super().__init__(shape=sizes[:1], classes=sizes[-1], bounds=bounds, temperature=1.0)
        self.sizes, self.real, self.window = tuple(sizes), real, 1.0
        self.layers = nn.ParameterList(nn.Parameter(torch.zeros(outputs, inputs)) for inputs, outputs in pairwise(sizes))
        self.norms = nn.ModuleList(nn.BatchNorm1d(units) for units in sizes[1:])

    @property
    def form(self) -> dict:
        return {"sizes": self.sizes, "real": self.real, "bounds": self.bounds}

    @torch.no_grad()
    def initialise(self, spread: float, rng: torch.Generator) -> None:
        """Draw all hidden weights uniformly from ±spread, with a generator on the CPU."""
        for weight in self.layers:
            weight.copy_((2 * torch.rand(weight.shape, generator=rng) - 1) * spread)

    @torch.no_grad()
    def to_precision(self, precision: torch.dtype) -> Self:
        """See `Network`. A weight that would become 0 becomes the smallest that has its sign."""
        signs = [weight.sign() for weight in self.layers]
        super().to_precision(precision)
        for weight, sign in zip(self.layers, signs, strict=True):
            weight.copy_(torch.where(weight == 0, GRID * sign, weight))
        return self

    def logits(self, x: Tensor, masks: None = None) -> Tensor:
        for number, (weight, norm) in enumerate(zip(self.layers, self.norms, strict=True)):
            if number:
                x = torch.relu(x) if self.real else _Sign.apply(x, self.window)
            x = norm(x @ (weight if self.real else _Sign.apply(weight, torch.inf)).T)
        return x


class _Sign(torch.autograd.Function):
    """The sign, 0 at 0, with the derivative of something smooth."""

    @staticmethod
    def forward(ctx, x: Tensor, window: float | str) -> Tensor:
        ctx.window = window
        ctx.save_for_backward(x)
        return x.sign()

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        if ctx.window == TANH:
            return gradient * (1 - x.tanh().square()), None
        return gradient if ctx.window == torch.inf else gradient * (x.abs() <= ctx.window), None
