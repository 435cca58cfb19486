"""Weight noise, a control of our own: the weights that sleep moves, moved as far, but at random."""

import numpy as np

from sleep_robustness.data import Dataset
from sleep_robustness.defences import sleep
from sleep_robustness.networks.relu import ReluNetwork
from sleep_robustness.randomness import numpy_stream

PARAMETERS = {
    "sleep": {"type": "string", "description": "the name of a variant of sleep"},
    "measured_by": {
        "type": "array",
        "items": {"type": "string", "description": "the name of an attack or a distortion"},
        "uniqueItems": True,
        "description": "a list of attacks and distortions, each once",
    },
}


def fit(dataset: Dataset, params: dict, base: ReluNetwork | None = None, seed: int = 0, device: str = "cpu") -> ReluNetwork:
    """Move the weights that sleep moves by Gaussian noise whose mean square, in each layer, is that of sleep's own changes.

    params: `sleep`, the parameters of the sleep. The history is that of the sleep.
    """
    result, rng = sleep.asleep(dataset, params["sleep"], base, seed, device), numpy_stream("changes instead of sleep's", seed)
    weights = []
    for before, new in zip(base.weights, result.weights, strict=True):
        weight = before.detach().cpu().numpy().copy()
        moved = weight != new
        changes = (new - weight)[moved]
        size = np.sqrt(np.mean(np.square(changes))) if len(changes) else 0
        weight[moved] += (rng.standard_normal(len(changes)) * size).astype(weight.dtype)
        weights.append(weight)
    network = sleep.with_weights(base, weights)
    network.history = sleep.told(base, result)
    return network.to(device)
