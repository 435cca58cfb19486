"""The convolutional network of DeepSleep's released code (Zhao 2022, §4.1), which the paper calls LeNet-5."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.functional import max_pool2d

from sleep_robustness.data import Dataset
from sleep_robustness.errors import UserError
from sleep_robustness.networks import Network

PARAMETERS = {}
SIDE = 28  # pixels


class LeNet(Network):
    """Two convolutions of 5 × 5 with 10 and 20 channels, each with BatchNorm, ReLU and pooling of 2 × 2, and a linear layer;
    no biases; 28 × 28 pixels.

    BatchNorm takes the statistics of a batch while the network is trained, and those it has gathered in evaluation mode.
    """

    kind = "lenet"

    def __init__(self, classes: int = 10, bounds: tuple[float, float] = (0.0, 1.0), temperature: float = 1.0):
        super().__init__((SIDE, SIDE), classes, bounds, temperature)
        self.conv1, self.norm1 = nn.Conv2d(1, 10, 5, bias=False), nn.BatchNorm2d(10)
        self.conv2, self.norm2 = nn.Conv2d(10, 20, 5, bias=False), nn.BatchNorm2d(20)
        self.linear = nn.Linear(320, classes, bias=False)

    @property
    def form(self) -> dict:
        return {"classes": self.classes, "bounds": self.bounds, "temperature": self.temperature}

    @torch.no_grad()
    def initialise(self, rng: torch.Generator) -> None:
        """Draw all weights as torch does by default, with a generator on the CPU."""
        for layer in (self.conv1, self.conv2, self.linear):
            nn.init.kaiming_uniform_(layer.weight, a=5**0.5, generator=rng)

    def logits(self, x: Tensor, masks: None = None) -> Tensor:
        hidden = max_pool2d(torch.relu(self.norm1(self.conv1(images(x)))), 2)
        hidden = max_pool2d(torch.relu(self.norm2(self.conv2(hidden))), 2)
        return self.linear(hidden.flatten(1))


def begun(dataset: Dataset, params: Mapping, rng: torch.Generator, temperature: float | None) -> LeNet:
    """See the package. Raises UserError for other images than it takes."""
    if dataset.shape != (SIDE, SIDE):
        raise UserError(
            f"config: network is lenet, which takes images of {SIDE} × {SIDE} pixels, not of shape {dataset.shape}."
        )
    network = LeNet(dataset.classes, dataset.bounds, 1.0 if temperature is None else temperature)
    network.initialise(rng)
    return network


def images(x: Tensor) -> Tensor:
    """Flat inputs [n, 784] as images, [n, 1, 28, 28]."""
    return x.reshape(len(x), 1, SIDE, SIDE)
