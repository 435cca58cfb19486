"""Gaussian noise of mean 0 on features (paper figure 2 B); the strength is its standard deviation σ. Nothing is clipped."""

import numpy as np

from sleep_robustness.distortions import noise

PARAMETERS = {}


def apply(x: np.ndarray, strength: float, rng: np.random.Generator, params: dict) -> np.ndarray:
    """x [n, *shape] with noise of standard deviation `strength`."""
    return noise.apply(x, strength**2, rng, {"clip": None})
