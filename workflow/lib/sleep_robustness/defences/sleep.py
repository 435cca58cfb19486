"""Sleep (paper §4, Algorithm 1): the control network as a spiking network, asleep over its training data."""

import logging
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import torch

from sleep_robustness.data import Dataset
from sleep_robustness.networks.relu import ReluNetwork, from_weights
from sleep_robustness.randomness import numpy_stream
from sleep_robustness.spiking import SleepParameters, SleepResult, sleep
from sleep_robustness.spiking.encode import encode, presented
from sleep_robustness.spiking.normalise import normalisation

log = logging.getLogger("sleep_robustness")

PARAMETERS = {
    "rule": {"enum": ["printed", "released", "inverted"], "description": "printed, released or inverted"},
    "order": {"enum": ["storage", "shuffled", "mean"], "description": "storage, shuffled or mean"},
    "spike_factor": {"type": "number", "exclusiveMinimum": 0, "description": "a number above 0"},
    "rate": {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 100000,
        "description": "a rate in Hz, above 0 and up to 100 000",
    },
    "steps": {"type": "integer", "minimum": 1, "maximum": 1000000000, "description": "a whole number from 1 to 1 000 000 000"},
    "thresholds": {
        "type": "array",
        "items": {"type": "number", "exclusiveMinimum": 0, "description": "a number above 0"},
        "minItems": 1,
        "description": "a list of thresholds, one for each layer",
    },
    "current": {"type": "number", "exclusiveMinimum": 0, "description": "a number above 0"},
    "increase": {"type": "number", "minimum": 0, "description": "a number from 0"},
    "decrease": {"type": "number", "minimum": 0, "description": "a number from 0"},
    "decay": {"type": "number", "minimum": 0, "maximum": 1, "description": "a share from 0 to 1"},
    "presentations": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "updates": {"type": ["integer", "null"], "minimum": 1, "description": "a whole number from 1, or null"},
}
PIECES = 1000, 32_000  # steps whose spikes are drawn at first and at most, twice as many each time


def fit(dataset: Dataset, params: dict, base: ReluNetwork | None = None, seed: int = 0, device: str = "cpu") -> ReluNetwork:
    """Let the control network sleep; its history has one row a layer: spikes, neurons that spiked, share of weights changed.

    params: rule, the plasticity rule; order of the training examples, one a step of 1 ms; spike_factor, 1 as printed or 2 as
    released, times the input rate in Hz; steps; thresholds, one a layer; current, the "synaptic AMPA current", which
    multiplies the normalisation factors; increase and decrease of a weight; decay of the voltage in a step; presentations,
    the steps that each example is shown for; updates, the number of weights changed, each time counted, after which sleep ends
    (Zhang et al. 2020), or None.
    """
    return awoken(base, asleep(dataset, params, base, seed, device)).to(device)


def asleep(dataset: Dataset, params: dict, base: ReluNetwork, seed: int, device: str) -> SleepResult:
    """The sleep of a network, all as for `fit`."""
    before, spikes, parameters = bedded(dataset, params, base, seed, device)
    return sleep(before, spikes, parameters, params["rule"])


def awoken(base: ReluNetwork, result: SleepResult) -> ReluNetwork:
    """The network, on the CPU, that the base is after its sleep, with the history of `fit`."""
    network = with_weights(base, result.weights)
    network.history = told(base, result)
    for row in network.history.itertuples(index=False):
        log.info("layer %d: %d spikes of %d neurons, share of weights changed %.4f", *row)
    return network


def told(base: ReluNetwork, result: SleepResult) -> pd.DataFrame:
    """What a sleep of the base did, layer by layer: layer, spikes, neurons, changed."""
    rows = []
    for layer, (old, new, count) in enumerate(zip(base.weights, result.weights, result.spike_counts[1:], strict=True), start=1):
        changed = (old.detach().cpu().numpy() != new).mean()
        rows.append({"layer": layer, "spikes": count.sum(), "neurons": (count > 0).sum(), "changed": changed})
    return pd.DataFrame(rows)


def bedded(
    dataset: Dataset, params: dict, base: ReluNetwork, seed: int, device: str
) -> tuple[list[np.ndarray], np.ndarray, SleepParameters]:
    """What the sleep of a network is given, params as for `fit`: its weights, the input spikes of its seed for as long as it
    sleeps, and the parameters of its neurons."""
    weights, parameters = as_spiking(base, params, normalisation(base, torch.from_numpy(dataset.train_x).to(device)))
    spikes = input_spikes(dataset.train_x, params, weights, parameters, numpy_stream("sleep spikes", seed))
    return weights, spikes, parameters


def input_spikes(
    x: np.ndarray, params: dict, weights: Sequence[np.ndarray], parameters: SleepParameters, rng: np.random.Generator
) -> np.ndarray:
    """The input spikes of a network's sleep, bool [steps, d], for as long as it lasts.

    x [n, d]: the training examples; params: as for `fit`; weights, parameters: of the spiking network, which decide when the
    sleep ends where params say after how many updates.
    """
    shown = params["presentations"]
    examples = presented(x, -(-params["steps"] // shown), params["order"], rng).repeat(shown)[: params["steps"]]
    pieces = (encode(x, params["rate"], params["spike_factor"], some, rng) for some in _pieces(examples))
    if params["updates"] is not None:
        pieces = _until(params["updates"], weights, pieces, parameters, params["rule"])
    return np.concatenate(list(pieces))


def _pieces(examples: np.ndarray) -> Iterator[np.ndarray]:
    """The examples piece by piece. A sleep that ends after some updates may end soon, and goes wild when it does not."""
    start, size = 0, PIECES[0]
    while start < len(examples):
        yield examples[start : start + size]
        start, size = start + size, min(2 * size, PIECES[1])


def as_spiking(base: ReluNetwork, params: dict, factors: Sequence[float]) -> tuple[list[np.ndarray], SleepParameters]:
    """A network as a spiking one: its weights, and the parameters of its neurons. factors: of its normalisation."""
    gains = [factor * params["current"] for factor in factors]
    parameters = SleepParameters(gains, params["thresholds"], params["increase"], params["decrease"], params["decay"])
    return [weight.detach().cpu().numpy() for weight in base.weights], parameters


def with_weights(base: ReluNetwork, weights: Sequence[np.ndarray]) -> ReluNetwork:
    """The base with other weights, on the CPU."""
    return from_weights([torch.from_numpy(weight) for weight in weights], base.dropout, base.bounds, base.temperature)


def _until(
    updates: int, weights: Sequence[np.ndarray], pieces: Iterator[np.ndarray], parameters: SleepParameters, rule: str
) -> Iterator[np.ndarray]:
    """Pieces of input spikes up to the step in which the number of weights changed reaches `updates`: each neuron that spikes
    changes as many as it has inputs."""
    inputs, voltages = [weight.shape[1] for weight in weights], None
    for spikes in pieces:
        result = sleep(weights, spikes, parameters, rule, voltages=voltages, rasters=True)
        so_far = sum(raster.sum(1) * count for raster, count in zip(result.rasters[1:], inputs, strict=True)).cumsum()
        reached = np.flatnonzero(so_far >= updates)
        if len(reached):
            yield spikes[: reached[0] + 1]
            return
        yield spikes
        weights, voltages, updates = result.weights, result.voltages, updates - int(so_far[-1])
