"""The neurons of U-STDP compete: in each step, of those of a place that reach their threshold, one spikes and inhibits the
others (Zhao 2022, §3.3).

Places of an image do not act on each other, nor do examples. On the CPU a compiled loop takes them one by one, so that memory
does not grow with the steps; on a GPU operations of torch take all places at once, step by step. Both draw the same winners.
"""

import math

import numpy as np
import torch
from numba import njit
from numba.extending import register_jitable
from torch import Tensor
from torch.nn.functional import unfold


def compete(
    gains: Tensor,
    voltages: Tensor,
    counts: Tensor,
    threshold: Tensor,
    by_neuron: Tensor,
    by_place: Tensor,
    leak: float,
    steps: int,
    key: int,
) -> None:
    """Let the neurons of each place compete for so many steps.

    gains, voltages, counts [places, neurons]: what neurons gain in a step, and their voltages and spikes, which are moved on in
    place. Who spikes lowers the others by by_neuron [neurons] · by_place [places]. leak: the share of its voltage that a neuron
    keeps; key: of the draws.
    """
    arrays = (gains, voltages, counts, threshold, by_neuron, by_place)
    if _on_the_cpu(gains):
        _places(*(array.numpy() for array in arrays), leak, steps, np.uint64(key))
    else:
        _steps(*arrays, leak, steps, key)


def compete_over_spikes(
    x: Tensor,
    weight: Tensor,
    voltages: Tensor,
    counts: Tensor,
    g: Tensor,
    by_threshold: Tensor,
    threshold: Tensor,
    by_neuron: Tensor,
    leak: float,
    key: int,
    time: int,
) -> None:
    """Let the neurons of each place of spikes x [n, in, height, width] compete for one step, the `time`-th.

    weight [in, kernel, kernel, neurons]; voltages, counts [places, neurons], g [neurons, in · kernel²] and by_threshold
    [neurons] are moved on in place; the last two are derivatives of the currents of those that win.
    """
    arrays = (x, weight, voltages, counts, g, by_threshold, threshold, by_neuron)
    if _on_the_cpu(x):
        _places_over_spikes(*(array.numpy() for array in arrays), leak, np.uint64(key), time)
    else:
        _step_over_spikes(*arrays, leak, key, time)


def _on_the_cpu(array: Tensor) -> bool:
    return array.device.type == "cpu"


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


def patches(x: Tensor, size: int) -> Tensor:
    """The pixels that a convolution of this kernel sees at each place, [n · places, in · kernel²]."""
    return unfold(x, size).transpose(1, 2).flatten(0, 1)


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
def _places(gains, voltages, counts, threshold, by_neuron, by_place, leak, steps, key):
    """`compete`, place by place. key: uint64."""
    for place in range(len(gains)):
        for step in range(steps):
            draw = np.uint64(place * steps + step)
            winner = winner_of(voltages[place], gains[place], threshold, by_neuron, by_place[place], leak, key, draw)
            if winner >= 0:
                counts[place, winner] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def _places_over_spikes(x, weight, voltages, counts, g, by_threshold, threshold, by_neuron, leak, key, time):
    """`compete_over_spikes`, place by place. It adds up the weights of the pixels that spike at a place, which are few, and
    looks at the slope of the one neuron that wins there. key: uint64."""
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


def _steps(gains, voltages, counts, threshold, by_neuron, by_place, leak, steps, key):
    """`compete`, step by step."""
    places, lower = torch.arange(len(gains), device=gains.device), by_neuron * by_place[:, None]
    for step in range(steps):
        counts += _winners(voltages.mul_(leak).add_(gains), threshold, lower, key, places * steps + step)


def _step_over_spikes(x, weight, voltages, counts, g, by_threshold, threshold, by_neuron, leak, key, time):
    """`compete_over_spikes`, of all places at once."""
    seen = patches(x, weight.shape[1])
    above, gains = currents(seen @ weight.flatten(0, 2), threshold)
    places = torch.arange(len(gains), device=gains.device)
    won = _winners(voltages.mul_(leak).add_(gains), threshold, by_neuron, key, time * len(gains) + places)
    counts += won
    by_response, own = slopes(above, gains / threshold)
    g += (by_response * won).T @ seen
    by_threshold += (own * won).sum(0)


def _winners(voltages, threshold, lower, key, draws):
    """Which neurons spike, bool [places, neurons]; those that reached their threshold are set back, the others lowered."""
    reached = voltages > threshold
    number = reached.sum(1)
    won = reached & (reached.cumsum(1) == _drawn(key, draws, number)[:, None] + 1)
    voltages.masked_fill_(reached, 0)
    voltages -= torch.where((number > 0)[:, None] & ~won, lower, 0)
    return won


def _drawn(key, draw, among):
    """`drawn` by int64 of torch, which has no uint64: products wrap alike, and shifts lose the sign's bits."""

    def shifted(number, bits):
        return (number >> bits) & ((1 << (64 - bits)) - 1)

    def signed(number):
        return number - 2**64 if number >= 2**63 else number

    mixed = signed(key) + signed(0x9E3779B97F4A7C15) * (draw + 1)
    mixed = (mixed ^ shifted(mixed, 30)) * signed(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ shifted(mixed, 27)) * signed(0x94D049BB133111EB)
    mixed = mixed ^ shifted(mixed, 31)
    return shifted(mixed, 32) * among >> 32
