"""Ablation, a control of our own: sleep's share of the hidden neurons is cut out of the network, and no weight moves else.

Where it does as well as sleep with the neurons that slept, sleep is pruning; where it does so with others, it does not matter
which neurons sleep prunes.
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
    "by": {
        "enum": ["slept", "random", "most_active", "least_active", "largest", "smallest"],
        "description": "slept, random, most_active, least_active, largest or smallest",
    },
    "measured_by": {
        "type": "array",
        "items": {"type": "string", "description": "the name of an attack or a distortion"},
        "uniqueItems": True,
        "description": "a list of attacks and distortions, each once",
    },
}


def fit(dataset: Dataset, params: dict, base: ReluNetwork | None = None, seed: int = 0, device: str = "cpu") -> ReluNetwork:
    """Set the incoming weights of as many neurons of each hidden layer to 0 as spiked there in sleep.

    params: `sleep`, the parameters of the sleep; `by`, how neurons are chosen, see `chosen`. The history is that of the sleep,
    with the number of neurons `cut`. Outputs are never cut, as a network without one of its classes is none; so a network that
    has no hidden layer stays as it is.
    """
    result = sleep.asleep(dataset, params["sleep"], base, seed, device)
    means = base.mean_inputs(torch.from_numpy(dataset.train_x).to(device))
    cut = chosen(params["by"], base, means, result.spike_counts, seed)
    network = without(base, cut)
    network.history = sleep.told(base, result).assign(cut=[*(own.sum() for own in cut), 0])
    return network.to(device)


def chosen(
    by: str, base: ReluNetwork, means: Sequence[torch.Tensor], spikes: Sequence[np.ndarray], seed: int
) -> list[np.ndarray]:
    """Which neurons are cut, bool [units] for each hidden layer: as many in each as have spiked there.

    by: `slept`, those that spiked; `random`; `most_active` and `least_active` by the mean activation at test time over the
    training examples; `largest` and `smallest` by the Euclidean norm of the incoming weights, the row that is then set to 0:
    it says how strongly a neuron can be driven, and needs no data. (The norm of the outgoing weights, or its product with the
    mean activation, would rank neurons by what they do to the next layer.) means: the base's `mean_inputs`; spikes: of each
    neuron in sleep, a vector a layer, input first. All is of the base, before sleep.
    """
    rng, cut = numpy_stream("neurons cut at random", seed), []
    for weight, mean, counts in zip(base.weights[:-1], means[1:], spikes[1:-1], strict=True):
        active, norm = mean.cpu().numpy(), weight.detach().double().norm(dim=1).cpu().numpy()
        order = {"slept": -counts, "random": rng.permutation(len(counts)), "most_active": -active, "least_active": active}
        order |= {"largest": -norm, "smallest": norm}
        first = np.argsort(order[by], kind="stable")[: (counts > 0).sum()]
        cut.append(np.isin(np.arange(len(counts)), first))
    return cut


def without(base: ReluNetwork, cut: Sequence[np.ndarray]) -> ReluNetwork:
    """The base, on the CPU, with the incoming weights of these neurons of its hidden layers set to 0, so that none of them is
    ever active."""
    weights = [weight.detach().cpu().numpy().copy() for weight in base.weights]
    for weight, own in zip(weights, cut, strict=False):  # the output layer stays
        weight[own] = 0
    return sleep.with_weights(base, weights)
