"""A small convolutional network with BatchNorm, for images."""

from collections.abc import Sequence

from torch import Tensor, nn

from sleep_robustness.networks import Network


class SmallCnn(Network):
    """For each number of `channels` a 3 × 3 convolution, BatchNorm, ReLU and pooling of 2 × 2; then one linear layer.

    shape: (height, width) or (channels, height, width) of an image. BatchNorm takes the statistics of a batch while the network
    is trained, and those it has gathered in evaluation mode.
    """

    kind = "cnn"

    def __init__(
        self,
        shape: Sequence[int],
        classes: int,
        channels: Sequence[int] = (8, 16),
        bounds: tuple[float, float] = (0.0, 1.0),
        temperature: float = 1.0,
    ):
        super().__init__(shape, classes, bounds, temperature)
        self.channels, layers = tuple(channels), []
        first, *side = shape if len(shape) == 3 else (1, *shape)
        for before, after in zip((first, *channels), channels, strict=False):
            layers += [nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
            layers += [nn.MaxPool2d(2, ceil_mode=True)]
            side = [-(-length // 2) for length in side]
        self.layers = nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels[-1] * side[0] * side[1], classes))

    @property
    def form(self) -> dict:
        form = {"shape": self.shape, "classes": self.classes, "channels": self.channels}
        return form | {"bounds": self.bounds, "temperature": self.temperature}

    def logits(self, x: Tensor, masks: None = None) -> Tensor:
        return self.layers(x.reshape(len(x), *(self.shape if len(self.shape) == 3 else (1, *self.shape))))
