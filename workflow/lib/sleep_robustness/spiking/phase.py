"""The sleep phase (paper §4, Algorithm 1): one network's sleep, and that of many."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle, islice, pairwise
from types import ModuleType

import numpy as np

from sleep_robustness.errors import UserError
from sleep_robustness.progress import progress
from sleep_robustness.spiking.engines import State, engine_named, has_gpu
from sleep_robustness.spiking.parameters import SleepParameters, check, check_voltages

TILE = 1 << 15  # steps between two looks at the progress bar; bounds the memory that spikes take
BATCH = 256  # sleeps that go to a GPU together
Weights = Sequence[np.ndarray]


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
    weights: Weights,
    spikes: np.ndarray,
    params: SleepParameters,
    rule: str = "released",
    engine: str = "auto",
    *,
    voltages: Weights | None = None,
    checkpoints: Sequence[int] = (),
    rasters: bool = False,
) -> SleepResult:
    """Let a network sleep for as many steps of 1 ms as `spikes`, bool [steps, inputs], has rows.

    weights: one array [out, in] a layer, all float32 or all float64; they are left as they are. In each step, for the layers
    in order: v ← decay·v + gain·(W s), with s the spikes of the layer before in this step; neurons with v ≥ threshold spike;
    their weights change by the plasticity rule; their voltage returns to 0. Neurons begin with `voltages`, one vector a
    layer, or at 0: with the weights and voltages of a result its sleep goes on as if it had not ended. `checkpoints`, numbers
    of steps, and `rasters` ask for traces. engine: "event", compiled; "reference", NumPy in float64; "cuda", on a GPU; "auto"
    takes the event engine, or the reference where only that knows the parameters.
    Raises UserError for input that cannot be slept over and, naming the step, when a weight or voltage overflows.
    """
    check(weights, spikes, params, rule)
    if voltages is not None:
        check_voltages(voltages, weights)
    if any(not 0 < step <= len(spikes) for step in checkpoints):
        raise UserError(f"sleep: checkpoints {list(checkpoints)} must lie from 1 to {len(spikes)}, the steps slept.")
    chosen, precision = engine_named(engine, params), weights[0].dtype
    state = State.begin(weights, voltages, chosen.PRECISION or precision)
    kept, packed = {}, []
    stops = sorted({0, len(spikes), *checkpoints, *range(0, len(spikes), TILE)})
    for start, stop in progress(list(pairwise(stops)), what="sleep, tiles of steps"):
        tile = chosen.advance(state, spikes[start:stop], params, rule, start)
        if rasters:
            packed.append(tile)
        if stop in checkpoints:
            kept[stop] = [weight.astype(precision) for weight in state.weights]
    new, ended = [[array.astype(precision, copy=False) for array in arrays] for arrays in (state.weights, state.voltages)]
    drawn = [spikes, *map(_unpacked, zip(*packed, strict=True), ended)] if rasters else []
    return SleepResult(new, state.counts, ended, kept, drawn)


def _unpacked(tiles: Sequence[np.ndarray], voltage: np.ndarray) -> np.ndarray:
    """A layer's spikes, bool [steps, neurons], from what its engine gave, tile after tile."""
    return np.unpackbits(np.concatenate(tiles), axis=1, count=len(voltage), bitorder="little").astype(bool)


def sleep_many(
    networks: Sequence[Weights],
    spikes: Sequence[np.ndarray | Callable[[], np.ndarray]],
    params: Sequence[SleepParameters],
    rule: str = "released",
    engine: str = "auto",
    workers: int | None = None,
) -> list[SleepResult]:
    """Many sleeps at once, each as by `sleep`, with a progress bar: of networks that may differ, over rasters that may differ,
    under parameters that may differ.

    The three are of one length, or of length 1 for what all sleeps share. A raster may be given as a function that makes it,
    so that thousands of them need not be in memory together. The event and reference engines run `workers` sleeps at a time,
    as many as there are cores if None; the cuda engine runs BATCH of them, of networks of one shape, in one launch, and "auto"
    takes it where there is a GPU. Raises UserError as `sleep` does.
    """
    count = max(map(len, (networks, spikes, params)))
    for name, given in (("networks", networks), ("spikes", spikes), ("params", params)):
        if len(given) not in (1, count):
            raise UserError(f"sleep: {len(given)} {name} for {count} sleeps; there must be one for each, or one for all.")
    sleeps = list(zip(*(islice(cycle(given), count) for given in (networks, spikes, params)), strict=True))
    if engine == "auto" and count > 1 and has_gpu() and not any(own.extended for own in params):
        engine = "cuda"
    chosen = engine_named(engine, params[0])
    if hasattr(chosen, "advance_all"):
        batches = [sleeps[first : first + BATCH] for first in range(0, count, BATCH)]
        return [result for batch in progress(batches, what="batches of sleeps") for result in _batch(batch, rule, chosen)]

    def one(given) -> SleepResult:
        weights, raster, own = given
        return sleep(weights, _made(raster), own, rule, engine)

    with ThreadPoolExecutor(workers or len(os.sched_getaffinity(0))) as pool:
        return list(progress(pool.map(one, sleeps), total=count, what="sleeps"))


def _batch(sleeps: Sequence[tuple], rule: str, engine: ModuleType) -> list[SleepResult]:
    """Sleeps that an engine computes together."""
    rasters, params = [_made(raster) for _, raster, _ in sleeps], [own for _, _, own in sleeps]
    for (weights, _, own), raster in zip(sleeps, rasters, strict=True):
        check(weights, raster, own, rule)
    shapes = {(weights[0].dtype, *(weight.shape for weight in weights)) for weights, _, _ in sleeps}
    if len(shapes) > 1:
        raise UserError("sleep: the cuda engine takes networks of one shape and type together; take the event engine.")
    states = [State.begin(weights, None, weights[0].dtype) for weights, _, _ in sleeps]
    engine.advance_all(states, rasters, params, rule)
    return [SleepResult(state.weights, state.counts, state.voltages) for state in states]


def _made(raster: np.ndarray | Callable[[], np.ndarray]) -> np.ndarray:
    return raster() if callable(raster) else raster
