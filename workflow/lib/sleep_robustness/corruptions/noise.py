"""Noise of each pixel by itself (Hendrycks and Dietterich 2019). x [n, side, side] is in 0..1; the results are not clipped."""

import numpy as np


def gaussian_noise(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """x with noise of mean 0; the level is its standard deviation."""
    return x + rng.normal(0, level, x.shape)


def shot_noise(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """Counts of photons: Poisson of mean x · level, over the level, which is the count of a white pixel."""
    return rng.poisson(x * level) / level


def impulse_noise(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """Salt and pepper: the level is the share of pixels that become black or white, either with probability 1/2."""
    struck, salt = rng.uniform(0, 1, x.shape) <= level, rng.uniform(0, 1, x.shape) <= 0.5
    return np.where(struck, salt, x)


def speckle_noise(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """x with noise in proportion to x; the level is the standard deviation at a white pixel."""
    return x + x * rng.normal(0, level, x.shape)
