"""Weight noise, a control of our own: the weights that sleep moves, moved as far, but at random."""

import numpy as np

from sleep_robustness.data import Dataset
from sleep_robustness.defences.shuffled_sleep import moved
from sleep_robustness.models import ReluNetwork

PARAMETERS = {"sleep": {"type": "string", "description": "the name of a variant of sleep"}}


def fit(dataset: Dataset, params: dict, base: ReluNetwork | None = None, seed: int = 0, device: str = "cpu") -> ReluNetwork:
    """Move the weights that sleep moves by Gaussian noise whose mean square, in each layer, is that of sleep's own changes.

    params: `sleep`, the parameters of the sleep. The history is that of the sleep.
    """
    return moved(dataset, params, base, seed, device, _noise)


def _noise(changes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return rng.standard_normal(len(changes)) * np.sqrt(np.mean(np.square(changes)) if len(changes) else 0)
