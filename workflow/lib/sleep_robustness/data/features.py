"""Features of CIFAR's images: which images they are of, and their scale."""

import numpy as np

from sleep_robustness.errors import UserError


def first_of_each(labels: np.ndarray, count: int | str) -> np.ndarray:
    """Which examples are taken, int64, in storage order: the first of each class, `count` in all, or "all".

    Fewer are a part of more. Raises UserError for a number that is not the same for all classes, or more than there are.
    """
    if count == "all":
        return np.arange(len(labels))
    numbers = np.bincount(labels)
    classes, most = len(numbers), int(numbers.min())
    each = count // classes
    if count % classes or each > most:
        raise UserError(
            f"config: {count} images of CIFAR-{classes} are asked for; write a multiple of {classes} up to {classes * most}, "
            "or all."
        )
    return np.sort(np.concatenate([np.flatnonzero(labels == label)[:each] for label in range(classes)]))


def standardised(features, divided_by: str):
    """Each vector of features [n, d], of NumPy or torch, less its mean, divided by its variance, as the report says, or by its
    standard deviation."""
    away = features - features.mean(1)[:, None]
    variance = (away * away).mean(1)[:, None]
    return away / (variance if divided_by == "variance" else variance**0.5)
