"""Gaussian noise of mean 0 (paper §2); the strength is its variance, which the paper's axis calls a standard deviation."""

import numpy as np

PARAMETERS = {
    "clip": {
        "type": ["array", "null"],
        "items": {"type": "number", "description": "a number"},
        "minItems": 2,
        "maxItems": 2,
        "description": "the smallest and the largest value to keep, or null",
    },
    "draws": {"type": "integer", "minimum": 1, "maximum": 1000, "description": "a whole number from 1 to 1000"},
}


def apply(x: np.ndarray, strength: float, rng: np.random.Generator, params: dict) -> np.ndarray:
    """x [n, *shape] with noise of variance `strength`, clipped to params["clip"] unless that is None."""
    noisy = x + np.float32(np.sqrt(strength)) * rng.standard_normal(x.shape, np.float32)
    return noisy if params["clip"] is None else np.clip(noisy, *params["clip"])
