"""The cuda engine: networks of one shape asleep together on a GPU, a block of threads each, all steps in one launch.

Weights lie transposed, so that neighbouring threads, which have neighbouring neurons, read neighbouring numbers; voltages stay
in the multiprocessor. A step moves the weights of the inputs that spiked, and those of a neuron only when it spikes.

Spikes and weights are those of the event engine to the last bit: sums are in its order, four weights at a time, and no product
is fused with the sum behind it, as a GPU's compiler does by default. Only the exp of the released rule is its own: its last
bit in float64 may differ, and so, rarely, the rounding of a float32 weight.

Without a GPU the same source runs, slowly, in numba's simulator (NUMBA_ENABLE_CUDASIM=1), which is how it is tested there.
"""

import math
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from operator import add, mul
from types import FunctionType

import numpy as np
from numba import cuda, float32, float64, int32
from numba.core import config

from sleep_robustness.errors import UserError
from sleep_robustness.spiking.engines import State, event, overflow
from sleep_robustness.spiking.parameters import SleepParameters
from sleep_robustness.spiking.plasticity import RULES

PRECISION = None
SIMULATED = bool(config.ENABLE_CUDASIM)
THREADS = 4 if SIMULATED else 512  # the simulator's are threads of Python
FOURS = 4  # weights that are added together, as the event engine does
MOST = 256  # networks in a launch
FREE = 0.5  # share of the GPU's free memory that weights may fill; spikes need the rest
SHARED = 48 * 1024  # bytes that a block's threads share, on every GPU
LISTERS = 32  # threads that list the neurons that spiked
NEVER = np.iinfo(np.int64).max


@cache
def trouble() -> str:
    """Why numba cannot compute on a GPU here, "" if it can, as in its simulator."""
    if not cuda.is_available():
        error = " ".join(str(cuda.cuda_error() or "there may be no CUDA compiler").split())
        return f"numba finds no GPU here ({error})"
    try:
        number = cuda.to_device(np.zeros(1))
        _nothing[1, 1](number)
        number.copy_to_host()
    except Exception as error:  # of the driver, the compiler or numba itself
        said = f"{type(error).__name__}: {error}".splitlines()[0]
        return f"numba cannot compile for the GPU here ({said}); install the versions of the README"
    return ""


@cuda.jit
def _nothing(number):
    number[0] = 1


def most(weights: Sequence[np.ndarray]) -> int:
    """How many networks of these weights one launch takes. Raises UserError if the GPU's free memory holds none."""
    free, _ = cuda.current_context().get_memory_info()
    own = sum(weight.nbytes for weight in weights)
    if own > free * FREE:
        raise UserError(
            f"sleep: the GPU has {free / 1e9:.2g} GB free, too little for a network of {own / 1e9:.2g} GB and its spikes; "
            "free some, or take the event engine."
        )
    return int(min(free * FREE / own, MOST))


def fits(weights: Sequence[np.ndarray]) -> bool:
    """Whether a network's voltages, and the lists of its widest layer, fit what a block's threads share."""
    neurons, width = sum(map(len, weights)), max(weights[0].shape[1], *map(len, weights)) + FOURS
    return neurons * weights[0].itemsize + (3 * width + LISTERS) * 4 <= SHARED


def advance(state: State, spikes: np.ndarray, params: SleepParameters, rule: str, start: int = 0) -> list[np.ndarray]:
    """See the package: as many steps as `spikes` has rows."""
    raster, failures = advance_all([state], [spikes], [params], rule, start, rasters=True)
    if failures[0]:
        raise failures[0]
    ends = np.cumsum([len(weight) for weight in state.weights])
    return [np.packbits(raster[0, :, a:b], axis=1, bitorder="little") for a, b in pairwise([0, *ends])]


