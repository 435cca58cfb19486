"""Patches (paper §4.3, figure 3A): four binary images of 10 × 10, 25 bright pixels each, 15 of them shared by all.

Where the pixels lie is not printed. Here the shared ones are a block in the middle, and each image has a patch of its own,
2 × 5, in one corner. The four images are both the training and the test set.
"""

import numpy as np

from sleep_robustness.data import Dataset

PARAMETERS = {}


def load() -> Dataset:
    """The four images, classes 0 to 3."""
    images = np.zeros((4, 10, 10), np.float32)
    images[:, 3:6, 3:8] = 1
    for image, (top, left) in zip(images, [(0, 0), (0, 5), (8, 0), (8, 5)], strict=True):
        image[top : top + 2, left : left + 5] = 1
    x, y = images.reshape(4, 100), np.arange(4)
    return Dataset(x, y, x.copy(), y.copy(), (0.0, 1.0), (10, 10))
