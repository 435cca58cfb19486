"""Shuffled sleep, a control of our own: what sleep did to a neuron's weights and to its mean drive, but not to which weights.

Where it does as well as sleep, it does not matter which inputs a neuron lost or gained in sleep, only how its drive moved.
"""

from collections.abc import Sequence

import numpy as np
import torch

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
    """Deal out sleep's changes of each neuron's weights anew among all its inputs, and keep the mean drive that sleep gave it.

    A neuron with weights w and inputs x has the drive w·x. Be x̄ the mean of its inputs over the training examples, in the
    network before sleep at test time, and Δ sleep's changes of its weights. A random permutation of Δ among all inputs, the
    silent ones too, would change Δ·x̄, since inputs differ. A constant added to the changes of the inputs that are ever active
    (x̄ > 0) makes up for that, so that the new changes Δ′ have Δ′·x̄ = Δ·x̄. All else of a change's place is lost. A neuron
    whose weights sleep left alone keeps them.

    params: `sleep`, the parameters of the sleep. The history is that of the sleep.
    """
    result = sleep.asleep(dataset, params["sleep"], base, seed, device)
    x = torch.from_numpy(dataset.train_x).to(device)
    network = dealt_out(base, result.weights, base.mean_inputs(x), seed)
    network.history = sleep.told(base, result)
    return network.to(device)


def dealt_out(base: ReluNetwork, slept: Sequence[np.ndarray], means: Sequence[torch.Tensor], seed: int) -> ReluNetwork:
    """The network, on the CPU, that `fit` describes. slept: the weights after sleep; means: the base's `mean_inputs`."""
    rng, weights = numpy_stream("sleep's changes dealt out", seed), []
    for before, after, mean in zip(base.weights, slept, means, strict=True):
        old = before.detach().cpu().numpy().astype(np.float64)
        changes, mean = after - old, mean.cpu().numpy()
        dealt, active = rng.permuted(changes, axis=1), mean > 0
        if active.any():
            dealt[:, active] += ((changes - dealt) @ mean / mean[active].sum())[:, None]
        weights.append((old + dealt).astype(after.dtype))
    return sleep.with_weights(base, weights)
