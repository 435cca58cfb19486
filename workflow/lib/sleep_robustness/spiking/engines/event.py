"""The event engine: compiled, and no dearer than the spikes are many.

A layer never feeds back on one before it, so each layer runs through all steps before the next begins, and within a layer each
block of neurons does. A copy of the block's weights, of the inputs that spike at all, stays in cache meanwhile, transposed so
that those of one input lie together. A step adds the weights of the inputs that spiked, and touches all weights of a neuron
only when that neuron spikes. Inputs come as lists of those that spiked, filled up to a multiple of four with one whose weights
are 0; spikes go out as bits.
"""

from functools import cache
from inspect import getmodule, getsource

import numpy as np
from numba import njit
from numba.extending import register_jitable

from sleep_robustness.spiking.engines import State, overflow
from sleep_robustness.spiking.parameters import SleepParameters
from sleep_robustness.spiking.plasticity import RESETS, RULES

PRECISION = None
WIDE, NARROW = 128, 64  # neurons run together, multiples of 64: fewer turns, or a smaller copy of weights
FEW = 32  # input spikes a step, up to which turns cost more than weights
MANY = 4  # neurons of a block that spike together, from which on all of the copy is gone through
OPTIONS = {"nogil": True, "error_model": "numpy"}  # networks in threads; ∞ where NumPy has it


