"""U-STDP: DeepSleep's slow-wave sleep, in which neurons compete to spike and each learns what made it win (Zhao 2022, §3.3).

A layer is shown a batch for some steps. Its neurons leak and add up a current; of those that reach their threshold in a step
one spikes, drawn evenly, and it inhibits the others. Places of an image do not act on each other, nor do examples. A compiled
loop takes them one by one, so that memory does not grow with the steps.

The released code differentiates the number of spikes by the weights through all steps. The membrane's past is held fixed there,
so the derivative is that of Σ counts · current with the counts held fixed: no step is kept.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numba import njit
from numba.extending import register_jitable
from torch import Tensor
from torch.nn.functional import conv2d, max_pool2d

LEAK = math.exp(-1 / 100)  # share of its voltage that a neuron of a convolution keeps in a step
INHIBITION = 1.625  # thresholds by which the neuron that spikes lowers the others
RATE = 1e-3  # of learning
LINEAR_LEAK, LINEAR_INHIBITION, LINEAR_RATE = 0.99, 25.0, 1e-4
PIECE = 2  # steps whose spikes are drawn at a time
LARGEST = 0.1  # weight of each neuron of the linear layer, after each batch


@dataclass(frozen=True)
class Shown:
    """What a convolution is shown: x [times, n, in, height, width], each for so many `steps`; and of each batch the `mean` of x
    over its times, [n, in, height, width], which decides the thresholds."""

    x: Tensor
    steps: int
    mean: Tensor


def constant(x: Tensor, steps: int) -> Shown:
    """A batch [n, in, height, width] shown as it is for so many steps, as the released code does it."""
    return Shown(x[None], steps, x)


def poisson(x: Tensor, steps: int, rate: float, rng: torch.Generator) -> Iterator[Shown]:
    """A batch in [0, 1] shown as spikes, drawn anew in each step with the probability rate · x (§3.3), some steps at a time."""
    for start in range(0, steps, PIECE):
        drawn = torch.rand(min(PIECE, steps - start), *x.shape, generator=rng, dtype=x.dtype)
        yield Shown((drawn < rate * x).to(x), 1, rate * x)


def thresholds(u: Tensor) -> Tensor:
    """Of each channel, [channels], anew for each batch: just above the largest response u [n, channels, height, width]."""
    return u.amax((0, 2, 3)) + 1e-4


def current(u: Tensor, threshold: Tensor) -> Tensor:
    """What neurons gain in a step, [..., channels, height, width]: a sigmoid of the response u, .039 thresholds at 0."""
    n = threshold[:, None, None]
    return n * torch.sigmoid((u.clamp(min=0) - 0.4 * n) * 8 / n)


def currents(shown: Shown, weight: Tensor) -> tuple[Tensor, Tensor]:
    """What the neurons of a convolution gain in a step, [times, n, channels, height, width], and their thresholds [channels];
    weight [channels, in, kernel, kernel]."""
    threshold = thresholds(conv2d(shown.mean, weight))
    u = conv2d(shown.x.flatten(0, 1), weight)
    return current(u, threshold).unflatten(0, shown.x.shape[:2]), threshold


def convolved(shown: Shown, weight: Tensor, key: int, voltages: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Spikes of each neuron of a convolution, [times, n, channels, height, width], and where its voltages end, without times.

    weight [channels, in, kernel, kernel]; key: of the draws among neurons that reach their threshold together; voltages: those
    to begin with, 0 if None.
    """
    gains, threshold = currents(shown, weight)
    gains = gains.movedim(2, 4)
    began = torch.zeros_like(gains[0]) if voltages is None else voltages.movedim(1, 3)
    places = torch.ones(gains[0, ..., 0].numel())
    counts, ended = _spikes(gains, threshold, LEAK, INHIBITION * threshold, places, shown.steps, key, began)
    return counts.movedim(4, 2), ended.movedim(3, 1)


def derivative(shown: Shown, weight: Tensor, counts: Tensor) -> Tensor:
    """Of the spikes of a place, by a convolution's weights, which it is like; counts: as `convolved` gives them."""
    own = weight.detach().clone().requires_grad_()
    with torch.enable_grad():
        spikes = (counts * currents(shown, own)[0]).sum() / counts[0, :, 0].numel()
    return torch.autograd.grad(spikes, own)[0]


def learnt(weight: Tensor, g: Tensor) -> Tensor:
    """A convolution's weights after a batch with the `derivative` g: those of each channel move by RATE · (g − a − 0.3 b), a
    being its smallest g and b the largest over the kernel of the smallest over the inputs. Then they are `normalised`."""
    smallest, raised = g.amin((1, 2, 3), keepdim=True), g.amin(1, keepdim=True).amax((2, 3), keepdim=True)
    return normalised(weight + RATE * (g - smallest - 0.3 * raised))


