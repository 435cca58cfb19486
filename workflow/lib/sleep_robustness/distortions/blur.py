"""Gaussian blur (paper §2); the strength is the kernel's standard deviation in pixels."""

import numpy as np
from scipy.ndimage import gaussian_filter

PARAMETERS = {
    "reach": {"type": "number", "exclusiveMinimum": 0, "description": "a number of standard deviations above 0"},
}


def apply(x: np.ndarray, strength: float, rng: np.random.Generator, params: dict) -> np.ndarray:
    """x [n, height, width] blurred; the kernel has 2⌈reach·σ⌉ + 1 pixels a side, borders are replicated. Draws nothing."""
    if strength == 0:
        return x
    radius = int(np.ceil(params["reach"] * strength))
    return gaussian_filter(x, strength, radius=radius, mode="nearest", axes=(1, 2))