def advance_all(
    states: Sequence[State],
    spikes: Sequence[np.ndarray],
    params: Sequence[SleepParameters],
    rule: str,
    start: int = 0,
    rasters: bool = False,
) -> tuple[np.ndarray, list[UserError | None]]:
    """Move all networks on, each over its own raster, of any number of steps.

    Gives the spikes of the neurons behind the input, bool [networks, steps, neurons], if `rasters`, else an empty array; and of
    each network the error if something overflowed. Raises UserError for networks that are not of one shape or do not fit.
    """
    shapes = {(state.weights[0].dtype, *(weight.shape for weight in state.weights)) for state in states}
    if len(shapes) > 1:
        raise UserError("sleep: the cuda engine takes networks of one shape and type together; take the event engine.")
    if not fits(states[0].weights):
        raise UserError("sleep: the network is too wide for the cuda engine; take the event engine.")
    precision, sizes = states[0].weights[0].dtype, [len(counts) for counts in states[0].counts]
    events, starts, listed = [], np.empty((len(states), max(map(len, spikes)) + 1), np.int64), {}
    for network, (state, raster) in enumerate(zip(states, spikes, strict=True)):
        if id(raster) not in listed:  # networks may share one
            counts = np.zeros(sizes[0], np.int64)
            inputs, own, begins = event.listed(raster, counts)
            begins = sum(map(len, events)) + np.pad(begins, (0, starts.shape[1] - len(begins)), mode="edge")
            events.append(np.append(inputs, sizes[0])[own].astype(np.int32))  # the last of them fills up
            listed[id(raster)] = begins, counts
        starts[network], counts = listed[id(raster)]
        state.counts[0] += counts
    shape = (len(states), starts.shape[1] - 1 if rasters else 0, sum(sizes[1:]))
    layers = [[getattr(p, name) for p in params] for name in ("gains", "thresholds")]
    shared = [[getattr(p, name) for p in params] for name in ("increase", "decrease", "decay")]
    weights = np.stack([np.concatenate([weight.T.ravel() for weight in state.weights]) for state in states])
    on_device = [
        cuda.to_device(np.ascontiguousarray(array))
        for array in (
            np.array(sizes),
            np.array([len(raster) for raster in spikes]),
            np.concatenate(events),
            starts,
            *(np.array(values, precision) for values in (*layers, *shared)),
            weights,
            np.stack([np.concatenate(state.voltages) for state in states]),
            np.stack([np.concatenate(state.counts[1:]) for state in states]),
            np.zeros(shape, np.bool_),
            np.full(len(states), NEVER),
        )
    ]
    kernel = _kernel(
        RULES[rule], {np.float32: float32, np.float64: float64}[precision.type], max(sizes) + FOURS, sum(sizes[1:])
    )
    kernel[len(states), THREADS](*on_device)
    weights, voltages, counts, raster, failed = (array.copy_to_host() for array in on_device[-5:])
    ends = np.cumsum(sizes[1:])[:-1]
    for network, state in enumerate(states):
        for own, moved in ((state.voltages, voltages), (state.counts[1:], counts)):
            for array, new in zip(own, np.split(moved[network], ends), strict=True):
                array[:] = new
        flat = np.split(weights[network], np.cumsum([weight.size for weight in state.weights])[:-1])
        for weight, new in zip(state.weights, flat, strict=True):
            weight[:] = new.reshape(weight.shape[::-1]).T
    found = [(place % len(sizes), start + place // len(sizes)) if place < NEVER else None for place in failed.tolist()]
    return raster, [overflow(*place) if place else None for place in found]


@cache
def _kernel(rule, precision, width, neurons):
    """The kernel for a rule, a type of float, and layers of `width` at most with so many neurons behind the input."""
    known = {} if SIMULATED else {"exp": math.exp}  # numba's CUDA knows the exp of math, not NumPy's
    change = cuda.jit(device=True)(FunctionType(rule.__code__, rule.__globals__ | known))
    times, plus = _unfused(precision)

    @cuda.jit(device=True)
    def weight_of(weights, network, at, fills_up):
        return precision(0) if fills_up else weights[network, at]

    @cuda.jit
    def asleep(
        sizes, steps, events, starts, gains, thresholds, increase, decrease, decay, weights, voltages, counts, raster, failed
    ):
        network, thread, threads = cuda.blockIdx.x, cuda.threadIdx.x, cuda.blockDim.x
        v = cuda.shared.array(neurons, precision)
        spiked = cuda.shared.array(width, int32)  # inputs of the layer at work that spiked
        fired = cuda.shared.array(width, int32)  # its neurons that did
        flag = cuda.shared.array(width, int32)
        found = cuda.shared.array(LISTERS, int32)
        for j in range(thread, neurons, threads):
            v[j] = voltages[network, j]
        for step in range(steps[network]):
            begin = starts[network, step]
            count = starts[network, step + 1] - begin
            for k in range(thread, count, threads):
                spiked[k] = events[begin + k]
            cuda.syncthreads()
            weight, first = 0, 0  # where the layer's weights and neurons begin
            for layer in range(len(sizes) - 1):
                inputs, size = sizes[layer], sizes[layer + 1]
                some = 0
                for j in range(thread, size, threads):
                    at, drive = weight + j, precision(0)
                    for k in range(0, count, FOURS):
                        w0 = weight_of(weights, network, at + spiked[k] * size, spiked[k] == inputs)
                        w1 = weight_of(weights, network, at + spiked[k + 1] * size, spiked[k + 1] == inputs)
                        w2 = weight_of(weights, network, at + spiked[k + 2] * size, spiked[k + 2] == inputs)
                        w3 = weight_of(weights, network, at + spiked[k + 3] * size, spiked[k + 3] == inputs)
                        drive += (w0 + w1) + (w2 + w3)
                    now = times(v[first + j], decay[network]) + times(gains[network, layer], drive)
                    flag[j] = now >= thresholds[network, layer]
                    if flag[j]:
                        some = 1
                        counts[network, first + j] += 1
                        if raster.shape[1]:
                            raster[network, step, first + j] = True
                    if not abs(now) < np.inf:
                        cuda.atomic.min(failed, network, step * len(sizes) + layer)
                    v[first + j] = 0 if flag[j] else now
                number = 0
                if cuda.syncthreads_or(some):
                    # list the neurons in their order: some threads count a stretch each, then write from where they must
                    stretch = (size + LISTERS - 1) // LISTERS
                    for lister in range(thread, LISTERS, threads):
                        found[lister] = 0
                        for j in range(lister * stretch, (lister + 1) * stretch):
                            if j < size:
                                found[lister] += flag[j]
                    cuda.syncthreads()
                    for lister in range(thread, LISTERS, threads):
                        place = 0
                        for other in range(lister):
                            place += found[other]
                        for j in range(lister * stretch, (lister + 1) * stretch):
                            if j < size and flag[j]:
                                fired[place] = j
                                place += 1
                    for lister in range(LISTERS):
                        number += found[lister]
                    cuda.syncthreads()
                    for i in range(thread, inputs, threads):
                        flag[i] = 0
                    cuda.syncthreads()
                    for k in range(thread, count, threads):
                        flag[spiked[k]] = 1
                    cuda.syncthreads()
                    for i in range(thread, inputs, threads):
                        for n in range(number):
                            at = weight + i * size + fired[n]
                            old = float64(weights[network, at])
                            where_spiked, where_silent = change(old, increase[network], decrease[network])
                            new = precision(plus(old, float64(where_spiked if flag[i] else where_silent)))
                            weights[network, at] = new
                            if not abs(new) < np.inf:
                                cuda.atomic.min(failed, network, step * len(sizes) + layer)
                    for k in range(thread, number + FOURS, threads):
                        spiked[k] = fired[k] if k < number else size
                cuda.syncthreads()
                count = (number + FOURS - 1) // FOURS * FOURS
                weight += inputs * size
                first += size
        for j in range(thread, neurons, threads):
            voltages[network, j] = v[j]

    return asleep


def _unfused(precision):
    """The product of two numbers of a type of float, and the sum of two float64, that are rounded before anything is added."""
    if SIMULATED:
        return mul, add
    from numba.cuda import libdevice  # the simulator has none

    product, total = libdevice.fmul_rn if precision is float32 else libdevice.dmul_rn, libdevice.dadd_rn

    @cuda.jit(device=True)
    def times(one, other):
        return product(one, other)

    @cuda.jit(device=True)
    def plus(one, other):
        return total(one, other)

    return times, plus
