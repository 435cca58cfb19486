"""Weather (Hendrycks and Dietterich 2019). x [n, side, side] is in 0..1; the results are not clipped."""

from collections.abc import Sequence

import numpy as np

from sleep_robustness.corruptions.warps import smeared, zoomed

FRACTAL_SIDE = 256  # at least; a part as large as the image is cut from the fractal


def snow(x: np.ndarray, level: tuple, rng: np.random.Generator) -> np.ndarray:
    """x whitened, below a layer of flakes and the same layer turned by 180°.

    level: mean and standard deviation of the layer's noise, its zoom, the value below which there is no flake, radius and
    standard deviation of the flakes' motion (−135° to −45°), the share of x that is not whitened.
    """
    mean, sd, zoom, threshold, radius, sigma, share = level
    layer = zoomed(rng.normal(mean, sd, x.shape), zoom)
    flakes = np.where(layer < threshold, 0, layer).clip(0, 1)
    flakes = smeared(flakes, radius, sigma, rng.uniform(-135, -45, len(x)))
    whitened = share * x + (1 - share) * np.maximum(x, 1.5 * x + 0.5)
    return whitened + flakes + np.rot90(flakes, 2, axes=(1, 2))


def frost(x: np.ndarray, level: tuple, rng: np.random.Generator, photographs: Sequence[np.ndarray]) -> np.ndarray:
    """x and a part of a photograph of frost, each image with its own; level: the shares of both.

    photographs: grey, in 0..1, no side shorter than that of x.
    """
    side, (own, frosted) = x.shape[-1], level
    chosen = [photographs[k] for k in _whole(rng, np.full(len(x), len(photographs)))]
    rows, columns = (_whole(rng, np.array([photo.shape[axis] - side + 1 for photo in chosen])) for axis in (0, 1))
    cuts = [photo[row : row + side, column : column + side] for photo, row, column in zip(chosen, rows, columns, strict=True)]
    return own * x + frosted * np.stack(cuts)


def _whole(rng: np.random.Generator, below: np.ndarray) -> np.ndarray:
    """A whole number from 0 to below − 1 for each entry; the minimum is for a draw that rounding puts at the upper end."""
    return np.minimum(np.floor(rng.uniform(0, 1, len(below)) * below).astype(int), below - 1)


def fog(x: np.ndarray, level: tuple, rng: np.random.Generator) -> np.ndarray:
    """x and a plasma fractal, each image with its own, rescaled so that white stays as white as it was.

    level: the fog's amount, and the decay of the fractal from each scale to the next.
    """
    amount, decay = level
    side, white = x.shape[-1], x.max(axis=(1, 2), keepdims=True)
    whole = max(FRACTAL_SIDE, 1 << (side - 1).bit_length())
    layers = np.stack([plasma(whole, decay, rng)[:side, :side] for _ in x])
    return (x + amount * layers) * white / (white + amount)


def plasma(side: int, decay: float, rng: np.random.Generator) -> np.ndarray:
    """A plasma fractal by diamonds and squares (Fournier, Fussell and Carpenter 1982), on a torus, rescaled to 0..1.

    side: a power of 2. A point is the mean of four neighbours and a uniform number within ± swing², where the swing is 100
    at the coarsest scale and falls by `decay` from each scale to the next.
    """
    heights, step, swing = np.zeros((side, side)), side, 100.0

    def mean_and_swing(*four: np.ndarray) -> np.ndarray:
        return sum(four) / 4 + swing * rng.uniform(-swing, swing, four[0].shape)

    while step > 1:
        half = step // 2
        corners, centres = heights[::step, ::step], heights[half::step, half::step]
        right, below = np.roll(corners, -1, axis=1), np.roll(corners, -1, axis=0)
        centres[:] = mean_and_swing(corners, right, below, np.roll(right, -1, axis=0))
        heights[::step, half::step] = mean_and_swing(corners, right, centres, np.roll(centres, 1, axis=0))
        heights[half::step, ::step] = mean_and_swing(corners, below, centres, np.roll(centres, 1, axis=1))
        step, swing = half, swing / decay
    heights -= heights.min()
    return heights / heights.max()
