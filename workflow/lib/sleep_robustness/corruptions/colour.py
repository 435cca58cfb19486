"""The same corruptions for colour images, RGB: channel by channel, but where colour is what they are about.

Noises are drawn for each channel by itself. What else is random, such as a direction, is the same for all three. Brightness
and saturation are those of HSV, and JPEG is of the colour image. Frost, fog, snow and drops stay grey, as they are there.
"""

import copy
from collections.abc import Sequence

import numpy as np

from sleep_robustness.corruptions import check, corrupt, digital
from sleep_robustness.corruptions.levels import LEVELS

NOISES = ("gaussian_noise", "shot_noise", "impulse_noise", "speckle_noise")


def corrupt_colour(
    images: np.ndarray, name: str, severity: int, rng: np.random.Generator, photographs: Sequence[np.ndarray] | None = None
) -> np.ndarray:
    """`images` [n, side, side, 3], floats in 0..1, under a corruption; of the same shape and type, clipped. The rest is as for
    `corrupt`, errors too."""
    channels = np.moveaxis(images, 3, 0)  # [3, n, side, side]
    if name in COLOURED:
        check(channels[0], name, severity)
        return np.clip(COLOURED[name](images.astype(float), LEVELS[name][severity - 1]), 0, 1).astype(images.dtype)
    if name in NOISES:
        flat = corrupt(channels.reshape(-1, *images.shape[1:3]), name, severity, rng)
        return np.moveaxis(flat.reshape(channels.shape), 0, 3)
    draws = (copy.deepcopy(rng) for _ in channels)
    each = [corrupt(one, name, severity, own, photographs=photographs) for one, own in zip(channels, draws, strict=True)]
    return np.stack(each, axis=3)


def brightness(x: np.ndarray, level: float) -> np.ndarray:
    """x [n, side, side, 3] with HSV's value raised by the level; black becomes grey."""
    value = x.max(axis=3, keepdims=True)
    brighter = np.clip(value + level, 0, 1)
    return np.where(value > 0, x * np.divide(brighter, value, out=np.zeros_like(value), where=value > 0), brighter)


def saturate(x: np.ndarray, level: tuple[float, float]) -> np.ndarray:
    """x with HSV's saturation times the first of the level, and more by the second. Grey, of hue 0, turns towards red."""
    times, more = level
    value, least = x.max(axis=3, keepdims=True), x.min(axis=3, keepdims=True)
    own = np.divide(value - least, value, out=np.zeros_like(value), where=value > 0)
    wanted = np.clip(own * times + more, 0, 1)
    coloured = value - (value - x) * np.divide(wanted, own, out=np.zeros_like(own), where=own > 0)
    return np.where(own > 0, coloured, value * (1 - wanted * np.array([0, 1, 1])))


def jpeg_compression(x: np.ndarray, level: int) -> np.ndarray:
    """x as a colour JPEG of that quality keeps it."""
    return digital.jpeg_compression(x, level, rng=None)


COLOURED = {own.__name__: own for own in (brightness, saturate, jpeg_compression)}
