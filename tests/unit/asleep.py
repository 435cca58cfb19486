"""Small networks that spike much, and what it means that two sleeps are the same."""

from itertools import pairwise

import numpy as np

from sleep_robustness.spiking import SleepParameters

CPU = ["reference", "event"]
ENGINES = [*CPU, "cuda"]


def busy(seed, sizes=(8, 6, 4), steps=60):
    """Random weights, spikes and parameters of a network that spikes much."""
    rng = np.random.default_rng(seed)
    weights = [rng.normal(0.3, 0.5, (after, before)) for before, after in pairwise(sizes)]
    thresholds = [0.15 * before for before in sizes[:-1]]
    return weights, rng.random((steps, sizes[0])) < 0.3, SleepParameters([1.0] * len(weights), thresholds, 0.05, 0.04)


def same(one, other, atol=0.0):
    """Whether two sleeps gave the same spikes and, to a tolerance, the same weights and voltages."""
    for a, b in zip(one.spike_counts, other.spike_counts, strict=True):
        np.testing.assert_array_equal(a, b)
    for a, b in zip([*one.weights, *one.voltages], [*other.weights, *other.voltages], strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=atol)
