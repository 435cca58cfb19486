"""DeepSleep's spiking network, trained in fast-wave sleep by backpropagation through time (Zhao 2022, §3.3)."""

import torch
from snntorch import Leaky
from torch import Tensor
from torch.nn.functional import max_pool2d

from sleep_robustness.networks.lenet import LeNet, images

STEPS = 8
MOMENTUM = 0.1  # of BatchNorm's statistics


class SpikingLeNet(LeNet):
    """A LeNet with leaky neurons in place of ReLUs; its logits are the mean of those of all its steps. It is shown the image
    itself in each of them or, with a generator as `draws`, spikes with the probability of the pixels, drawn anew in each.

    A neuron's voltage goes half of the way to its input in a step. Above ½ it spikes, and begins anew at 0. The derivative of a
    spike is taken for max(0, 2 − 4·|v − ½|).
    """

    kind = "spiking_lenet"

    def __init__(self, classes: int = 10, bounds: tuple[float, float] = (0.0, 1.0), temperature: float = 1.0):
        super().__init__(classes, bounds, temperature)
        self.draws: torch.Generator | None = None
        self.spike1, self.spike2 = (
            Leaky(0.5, threshold=0.5, spike_grad=_Spike.apply, reset_mechanism="zero") for _ in range(2)
        )

    def logits(self, x: Tensor, masks: None = None) -> Tensor:
        # an image is the same in all steps: the first layer is computed once, and BatchNorm's statistics count it for each step
        self.norm1.momentum = MOMENTUM if self.draws else 1 - (1 - MOMENTUM) ** STEPS
        same = None if self.draws else self.norm1(self.conv1(images(x)))
        first, second, total = None, None, 0.0
        for _ in range(STEPS):
            given = self.norm1(self.conv1(images(self._drawn(x)))) if same is None else same
            spikes, first = self.spike1(given / 2, torch.zeros_like(given) if first is None else first)
            deeper = self.norm2(self.conv2(max_pool2d(spikes, 2)))
            spikes, second = self.spike2(deeper / 2, torch.zeros_like(deeper) if second is None else second)
            total = total + self.linear(max_pool2d(spikes, 2).flatten(1))
        return total / STEPS

    def _drawn(self, x: Tensor) -> Tensor:
        """Spikes of one step, like x."""
        return (torch.rand(x.shape, generator=self.draws, dtype=x.dtype) < x.cpu()).to(x)


class _Spike(torch.autograd.Function):
    """Whether voltages are above their threshold, of their precision, which snntorch's own surrogates do not keep."""

    @staticmethod
    def forward(context, above):
        context.save_for_backward(above)
        return (above > 0).to(above)

    @staticmethod
    def backward(context, gradient):
        (above,) = context.saved_tensors
        return gradient * (2 - 4 * above.abs()).clamp(min=0)
