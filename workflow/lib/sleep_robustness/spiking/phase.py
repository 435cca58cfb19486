"""The sleep phase (paper §4, Algorithm 1): one network's sleep, and that of many."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from numbers import Real
from types import ModuleType

import numpy as np

from sleep_robustness.errors import UserError
from sleep_robustness.progress import progress
from sleep_robustness.spiking.engines import State, engine_named, fits_gpu, on_gpu
from sleep_robustness.spiking.parameters import SleepParameters, arrays_of, check, check_voltages, raster_of

TILE = 1 << 15  # steps between two looks at the progress bar; bounds the memory that spikes take
LOOK = 1000  # steps between two counts of the spikes, where a sleep may have so many at most
Arrays = Sequence[np.ndarray]


@dataclass(frozen=True)
class SleepResult:
    """weights: new arrays [out, in] of the type given; spike_counts: spikes of each neuron, a vector a layer, input first;
    voltages: where each layer's neurons ended. On request `checkpoints`, weights by the number of steps slept, and `rasters`,
    the spikes of each layer, bool [steps, neurons], input first."""

    weights: list[np.ndarray]
    spike_counts: list[np.ndarray]
    voltages: list[np.ndarray]
    checkpoints: dict[int, list[np.ndarray]] = field(default_factory=dict)
    rasters: list[np.ndarray] = field(default_factory=list)


def sleep(
    weights: Arrays,
    spikes: np.ndarray,
    params: SleepParameters,
    rule: str = "released",
    engine: str = "auto",
    *,
    voltages: Arrays | None = None,
    checkpoints: Sequence[int] = (),
    rasters: bool = False,
) -> SleepResult:
    """Let a network sleep for as many steps of 1 ms as `spikes`, bool [steps, inputs], has rows.

    weights: one array of NumPy or tensor of torch [out, in] a layer, all float32 or all float64; they are left as they are.
    Spikes may be of 0 and 1 too. In each step, for the layers in order: v ← decay·v + gain·(W s), with s the spikes of the
    layer before in this step; neurons with v ≥ threshold spike; their weights change by the plasticity rule; their voltage
    returns to 0, or to what params.reset says. Neurons begin with `voltages`, one vector a layer, below the thresholds, or at
    0: with the weights and voltages of a result its sleep goes on as if it had not ended. `checkpoints`, numbers of steps,
    and `rasters` ask for traces. engine: "event", compiled; "reference", NumPy in float64; "cuda", on a GPU; "auto" takes the
    event engine, or the reference where only that knows the parameters. The event and cuda engines compute in the weights'
    own precision, parameters included, so that in float32 a near tie may fall otherwise.
    Raises UserError for input that cannot be slept over and, naming the step, when a weight or voltage overflows.
    """
    weights, spikes = arrays_of(weights), raster_of(spikes)
    check(weights, spikes, params, rule)
    if voltages is not None:
        check_voltages(voltages, weights, params)
    return _asleep(weights, spikes, params, rule, engine_named(engine, params), voltages, checkpoints, rasters)


def _asleep(
    weights: Arrays,
    spikes: np.ndarray,
    params: SleepParameters,
    rule: str,
    engine: ModuleType,
    voltages: Arrays | None = None,
    checkpoints: Sequence[int] = (),
    rasters: bool = False,
    most_spikes: int | None = None,
) -> SleepResult | None:
    listed = isinstance(checkpoints, Sequence | np.ndarray) and all(isinstance(step, Real) for step in checkpoints)
    if not listed or any(not 0 < step <= len(spikes) or step != int(step) for step in checkpoints):
        raise UserError(f"sleep: checkpoints {checkpoints} must be whole numbers from 1 to {len(spikes)}, the steps slept.")
    precision = weights[0].dtype
    state = State.begin(weights, voltages, engine.PRECISION or precision)
    kept, packed = {}, []
    stops = sorted({0, len(spikes), *map(int, checkpoints), *range(0, len(spikes), TILE if most_spikes is None else LOOK)})
    for start, stop in progress(list(pairwise(stops)), what="sleep, tiles of steps"):
        tile = engine.advance(state, spikes[start:stop], params, rule, start)
        if _too_many(state, most_spikes):
            return None
        if rasters:
            packed.append(tile)
        if stop in checkpoints:
            kept[stop] = [weight.astype(precision) for weight in state.weights]
    new, ended = [[array.astype(precision, copy=False) for array in arrays] for arrays in (state.weights, state.voltages)]
    drawn = [spikes, *map(_unpacked, zip(*packed, strict=True), ended)] if rasters else []
    return SleepResult(new, state.counts, ended, kept, drawn)


def _too_many(state: State, most_spikes: int | None) -> bool:
    return most_spikes is not None and sum(int(count.sum()) for count in state.counts[1:]) > most_spikes


def _unpacked(tiles: Sequence[np.ndarray], voltage: np.ndarray) -> np.ndarray:
    """A layer's spikes, bool [steps, neurons], from what its engine gave, tile after tile."""
    return np.unpackbits(np.concatenate(tiles), axis=1, count=len(voltage), bitorder="little").astype(bool)


