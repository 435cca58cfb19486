"""Shuffled sleep, a control of our own: what sleep did to the weights, but not to which of them.

Where it does as well as sleep, what sleep learnt does not matter, only that so many weights moved so far.
"""

from sleep_robustness.data import Dataset
from sleep_robustness.defences import sleep
from sleep_robustness.models import ReluNetwork
from sleep_robustness.randomness import numpy_stream

PARAMETERS = {"sleep": {"type": "string", "description": "the name of a variant of sleep"}}


def fit(dataset: Dataset, params: dict, base: ReluNetwork | None = None, seed: int = 0, device: str = "cpu") -> ReluNetwork:
    """Move the weights that sleep moves, by the amounts that it moves them by, dealt out among those of a layer at random.

    params: `sleep`, the parameters of the sleep. The history is that of the sleep.
    """
    return moved(dataset, params, base, seed, device, lambda changes, rng: rng.permutation(changes))


def moved(dataset: Dataset, params: dict, base: ReluNetwork, seed: int, device: str, instead) -> ReluNetwork:
    """The base with other changes on the weights that sleep moves: instead(changes, rng) → as many, for each layer."""
    slept, rng = sleep.fit(dataset, params["sleep"], base, seed, device), numpy_stream("changes instead of sleep's", seed)
    weights = []
    for before, after in zip(base.weights, slept.weights, strict=True):
        old, new = before.detach().cpu().numpy(), after.detach().cpu().numpy()
        where = old != new
        weight = old.copy()
        weight[where] += instead((new - old)[where], rng).astype(old.dtype)
        weights.append(weight)
    network = sleep.with_weights(base, weights)
    network.history = slept.history
    return network.to(device)
