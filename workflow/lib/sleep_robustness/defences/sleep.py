"""Sleep (paper §4, Algorithm 1): the control network as a spiking network, asleep over its training data."""

import logging

import numpy as np
import pandas as pd
import torch

from sleep_robustness.data import Dataset
from sleep_robustness.models import ReluNetwork, from_weights
from sleep_robustness.randomness import numpy_stream
from sleep_robustness.spiking import SleepParameters, sleep
from sleep_robustness.spiking.encode import encode, presented
from sleep_robustness.spiking.normalise import normalisation

log = logging.getLogger("sleep_robustness")

PARAMETERS = {
    "rule": {"enum": ["printed", "released", "inverted"], "description": "printed, released or inverted"},
    "order": {"enum": ["storage", "shuffled", "mean"], "description": "storage, shuffled or mean"},
    "spike_factor": {"type": "number", "exclusiveMinimum": 0, "description": "a number above 0"},
    "rate": {"type": "number", "exclusiveMinimum": 0, "description": "a rate in Hz, above 0"},
    "steps": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
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
}


def fit(dataset: Dataset, params: dict, base: ReluNetwork | None = None, seed: int = 0, device: str = "cpu") -> ReluNetwork:
    """Let the control network sleep; its history has one row a layer: spikes, neurons that spiked, share of weights changed.

    params: rule, the plasticity rule; order of the training examples, one a step of 1 ms; spike_factor, 1 as printed or 2 as
    released, times the input rate in Hz; steps; thresholds, one a layer; current, the "synaptic AMPA current", which
    multiplies the normalisation factors; increase and decrease of a weight; decay of the voltage in a step.
    """
    before, spikes, parameters = bedded(dataset, params, base, seed, device)
    result = sleep(before, spikes, parameters, params["rule"])
    network = from_weights([torch.from_numpy(weight) for weight in result.weights], base.dropout, base.bounds, base.temperature)
    rows = []
    for layer, (old, new, count) in enumerate(zip(before, result.weights, result.spike_counts[1:], strict=True), start=1):
        rows.append({"layer": layer, "spikes": count.sum(), "neurons": (count > 0).sum(), "changed": (old != new).mean()})
        log.info("layer %d: %d spikes of %d neurons, share of weights changed %.4f", *rows[-1].values())
    network.history = pd.DataFrame(rows)
    return network.to(device)


def bedded(
    dataset: Dataset, params: dict, base: ReluNetwork, seed: int, device: str
) -> tuple[list[np.ndarray], np.ndarray, SleepParameters]:
    """What the sleep of a network is given, params as for `fit`: its weights, the input spikes of its seed, the parameters of
    its neurons."""
    rng = numpy_stream("sleep spikes", seed)
    examples = presented(dataset.train_x, params["steps"], params["order"], rng)
    spikes = encode(dataset.train_x, params["rate"], params["spike_factor"], examples, rng)
    factors = normalisation(base, torch.from_numpy(dataset.train_x).to(device))
    gains = [factor * params["current"] for factor in factors]
    parameters = SleepParameters(gains, params["thresholds"], params["increase"], params["decrease"], params["decay"])
    return [weight.detach().cpu().numpy() for weight in base.weights], spikes, parameters