def normalised(weight: Tensor) -> Tensor:
    """Weights of which those of each channel have mean 0 and standard deviation 1."""
    centred = weight - weight.mean((1, 2, 3), keepdim=True)
    return centred / centred.square().mean((1, 2, 3), keepdim=True).sqrt()


def passed_on(counts: Tensor) -> Tensor:
    """What the next layer is shown, [n, channels, height // 2, width // 2]: spikes as shares of the example's most, the largest
    of each four places; 0 where an example has none."""
    most = counts.amax((1, 2, 3), keepdim=True)
    return max_pool2d(counts / most.clamp(min=1), 2)


class Linear:
    """The last layer asleep: weights [out, in], with thresholds that rise where a neuron spikes, and voltages of each example
    of a batch [n, out], which go on from batch to batch."""

    def __init__(self, weight: Tensor):
        self.weight, self.thresholds, self.voltages = weight.clone(), None, None

    def learn(self, x: Tensor, steps: int, key: int) -> Tensor:
        """Show it a batch x [n, in]; spikes of each neuron, [n, out].

        Weights grow by LINEAR_RATE for each spike together with an input of 1, and nothing ever lowers one. Then they lie in
        [0, 1], scaled so that each neuron's largest is LARGEST.
        """
        gains = x @ self.weight.T
        largest = gains.amax(1)
        if self.thresholds is None:
            self.thresholds, self.voltages = torch.full_like(gains[0], 3 * gains.max().item()), torch.zeros_like(gains)
        inhibition = torch.full_like(gains[0], LINEAR_INHIBITION)
        own = self.thresholds, LINEAR_LEAK, inhibition, largest, steps, key, self.voltages
        (counts,), self.voltages = _spikes(gains[None], *own)
        self.weight += LINEAR_RATE * counts.T @ x
        self.thresholds += 0.002 * (gains * counts).sum(0)
        self.thresholds -= (self.thresholds.max() - 350).clamp(min=0)
        self.weight.clamp_(0, 1)
        self.weight *= LARGEST / self.weight.amax(1, keepdim=True)
        return counts


def _spikes(
    gains: Tensor,
    threshold: Tensor,
    leak: float,
    by_neuron: Tensor,
    by_place: Tensor,
    steps: int,
    key: int,
    voltages: Tensor,
) -> tuple[Tensor, Tensor]:
    """Spikes [times, ..., neurons] and last voltages [..., neurons] of neurons that compete at each of the places in between,
    and gain as much in each of the steps of a time. The one that spikes lowers the others by by_neuron [neurons] · by_place
    [places]."""
    flat = gains.reshape(len(gains), -1, len(threshold)).numpy()
    shared = [array.to(gains.dtype).numpy() for array in (threshold, by_neuron, by_place)]
    counts, ended = np.zeros(flat.shape, flat.dtype), voltages.reshape(flat.shape[1:]).numpy().copy()
    _compete(flat, ended, counts, *shared, leak, steps, np.uint64(key))
    return torch.from_numpy(counts).reshape(gains.shape), torch.from_numpy(ended).reshape(voltages.shape)


@register_jitable
def drawn(key, draw, among):
    """A number below `among`, for each key and draw, uint64: SplitMix64's mixing (Steele, Lea and Flood 2014)."""
    mixed = key + np.uint64(0x9E3779B97F4A7C15) * (draw + np.uint64(1))
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed = mixed ^ (mixed >> np.uint64(31))
    return (mixed >> np.uint64(32)) * np.uint64(among) >> np.uint64(32)


@njit(cache=True, nogil=True, error_model="numpy")
def _compete(gains, voltages, counts, threshold, by_neuron, by_place, leak, steps, key):
    """Let the neurons of each place compete; gains, counts [times, places, neurons], voltages [places, neurons]. The last two
    are written in place."""
    times, places, neurons = gains.shape
    v, gain = np.empty(neurons, gains.dtype), np.empty(neurons, gains.dtype)
    for place in range(places):
        v[:] = voltages[place]
        for time in range(times):
            gain[:] = gains[time, place]
            for step in range(steps):
                reached = 0
                for j in range(neurons):
                    v[j] = leak * v[j] + gain[j]
                    reached += v[j] > threshold[j]
                if reached == 0:
                    continue
                draw = np.uint64((place * times + time) * steps + step)
                chosen = drawn(key, draw, reached) if reached > 1 else np.uint64(0)
                seen, winner = 0, 0
                for j in range(neurons):
                    if v[j] > threshold[j]:
                        v[j] = 0
                        if seen == chosen:
                            winner = j
                        seen += 1
                for j in range(neurons):
                    if j != winner:
                        v[j] -= by_neuron[j] * by_place[place]
                counts[time, place, winner] += 1
        voltages[place] = v


def batches(n: int, size: int, rng: torch.Generator) -> Iterator[Tensor]:
    """The examples of each batch of an epoch in a new order, int64 [size]; what does not fill a batch is left out."""
    order = torch.randperm(n, generator=rng)
    yield from order[: n - n % size].split(size)
