"""U-STDP as the released code has it, in torch, with gradients through every step. What the tests compare with, and the
benchmark."""

import torch
from torch.nn.functional import conv2d

from sleep_robustness.spiking import ustdp


class Spike(torch.autograd.Function):
    """The winner's spike, whose derivative is the spike itself."""

    @staticmethod
    def forward(context, voltages, won):
        context.save_for_backward(won)
        return won.clone()

    @staticmethod
    def backward(context, gradient):
        (won,) = context.saved_tensors
        return gradient * won, None


def current(u, n):
    """What neurons gain in a step, written out: n / (1 + exp(−(max(u, 0) − .4 n) · 8 / n))."""
    n = n[:, None, None]
    return n / (1 + torch.exp(-(u.clamp(min=0) - 0.4 * n) * 8 / n))


def recurrence(x, weight, steps, draw):
    """The convolution asleep, step by step: counts, last voltages and the derivative of the spikes of a place.

    draw(steps, step, reached): which of those that reach their threshold in a step wins at each place, int64.
    """
    weight = weight.clone().requires_grad_()
    u = conv2d(x, weight)
    threshold = u.amax((0, 2, 3)) + 1e-4
    gains = current(u, threshold).movedim(1, 3).reshape(-1, len(weight))
    n = threshold.detach()
    v, counts, total = torch.zeros_like(gains), torch.zeros_like(gains), 0.0
    for step in range(steps):
        v = ustdp.LEAK * v.detach() + gains
        fired = (v > n).to(v)
        chosen = draw(steps, step, fired.sum(1))
        won = fired * ((fired.cumsum(1) - 1) == chosen[:, None])
        spikes = Spike.apply(v, won)
        total = total + spikes.sum()
        counts += spikes.detach()
        v = v * (1 - fired)
        v = v - ustdp.INHIBITION * n * (won.amax(1, keepdim=True) - won)
    (gradient,) = torch.autograd.grad(total / len(v), weight)
    shape = (*u.movedim(1, 3).shape,)
    return [array.detach().reshape(shape).movedim(3, 1) for array in (counts, v)], gradient
