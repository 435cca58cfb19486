"""U-STDP: DeepSleep's slow-wave sleep, in which neurons compete to spike and each learns what made it win (Zhao 2022, §3.3).

A layer is shown a batch for some steps. Its neurons leak and add up a current; of those that reach their threshold in a step
one spikes, drawn evenly, and it inhibits the others. Places of an image do not act on each other, nor do examples. A compiled
loop takes them one by one, so that memory does not grow with the steps.

The released code differentiates the number of spikes by the weights through all steps. The membrane's past is held fixed there,
so the derivative is that of Σ counts · current with the counts held fixed: no step is kept, and no graph.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numba import njit
from numba.extending import register_jitable
from torch import Tensor
from torch.nn.functional import max_pool2d, unfold

LEAK = math.exp(-1 / 100)  # share of its voltage that a neuron of a convolution keeps in a step
INHIBITION = 1.625  # thresholds by which the neuron that spikes lowers the others
RATE = 1e-3  # of learning
LINEAR_LEAK, LINEAR_INHIBITION, LINEAR_RATE = 0.99, 25.0, 1e-4
LARGEST = 0.1  # weight of each neuron of the linear layer, after each batch


@dataclass(frozen=True)
class Watched:
    """What came of showing a batch to a convolution: spikes of each neuron and where its voltages end, both [n, channels,
    height, width]; and the derivative of the spikes of a place by the weights, which it is like, or None if nothing learns."""

    counts: Tensor
    voltages: Tensor
    derivative: Tensor | None


def spikes_for(x: Tensor, steps: int, rate: float, rng: torch.Generator) -> Iterator[Tensor]:
    """A batch in [0, 1] as so many batches of spikes, drawn anew in each step with the probability rate · x (§3.3)."""
    for _ in range(steps):
        yield (torch.rand(x.shape, generator=rng, dtype=x.dtype) < rate * x).to(x)


def watched(
    times: Iterable[Tensor],
    steps: int,
    mean: Tensor,
    weight: Tensor,
    key: int,
    voltages: Tensor | None = None,
    *,
    learning: bool = True,
) -> Watched:
    """Show a convolution batches [n, in, height, width] one after the other, each for so many steps.

    mean: of the batches, which decides the thresholds; weight [channels, in, kernel, kernel]; key: of the draws among neurons
    that reach their threshold together; voltages: those to begin with, 0 if None; learning: whether to give the derivative.
    """
    rows, size = _patches(mean, weight), weight.shape[-1]
    u = rows @ weight.flatten(1).T
    threshold, largest = thresholds(u), u.argmax(0)
    shape = (len(mean), *(length - size + 1 for length in mean.shape[2:]), len(weight))
    v = torch.zeros_like(u) if voltages is None else voltages.movedim(1, 3).reshape(u.shape).clone()
    counts, g, by_threshold = torch.zeros_like(u), torch.zeros_like(weight).flatten(1), torch.zeros_like(threshold)
    shared = [array.numpy() for array in (threshold, INHIBITION * threshold, torch.ones(len(u), dtype=u.dtype))]
    for time, x in enumerate(times):
        own = rows if x is mean else _patches(x, weight)
        above, gains = currents(own @ weight.flatten(1).T, threshold)
        now = torch.zeros_like(u) if learning else counts
        _compete(gains.numpy(), v.numpy(), now.numpy(), *shared, LEAK, steps, np.uint64(key), time)
        if learning:
            by_response, by_its_threshold = slopes(above, gains / threshold)
            counts += now
            g += (by_response * now).T @ own
            by_threshold += (by_its_threshold * now).sum(0)
    g += by_threshold[:, None] * rows[largest]  # a threshold moves with the largest response
    counts, v = (array.reshape(shape).movedim(3, 1) for array in (counts, v))
    return Watched(counts, v, (g / len(u)).reshape(weight.shape) if learning else None)


def thresholds(u: Tensor) -> Tensor:
    """Of each channel, [channels], anew for each batch: just above the largest response u [places, channels]."""
    return u.amax(0) + 1e-4


def currents(u: Tensor, threshold: Tensor) -> tuple[Tensor, Tensor]:
    """Eighths of their threshold [channels] that the responses u [places, channels] are above 0; and what neurons gain in a
    step, a sigmoid of that, .039 thresholds at 0; both like u."""
    above = 8 * u.clamp(min=0) / threshold
    return above, threshold * torch.sigmoid(above - 3.2)


def slopes(above: Tensor, share: Tensor) -> tuple[Tensor, Tensor]:
    """How much a neuron's gain changes with its response, and with its threshold; both like `above`, see `currents`. share: the
    gain in thresholds."""
    slope = share * (1 - share)
    return 8 * slope * (above > 0), share - above * slope


def _patches(x: Tensor, weight: Tensor) -> Tensor:
    """The pixels that a convolution sees at each place, [n · places, in · kernel²]."""
    return unfold(x, weight.shape[-1]).transpose(1, 2).flatten(0, 1)


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
        shared = [array.numpy() for array in (self.thresholds, inhibition, largest)]
        counts = torch.zeros_like(gains)
        _compete(gains.numpy(), self.voltages.numpy(), counts.numpy(), *shared, LINEAR_LEAK, steps, np.uint64(key), 0)
        self.weight += LINEAR_RATE * counts.T @ x
        self.thresholds += 0.002 * (gains * counts).sum(0)
        self.thresholds -= (self.thresholds.max() - 350).clamp(min=0)
        self.weight.clamp_(0, 1)
        largest = self.weight.amax(1, keepdim=True)
        self.weight *= torch.where(largest > 0, LARGEST / largest, 1)  # a neuron may have no weight above 0
        return counts


@register_jitable
def drawn(key, draw, among):
    """A number below `among`, for each key and draw, uint64: SplitMix64's mixing (Steele, Lea and Flood 2014)."""
    mixed = key + np.uint64(0x9E3779B97F4A7C15) * (draw + np.uint64(1))
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed = mixed ^ (mixed >> np.uint64(31))
    return (mixed >> np.uint64(32)) * np.uint64(among) >> np.uint64(32)


@njit(cache=True, nogil=True, error_model="numpy")
def _compete(gains, voltages, counts, threshold, by_neuron, by_place, leak, steps, key, time):
    """Let the neurons of each place compete for so many steps. gains, voltages, counts [places, neurons]; voltages and counts
    are moved on in place. Who spikes lowers the others by by_neuron [neurons] · by_place [places]. time: for draws."""
    places, neurons = gains.shape
    for place in range(places):
        v, gain = voltages[place], gains[place]
        for step in range(steps):
            reached = 0
            for j in range(neurons):
                v[j] = leak * v[j] + gain[j]
                reached += v[j] > threshold[j]
            if reached == 0:
                continue
            draw = np.uint64((time * places + place) * steps + step)
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
            counts[place, winner] += 1


def batches(n: int, size: int, rng: torch.Generator) -> Iterator[Tensor]:
    """The examples of each batch of an epoch in a new order, int64 [size]; what does not fill a batch is left out."""
    order = torch.randperm(n, generator=rng)
    yield from order[: n - n % size].split(size)
