"""U-STDP: DeepSleep's slow-wave sleep, in which neurons compete to spike and each learns what made it win (Zhao 2022, §3.3).

A layer is shown a batch for some steps. Its neurons leak and add up a current; of those that reach their threshold in a step
one spikes, drawn evenly, and it inhibits the others. `competition` does these steps.

The released code differentiates the number of spikes by the weights through all steps. The membrane's past is held fixed there,
so the derivative is that of Σ counts · current with the counts held fixed: no step is kept, and no graph.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import max_pool2d

from sleep_robustness.spiking.competition import compete, compete_over_spikes, currents, patches, slopes

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
    """A batch in [0, 1] as so many batches of spikes, drawn anew in each step with the probability rate · x (§3.3), by a
    generator on the CPU."""
    for _ in range(steps):
        yield (torch.rand(x.shape, generator=rng, dtype=x.dtype).to(x.device) < rate * x).to(x)


def watched(
    x: Tensor, steps: int, weight: Tensor, key: int, voltages: Tensor | None = None, *, learning: bool = True
) -> Watched:
    """Show a convolution a batch x [n, in, height, width] for so many steps.

    weight [channels, in, kernel, kernel]; key: of the draws among neurons that reach their threshold together; voltages: those
    to begin with, 0 if None; learning: whether to give the derivative.
    """
    rows = patches(x, weight.shape[-1])
    u = rows @ weight.flatten(1).T
    threshold, counts, v = thresholds(u), torch.zeros_like(u), _begun(u, voltages)
    above, gains = currents(u, threshold)
    compete(gains, v, counts, threshold, INHIBITION * threshold, torch.ones_like(u[:, 0]), LEAK, steps, key)
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
    """The same of batches of spikes, 0 and 1, each for one step; mean: of the batches, which decides the thresholds."""
    rows = patches(mean, weight.shape[-1])
    u = rows @ weight.flatten(1).T
    threshold, counts, v = thresholds(u), torch.zeros_like(u), _begun(u, voltages)
    g, by_threshold = torch.zeros_like(weight).flatten(1), torch.zeros_like(threshold)
    by_input, lowered = weight.movedim(0, 3).contiguous(), INHIBITION * threshold
    for time, spikes in enumerate(times):
        compete_over_spikes(spikes, by_input, v, counts, g, by_threshold, threshold, lowered, LEAK, key, time)
    # a threshold moves with the largest response
    return _seen(counts, v, mean, weight, g + by_threshold[:, None] * rows[u.argmax(0)] if learning else None)


def _begun(u: Tensor, voltages: Tensor | None) -> Tensor:
    """Voltages [places, channels] to begin with."""
    return torch.zeros_like(u) if voltages is None else voltages.movedim(1, 3).reshape(u.shape).clone()


def _seen(counts: Tensor, v: Tensor, x: Tensor, weight: Tensor, g: Tensor | None) -> Watched:
    """Counts, voltages [places, channels] and the derivative [channels, in · kernel²], summed over places, as `Watched`."""
    shape = (len(x), *(length - weight.shape[-1] + 1 for length in x.shape[2:]), len(weight))
    images = (array.reshape(shape).movedim(3, 1) for array in (counts, v))
    return Watched(*images, None if g is None else (g / len(counts)).reshape(weight.shape))


def thresholds(u: Tensor) -> Tensor:
    """Of each channel, [channels], anew for each batch: just above the largest response u [places, channels]."""
    return u.amax(0) + 1e-4


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
        inhibition, counts = torch.full_like(gains[0], LINEAR_INHIBITION), torch.zeros_like(gains)
        compete(gains, self.voltages, counts, self.thresholds, inhibition, largest, LINEAR_LEAK, steps, key)
        self.weight += LINEAR_RATE * counts.T @ x
        self.thresholds += 0.002 * (gains * counts).sum(0)
        self.thresholds -= (self.thresholds.max() - 350).clamp(min=0)
        self.weight.clamp_(0, 1)
        largest = self.weight.amax(1, keepdim=True)
        self.weight *= torch.where(largest > 0, LARGEST / largest, 1)  # a neuron may have no weight above 0
        return counts


def batches(n: int, size: int, rng: torch.Generator) -> Iterator[Tensor]:
    """The examples of each batch of an epoch in a new order, int64 [size]; what does not fill a batch is left out."""
    order = torch.randperm(n, generator=rng)
    yield from order[: n - n % size].split(size)