def sleep_many(
    networks: Sequence[Arrays],
    spikes: Sequence[np.ndarray | Callable[[], np.ndarray]],
    params: Sequence[SleepParameters],
    rule: str = "released",
    engine: str = "auto",
    workers: int | None = None,
    most_spikes: int | None = None,
) -> Iterator[SleepResult | None]:
    """Many sleeps at once, each as by `sleep`, with a progress bar: of networks that may differ, over rasters that may differ,
    under parameters that may differ. Gives the results in order, as they are asked for.

    The three are of one length, or of length 1 for what all sleeps share. A raster may be given as a function that makes it;
    rasters and results are in memory only while they are at work or waited for, so there may be thousands. The event and
    reference engines run `workers` sleeps at a time, as many as there are cores if None; the cuda engine runs as many as the
    GPU's memory holds, of networks of one shape, in one launch, and "auto" takes it where there is a GPU that holds them.
    Raises UserError as `sleep` does, naming the sleep by its number from 1.

    most_spikes: a sleep whose neurons, those of the input apart, spike more often in all is given up, and None stands for its
    result. Each spike costs a change of as many weights as its neuron has inputs, so that a few sleeps can take minutes.
    """
    for name, values in {"networks": networks, "spikes": spikes, "params": params}.items():
        if not isinstance(values, Sequence):
            raise UserError(f"sleep: {name} must be a list, with one for each sleep, or one for all.")
    networks = [arrays_of(weights) for weights in networks]
    given = {"networks": networks, "spikes": spikes, "params": params}
    count = max(map(len, given.values()))
    for name, values in given.items():
        if len(values) == 0 or len(values) not in (1, count):
            raise UserError(f"sleep: {len(values)} {name} for {count} sleeps; there must be one for each, or one for all.")
    workers = len(os.sched_getaffinity(0)) if workers is None else workers
    if workers < 1:
        raise UserError(f"sleep: workers is {workers}; there must be one at least.")
    sleeps = [tuple(values[number % len(values)] for values in given.values()) for number in range(count)]
    if engine == "auto" and count > 1 and all(on_gpu(own) for own in params) and fits_gpu(networks):
        engine = "cuda"
    chosen = [engine_named(engine, own) for own in params]
    if hasattr(chosen[0], "advance_all"):
        return _in_batches(sleeps, rule, chosen[0], most_spikes)
    engines = [chosen[number % len(chosen)] for number in range(count)]
    return _in_threads(sleeps, rule, engines, workers, most_spikes)


def _in_threads(
    sleeps: Sequence[tuple], rule: str, engines: Sequence[ModuleType], workers: int, most_spikes: int | None
) -> Iterator[SleepResult | None]:
    """Sleeps one by one, `workers` of them at a time, and no more than twice as many begun as were asked for."""

    def one(number: int) -> SleepResult | None:
        weights, raster, params = sleeps[number]
        with _naming(number, len(sleeps)):
            made = raster_of(raster() if callable(raster) else raster)
            check(weights, made, params, rule)
            return _asleep(weights, made, params, rule, engines[number], most_spikes=most_spikes)

    waiting = deque()
    with ThreadPoolExecutor(workers) as pool, progress(what="sleeps", total=len(sleeps)) as bar:
        for number in range(len(sleeps)):
            waiting.append(pool.submit(one, number))
            if len(waiting) == 2 * workers:
                yield waiting.popleft().result()
                bar.update()
        while waiting:
            yield waiting.popleft().result()
            bar.update()


def _in_batches(
    sleeps: Sequence[tuple], rule: str, engine: ModuleType, most_spikes: int | None
) -> Iterator[SleepResult | None]:
    """Sleeps that an engine computes together, as many at a time as it takes."""
    size = engine.most(sleeps[0][0])
    for first in progress(range(0, len(sleeps), size), what="batches of sleeps"):
        batch = sleeps[first : first + size]
        # once if they share it
        made = {id(raster): raster_of(raster() if callable(raster) else raster) for _, raster, _ in batch}
        rasters, params = [made[id(raster)] for _, raster, _ in batch], [own for _, _, own in batch]
        for number, ((weights, _, own), raster) in enumerate(zip(batch, rasters, strict=True), start=first):
            with _naming(number, len(sleeps)):
                check(weights, raster, own, rule)
        states = [State.begin(weights, None, weights[0].dtype) for weights, _, _ in batch]
        _, failures = engine.advance_all(states, rasters, params, rule)
        for number, (state, failure) in enumerate(zip(states, failures, strict=True), start=first):
            if failure:
                with _naming(number, len(sleeps)):
                    raise failure
            yield None if _too_many(state, most_spikes) else SleepResult(state.weights, state.counts, state.voltages)


@contextmanager
def _naming(number: int, count: int) -> Iterator[None]:
    """Say in an error which of many sleeps it is about."""
    try:
        yield
    except UserError as error:
        raise UserError(f"sleep {number + 1} of {count}: {str(error).removeprefix('sleep: ')}") from None
