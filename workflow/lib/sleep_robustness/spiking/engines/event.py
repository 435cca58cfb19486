"""The event engine: compiled, and no dearer than the spikes are many.

A layer never feeds back on one before it, so each layer runs through all steps before the next begins, and within a layer each
block of neurons does: its weights, transposed so that those of one input lie together, stay in cache meanwhile. A step
adds the weights of the inputs that spiked, and touches all weights of a neuron only when that neuron spikes. Inputs come as
lists of those that spiked, filled up to a multiple of four with an input whose weights are 0; spikes go out as bits.
"""

from functools import cache
from inspect import getsource

import numpy as np
from numba import njit
from numba.extending import register_jitable

from sleep_robustness.spiking.engines import State, overflow
from sleep_robustness.spiking.parameters import SleepParameters
from sleep_robustness.spiking.plasticity import RULES

PRECISION = None
BLOCK = 64  # neurons run together: as many as bits in a word
compiled = njit(nogil=True, error_model="numpy", cache=True)


def advance(state: State, spikes: np.ndarray, params: SleepParameters, rule: str, start: int = 0) -> list[np.ndarray]:
    """See the package: as many steps as `spikes` has rows."""
    scalar, run = state.weights[0].dtype.type, _block(rule)
    shared = [scalar(value) for value in (params.increase, params.decrease, params.decay)]
    events, starts = listed(spikes, state.counts[0])
    rasters, failed = [], None
    for layer, (weight, voltage, counts) in enumerate(zip(state.weights, state.voltages, state.counts[1:], strict=True)):
        raster = np.zeros((len(starts) - 1, -(-len(weight) // BLOCK)), np.uint64)
        constants = scalar(params.gains[layer]), scalar(params.thresholds[layer]), *shared
        for word in range(raster.shape[1]):
            block = slice(word * BLOCK, (word + 1) * BLOCK)
            step = run(weight[block], voltage[block], events, starts, *constants, raster[:, word])
            if step >= 0:  # other blocks, and later layers, may have failed before this step
                failed, starts = (layer, step), starts[: step + 1]
        events, starts = _events(raster[: len(starts) - 1], len(weight), 1, counts)
        rasters.append(raster.view(np.uint8)[:, : -(-len(weight) // 8)])
    if failed:
        raise overflow(failed[0], start + failed[1])
    return rasters


def listed(spikes: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Spikes, bool [steps, inputs], as lists: see `_events`."""
    inputs = spikes.shape[1]
    whole = np.pad(spikes, ((0, 0), (0, -inputs % 8))) if inputs % 8 else np.ascontiguousarray(spikes)
    return _events(whole.view(np.uint64), inputs, 8, counts)  # a byte an input, eight a word


@compiled
def _events(words, width, bits, counts):
    """The inputs that spiked, step after step, int32, and where each step begins, int64 [steps + 1], from a raster, uint64
    [steps, words], of `bits` bits an input; adds each input's spikes to counts [width]."""
    steps, per_word = len(words), 64 // bits
    events, starts, end = np.empty(4 * steps + 2 * width + 8, np.int32), np.zeros(steps + 1, np.int64), 0
    busy = np.empty(words.shape[1] + 1, np.int64)
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
                counts[first + place] += spike
        while (end - starts[step]) % 4:
            events[end] = width
            end += 1
        starts[step + 1] = end
    return events[:end], starts


@cache
def _block(name):
    """The function that runs a block of neurons of one layer under a plasticity rule."""
    change = register_jitable(RULES[name])
    source = getsource(RULES[name])  # part of the key under which numba keeps what it compiled: it watches this file alone

    @compiled
    def run(weight, voltage, events, starts, gain, threshold, increase, decrease, decay, spikes):
        """Run all steps, in place; gives −1, or the step in which a number overflowed, and then the arrays are spoilt."""
        neurons, inputs = weight.shape
        block = np.zeros((inputs + 1, BLOCK), weight.dtype)
        v, drive = np.zeros(BLOCK, weight.dtype), np.zeros(BLOCK, weight.dtype)
        spiked, fired = np.zeros(inputs + 1, np.bool_), np.empty(BLOCK, np.int64)
        assert len(source) > 0
        for careful in (False, True):  # where something overflowed once more, looking at every step
            changed, finite = np.zeros(BLOCK, np.bool_), True
            spikes[:] = 0
            v[:neurons] = voltage
            for first in range(0, neurons, 8):
                for i in range(inputs):
                    for j in range(first, min(first + 8, neurons)):
                        block[i, j] = weight[j, i]
            for step in range(len(starts) - 1):
                begin, end = starts[step], starts[step + 1]
                if begin == end:
                    for j in range(BLOCK):
                        v[j] *= decay
                    continue
                for j in range(BLOCK):
                    drive[j] = 0
                for k in range(begin, end, 4):
                    w0, w1, w2, w3 = block[events[k]], block[events[k + 1]], block[events[k + 2]], block[events[k + 3]]
                    for j in range(BLOCK):
                        drive[j] += (w0[j] + w1[j]) + (w2[j] + w3[j])
                reached = False
                for j in range(BLOCK):
                    v[j] = v[j] * decay + gain * drive[j]
                    reached |= v[j] >= threshold
                count = 0
                if reached:
                    for j in range(neurons):
                        if v[j] >= threshold:
                            finite &= np.isfinite(v[j])
                            v[j] = 0
                            changed[j] = True
                            spikes[step] |= np.uint64(1) << np.uint64(j)
                            fired[count] = j
                            count += 1
                    for k in range(begin, end):
                        spiked[events[k]] = True
                    for i in range(inputs):
                        row = block[i]
                        for n in range(count):
                            w = row[fired[n]]
                            where_spiked, where_silent = change(w, increase, decrease)
                            row[fired[n]] = w + (where_spiked if spiked[i] else where_silent)
                    for k in range(begin, end):
                        spiked[events[k]] = False
                if careful and not (finite and np.isfinite(v).all() and np.isfinite(block[:, fired[:count]]).all()):
                    return step
            finite = finite and np.isfinite(v).all()
            for j in range(neurons):
                finite = finite and not (changed[j] and not np.isfinite(block[:, j]).all())
            if finite:
                voltage[:] = v[:neurons]
                for j in range(neurons):
                    if changed[j]:
                        for i in range(inputs):
                            weight[j, i] = block[i, j]
                return -1
        return len(starts) - 2

    return run
