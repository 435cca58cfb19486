"""Ways to move pixels that several corruptions share. x [n, side, side]."""

import math

import numpy as np


def zoomed(x: np.ndarray, factor: float) -> np.ndarray:
    """The centre of x, enlarged `factor` ≥ 1 times to the side of x, linear between pixels.

    The centre has ⌈side / factor⌉ pixels a side, and its outermost pixels stay outermost. What it exceeds the side by after
    that is cut from both ends. The small number keeps a quotient that is whole but for rounding from one pixel more.
    """
    side = x.shape[-1]
    part = math.ceil(side / factor - 1e-9)
    start, grown = (side - part) // 2, round(part * factor)
    positions = ((grown - side) // 2 + np.arange(side)) * (part - 1) / max(grown - 1, 1)
    low = np.floor(positions).astype(int)
    high, share = np.minimum(low + 1, part - 1), positions - low
    centre = x[:, start : start + part, start : start + part]
    rows = centre[:, low] * (1 - share)[:, None] + centre[:, high] * share[:, None]
    return rows[:, :, low] * (1 - share) + rows[:, :, high] * share


def smeared(x: np.ndarray, radius: int, sigma: float, degrees: np.ndarray) -> np.ndarray:
    """x blurred in one direction an image, as ImageMagick's motion blur does it.

    A pixel becomes the mean of 2·radius + 1 pixels on a ray from it, at whole distances rounded to pixels. Their weights are
    half a Gaussian of standard deviation sigma. degrees [n]: the direction of the ray, 0 along the row and 90 down the
    column. Borders are replicated.
    """
    side = x.shape[-1]
    distances = np.arange(2 * radius + 1)
    weights = np.exp(-(distances**2) / (2 * sigma**2))
    weights /= weights.sum()
    angles, result = np.deg2rad(degrees)[:, None], np.zeros_like(x)
    images, pixels = np.arange(len(x))[:, None, None], np.arange(side)
    for weight, distance in zip(weights, distances, strict=True):
        rows, columns = (
            np.clip(pixels + np.ceil(distance * part - 0.5).astype(int), 0, side - 1)
            for part in (np.sin(angles), np.cos(angles))
        )
        result += weight * x[images, rows[:, :, None], columns[:, None, :]]
    return result
