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
    x: Tensor, steps: int, weight: Tensor, key: int, voltages: Tensor | None = None, *, learning: bool = True
) -> Watched:
    """Show a convolution a batch x [n, in, height, width] for so many steps.

    weight [channels, in, kernel, kernel]; key: of the draws among neurons that reach their threshold together; voltages: those
    to begin with, 0 if None; learning: whether to give the derivative.
    """
    rows = _patches(x, weight)
    u = rows @ weight.flatten(1).T
    threshold, counts, v = thresholds(u), torch.zeros_like(u), _begun(u, voltages)
    above, gains = currents(u, threshold)
    _compete(gains.numpy(), v.numpy(), counts.numpy(), *_shared(threshold, u), LEAK, steps, np.uint64(key), 0)
    if not learning:
        return _seen(counts, v, x, weight, None)
    by_response, by_threshold = slopes(above, gains / threshold)
    g = (by_response * counts).T @ rows + (by_threshold * counts).sum(0)[:, None] * rows[u.argmax(0)]
    return _seen(counts, v, x, weight, g)


def watched_spikes(
    times: Iterable[Tensor],
    mean: Tensor,
    weight: Tensor,
    key: int,
    voltages: Tensor | None = None,
    *,
    learning: bool = True,
) -> Watched:
    """The same of batches of spikes, 0 and 1, each for one step; mean: of the batches, which decides the thresholds.

    A compiled loop adds up the weights of the pixels that spike at a place, which are few, and looks at the slope of the one
    neuron that wins there.
    """
    rows = _patches(mean, weight)
    u = rows @ weight.flatten(1).T
    threshold, counts, v = thresholds(u), torch.zeros_like(u), _begun(u, voltages)
    g, by_threshold, shared = torch.zeros_like(weight).flatten(1), torch.zeros_like(threshold), _shared(threshold, u)
    arrays = [array.numpy() for array in (weight.movedim(0, 3).contiguous(), v, counts, g, by_threshold)]
    for time, spikes in enumerate(times):
        _compete_over_spikes(spikes.numpy(), *arrays, *shared[:2], LEAK, np.uint64(key), time)
    # a threshold moves with the largest response
    return _seen(counts, v, mean, weight, g + by_threshold[:, None] * rows[u.argmax(0)] if learning else None)


def _begun(u: Tensor, voltages: Tensor | None) -> Tensor:
    """Voltages [places, channels] to begin with."""
    return torch.zeros_like(u) if voltages is None else voltages.movedim(1, 3).reshape(u.shape).clone()


def _shared(threshold: Tensor, u: Tensor) -> list[np.ndarray]:
    """What all steps share: thresholds and inhibition by neuron, and by place."""
    return [array.numpy() for array in (threshold, INHIBITION * threshold, torch.ones(len(u), dtype=u.dtype))]


def _seen(counts: Tensor, v: Tensor, x: Tensor, weight: Tensor, g: Tensor | None) -> Watched:
    """Counts, voltages [places, channels] and the derivative [channels, in · kernel²], summed over places, as `Watched`."""
    shape = (len(x), *(length - weight.shape[-1] + 1 for length in x.shape[2:]), len(weight))
    images = (array.reshape(shape).movedim(3, 1) for array in (counts, v))
    return Watched(*images, None if g is None else (g / len(counts)).reshape(weight.shape))


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


@register_jitable
def winner_of(v, gain, threshold, by_neuron, lower, leak, key, draw):
    """Move the voltages v [neurons] of a place on by a step, in place; the neuron that spikes, which lowers the others by
    by_neuron [neurons] · lower, or −1."""
    reached = 0
    for j in range(len(v)):
        v[j] = leak * v[j] + gain[j]
        reached += v[j] > threshold[j]
    if reached == 0:
        return -1
    chosen = drawn(key, draw, reached) if reached > 1 else np.uint64(0)
    seen, winner = 0, 0
    for j in range(len(v)):
        if v[j] > threshold[j]:
            v[j] = 0
            if seen == chosen:
                winner = j
            seen += 1
    for j in range(len(v)):
        if j != winner:
            v[j] -= by_neuron[j] * lower
    return winner


@njit(cache=True, nogil=True, error_model="numpy")
def _compete(gains, voltages, counts, threshold, by_neuron, by_place, leak, steps, key, time):
    """Let the neurons of each place compete for so many steps. gains, voltages, counts [places, neurons]; voltages and counts
    are moved on in place. Who spikes lowers the others by by_neuron [neurons] · by_place [places]. time: for draws."""
    places = len(gains)
    for place in range(places):
        for step in range(steps):
            draw = np.uint64((time * places + place) * steps + step)
            winner = winner_of(voltages[place], gains[place], threshold, by_neuron, by_place[place], leak, key, draw)
            if winner >= 0:
                counts[place, winner] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def _compete_over_spikes(x, weight, voltages, counts, g, by_threshold, threshold, by_neuron, leak, key, time):
    """Let the neurons of each place of spikes x [n, in, height, width] compete for a step.

    weight [in, kernel, kernel, neurons]; voltages, counts [places, neurons], g [neurons, in · kernel²] and by_threshold
    [neurons] are moved on in place; the last two are derivatives of the currents of those that win.
    """
    n, inputs, height, width = x.shape
    size, neurons = weight.shape[1], weight.shape[3]
    high, wide = height - size + 1, width - size + 1
    on, response, gain = np.empty(inputs * size * size, np.int64), np.empty(neurons), np.empty(neurons)
    at_rest = threshold * (1 / (1 + math.exp(3.2)))
    flat = weight.reshape(-1, neurons)
    for place in range(n * high * wide):
        example, top, left = place // (high * wide), place // wide % high, place % wide
        number = 0
        for i in range(inputs):
            for row in range(size):
                for column in range(size):
                    if x[example, i, top + row, left + column]:
                        on[number] = (i * size + row) * size + column
                        number += 1
        response[:] = 0
        for k in on[:number]:
            for j in range(neurons):
                response[j] += flat[k, j]
        for j in range(neurons):
            gain[j] = at_rest[j]
            if response[j] > 0:
                gain[j] = threshold[j] / (1 + math.exp(3.2 - 8 * response[j] / threshold[j]))
        draw = np.uint64(time * n * high * wide + place)
        winner = winner_of(voltages[place], gain, threshold, by_neuron, 1.0, leak, key, draw)
        if winner < 0:
            continue
        counts[place, winner] += 1
        share = gain[winner] / threshold[winner]
        slope = share * (1 - share)
        above = 8 * max(response[winner], 0.0) / threshold[winner]
        by_threshold[winner] += share - above * slope
        if above > 0:
            for k in on[:number]:
                g[winner, k] += 8 * slope


def batches(n: int, size: int, rng: torch.Generator) -> Iterator[Tensor]:
    """The examples of each batch of an epoch in a new order, int64 [size]; what does not fill a batch is left out."""
    order = torch.randperm(n, generator=rng)
    yield from order[: n - n % size].split(size)
