"""Any module of torch as a network that attacks can be run on."""

from collections.abc import Sequence
from copy import deepcopy

import torch
from torch import Tensor, nn

from sleep_robustness.networks import Network


class OutsideNetwork(Network):
    """A copy of a module, in evaluation mode, which gives logits [n, classes] for inputs [n, *shape]; cross-entropy."""

    kind = "outside"

    def __init__(self, module: nn.Module, shape: Sequence[int], classes: int, bounds: tuple[float, float] = (0.0, 1.0)):
        super().__init__(shape, classes, bounds, temperature=1.0)
        self.module = deepcopy(module).eval().requires_grad_(False)

    @property
    def form(self) -> dict:
        return {"module": self.module, "shape": self.shape, "classes": self.classes, "bounds": self.bounds}

    @property
    def precision(self) -> torch.dtype:
        return next((weight.dtype for weight in self.parameters()), torch.float32)

    @property
    def device(self) -> torch.device:
        return next((weight.device for weight in self.parameters()), torch.device("cpu"))

    def logits(self, x: Tensor, masks: None = None) -> Tensor:
        return self.module(x.reshape(len(x), *self.shape))