def advance(state: State, spikes: np.ndarray, params: SleepParameters, rule: str, start: int = 0) -> list[np.ndarray]:
    """See the package: as many steps as `spikes` has rows."""
    scalar = state.weights[0].dtype.type
    shared = [scalar(value) for value in (params.increase, params.decrease, params.decay)]
    inputs, events, starts = listed(spikes, state.counts[0])
    rasters, failed = [], None
    for layer, (weight, voltage, counts) in enumerate(zip(state.weights, state.voltages, state.counts[1:], strict=True)):
        raster = np.zeros((len(starts) - 1, -(-len(weight) // 64)), np.uint64)
        constants = scalar(params.gains[layer]), scalar(params.thresholds[layer]), *shared
        width = WIDE if len(events) <= FEW * len(raster) else NARROW
        run = _block(RULES[rule], width, RESETS[params.reset])
        for first in range(0, len(weight), width):
            block = slice(first, first + width)
            step = run(weight[block], voltage[block], inputs, events, starts, *constants, raster, first // 64)
            if step >= 0:  # other blocks, and later layers, may have failed before this step
                failed, starts = (layer, step), starts[: step + 1]
        inputs, events, starts = _events(raster[: len(starts) - 1], len(weight), 1, counts)
        rasters.append(raster.view(np.uint8)[:, : -(-len(weight) // 8)])
    if failed:
        raise overflow(failed[0], start + failed[1])
    return rasters


def listed(spikes: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Spikes, bool [steps, inputs], as lists: see `_events`."""
    inputs = spikes.shape[1]
    whole = np.ascontiguousarray(np.pad(spikes, ((0, 0), (0, -inputs % 8))) if inputs % 8 else spikes)
    return _events(whole.view(np.uint64), inputs, 8, counts)  # a byte an input, eight a word


@njit(cache=True, **OPTIONS)
def _events(words, width, bits, counts):
    """From a raster, uint64 [steps, words] of `bits` bits an input: the inputs that spiked at all, int64 [k], in order; those
    that spiked in each step, one step after the other, int32, as places among the k, or k to fill up; and where each step
    begins, int64 [steps + 1]. Adds each input's spikes to counts [width]."""
    steps, per_word = len(words), 64 // bits
    events, starts, end = np.empty(4 * steps + 2 * width + 8, np.int32), np.zeros(steps + 1, np.int64), 0
    busy, seen = np.empty(words.shape[1] + 1, np.int64), np.zeros(width + 1, np.int32)
    for step in range(steps):
        if end + width + 8 > len(events):
            longer = np.empty(2 * len(events), np.int32)
            longer[:end] = events[:end]
            events = longer
        count = 0
        for word in range(words.shape[1]):  # without branches, which a processor would guess wrong
            busy[count] = word
            count += words[step, word] != 0
        for word in busy[:count]:
            first = word * per_word
            for place in range(min(per_word, width - first)):
                spike = np.int64(words[step, word] >> np.uint64(place * bits) & np.uint64(1))
                events[end] = first + place
                end += spike
                seen[first + place] += spike
        while (end - starts[step]) % 4:
            events[end] = width
            end += 1
        starts[step + 1] = end
    for place in range(width):
        counts[place] += seen[place]
    inputs = np.flatnonzero(seen[:width])
    seen[width] = len(inputs)
    for place in range(len(inputs)):
        seen[inputs[place]] = place
    for k in range(end):
        events[k] = seen[events[k]]
    return inputs, events[:end], starts


@cache
def _block(rule, lanes, reset):
    """The function that runs a block of `lanes` neurons of one layer, or fewer, under a plasticity rule and a reset."""
    change, after = register_jitable(rule), register_jitable(reset)
    gated = rule(0.001, 1.0, 1.0) != rule(-0.001, 1.0, 1.0)  # the change is another for each weight, and takes long to compute
    many = lanes + 1 if gated else MANY
    quiet = reset is RESETS["zero"]  # without input no neuron spikes, since none was left at its threshold
    try:
        source = getsource(getmodule(rule))  # for the key under which numba keeps what it compiled: it watches this file alone
    except (OSError, TypeError):
        source = ""  # a rule typed in by hand is compiled anew in every session

    @njit(cache=bool(source), **OPTIONS)
    def run(weight, voltage, inputs, events, starts, gain, threshold, increase, decrease, decay, spikes, word):
        """Run all steps, in place, with the block's spikes from a word of `spikes` on; gives −1, or the step in which a number
        overflowed, and then the arrays are spoilt."""
        source  # noqa: B018  what a function names is part of its key
        (neurons, width), active = weight.shape, len(inputs)
        block, before = np.zeros((active + 1, lanes), weight.dtype), weight.copy()
        v, drive = np.zeros(lanes, weight.dtype), np.zeros(lanes, weight.dtype)
        spiked, fired, now = np.zeros(width, np.bool_), np.zeros(neurons, np.bool_), np.zeros(lanes, np.bool_)
        for careful in (False, True):  # where something overflowed once more, looking at every step
            finite = True
            fired[:] = False
            spikes[:, word : word + (lanes >> 6)] = 0
            v[:neurons] = voltage
            for i in range(active):
                for j in range(neurons):
                    block[i, j] = weight[j, inputs[i]]
            for step in range(len(starts) - 1):
                begin, end = starts[step], starts[step + 1]
                if quiet and begin == end:
                    for j in range(lanes):
                        v[j] *= decay
                    continue
                for j in range(lanes):
                    drive[j] = 0
                for k in range(begin, end, 4):
                    w0, w1, w2, w3 = block[events[k]], block[events[k + 1]], block[events[k + 2]], block[events[k + 3]]
                    for j in range(lanes):
                        drive[j] += (w0[j] + w1[j]) + (w2[j] + w3[j])
                reached = False
                for j in range(lanes):
                    v[j] = v[j] * decay + gain * drive[j]
                    reached |= v[j] >= threshold
                if reached:
                    for k in range(begin, end):
                        if events[k] < active:
                            spiked[inputs[events[k]]] = True
                    count = 0
                    for j in range(neurons):
                        now[j] = v[j] >= threshold
                        count += now[j]
                    for j in range(neurons):
                        if now[j]:
                            finite &= np.isfinite(v[j])
                            v[j] = after(v[j], threshold)
                            fired[j] = True
                            spikes[step, word + (j >> 6)] |= np.uint64(1) << np.uint64(j & 63)
                            row = weight[j]
                            for i in range(width):
                                where_spiked, where_silent = change(row[i], increase, decrease)
                                row[i] += where_spiked if spiked[i] else where_silent
                            if count < many:
                                for i in range(active):
                                    block[i, j] = row[inputs[i]]
                    if count >= many:  # the same sums again, an input's weights at once
                        for i in range(active):
                            column, here = block[i], spiked[inputs[i]]
                            for j in range(lanes):
                                where_spiked, where_silent = change(column[j], increase, decrease)
                                changed = column[j] + (where_spiked if here else where_silent)
                                column[j] = changed if now[j] else column[j]
                    for k in range(begin, end):
                        if events[k] < active:
                            spiked[inputs[events[k]]] = False
                if careful and not (finite and np.isfinite(v).all() and np.isfinite(weight).all()):
                    return step
            for j in range(neurons):
                finite = finite and np.isfinite(v[j]) and not (fired[j] and not np.isfinite(weight[j]).all())
            if finite:
                voltage[:] = v[:neurons]
                return -1
            weight[:] = before
        return len(starts) - 2

    return run
