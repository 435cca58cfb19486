"""Blurs (Hendrycks and Dietterich 2019). x [n, side, side] is in 0..1."""

import numpy as np
from scipy.ndimage import correlate, gaussian_filter

from sleep_robustness.corruptions.warps import smeared, zoomed


def gaussian_blur(x: np.ndarray, level: float, rng: np.random.Generator, columns_alone: bool = False) -> np.ndarray:
    """x by a Gaussian; the level is its standard deviation. Borders are replicated. Draws nothing.

    columns_alone: blur each column by itself, as the released code does, which takes the last axis for colours.
    """
    return gaussian_filter(x, level, mode="nearest", axes=(1,) if columns_alone else (1, 2))


def glass_blur(x: np.ndarray, level: tuple, rng: np.random.Generator, columns_alone: bool = False) -> np.ndarray:
    """x blurred as in `gaussian_blur`, its pixels swapped with near ones, and blurred again.

    level: the standard deviation of both blurs, the reach of a swap, and the rounds of swaps.
    """
    sigma, reach, rounds = level
    swapped = _swapped(gaussian_blur(x, sigma, rng, columns_alone), reach, rounds, rng)
    return gaussian_blur(swapped, sigma, rng, columns_alone)


def _swapped(x: np.ndarray, reach: int, rounds: int, rng: np.random.Generator) -> np.ndarray:
    """x after each pixel, from the last to the first, changed places with one that is −reach to reach − 1 away along rows and
    along columns. One swap works on what those before it left, so only the images can be taken at once."""
    inner = range(x.shape[-1] - reach, reach, -1)
    places = [(row, column) for _ in range(rounds) for row in inner for column in inner]
    moves = np.floor(rng.uniform(-reach, reach, (len(places), 2, len(x)))).astype(int)
    pixels, images = x.transpose(1, 2, 0).copy(), np.arange(len(x))
    for (row, column), (along, down) in zip(places, moves, strict=True):
        other = row + down, column + along, images
        pixels[row, column], pixels[other] = pixels[other], pixels[row, column].copy()
    return pixels.transpose(2, 0, 1)


def defocus_blur(x: np.ndarray, level: tuple, rng: np.random.Generator) -> np.ndarray:
    """x by a disk; level: its radius, and the standard deviation of a 3 × 3 Gaussian that smooths its rim. Borders are
    mirrored at the outermost pixels. Draws nothing."""
    return correlate(x, disk(*level)[None], mode="mirror")


def disk(radius: int, sigma: float) -> np.ndarray:
    """Equal weights on a disk of 17 pixels a side or more, smoothed by a 3 × 3 Gaussian that mirrors them at the border.

    As in the authors' form, a rim that touches the border so gains: from radius 8 on the weights sum to 1.01.
    """
    line = np.arange(-max(radius, 8), max(radius, 8) + 1)
    inside = (line[:, None] ** 2 + line**2 <= radius**2).astype(float)
    return gaussian_filter(inside / inside.sum(), sigma, radius=1, mode="mirror")


def motion_blur(x: np.ndarray, level: tuple, rng: np.random.Generator) -> np.ndarray:
    """x blurred along one direction an image, drawn from −45° to 45° of the row; level: radius and standard deviation of
    `warps.smeared`."""
    return smeared(x, *level, rng.uniform(-45, 45, len(x)))


def zoom_blur(x: np.ndarray, level: tuple, rng: np.random.Generator) -> np.ndarray:
    """The mean of x and of its central zooms; level: the largest zoom that may be, and the step to it from 1. Draws nothing."""
    largest, step = level
    steps = int((largest - 1) / step + 1e-9)  # the small number keeps a last step that is whole but for rounding
    return (x + sum(zoomed(x, 1 + step * k) for k in range(steps + 1))) / (steps + 2)
