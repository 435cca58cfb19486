"""Permuted MNIST: each task has the same images, with their pixels in another order (§3 of the mid report)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sleep_robustness.errors import UserError
from sleep_robustness.randomness import numpy_stream


@dataclass(frozen=True)
class Tasks:
    """orders: int64 [tasks, d], for each task where each of its pixels comes from in the image.

    Raises UserError for fewer than two tasks, and for an order that is no permutation.
    """

    orders: np.ndarray

    def __post_init__(self):
        if self.orders.ndim != 2 or len(self.orders) < 2:
            raise UserError(f"tasks: there are {len(np.atleast_2d(self.orders))}; a network must learn two or more in turn.")
        for number, order in enumerate(self.orders, start=1):
            if not np.array_equal(np.sort(order), np.arange(len(order))):
                raise UserError(f"tasks: the order of the pixels in task {number} is no permutation: one is missing or twice.")

    @classmethod
    def permuted(cls, params: Mapping, pixels: int, seed: int) -> "Tasks":
        """Tasks that are drawn by seed and task alone. params: number, how many; first, whether the first is "plain", the
        images as they are, or "permuted" too."""
        numbers = range(1, params["number"] + 1)
        orders = [numpy_stream("order of pixels", seed, task).permutation(pixels) for task in numbers]
        if params["first"] == "plain":
            orders[:1] = [np.arange(pixels)]
        return cls(np.array(orders))

    def __len__(self) -> int:
        return len(self.orders)

    def images(self, x: np.ndarray, task: int) -> np.ndarray:
        """Images [n, d] as a task, numbered from 1, shows them."""
        if x.ndim != 2 or x.shape[1] != self.orders.shape[1]:
            raise UserError(f"tasks: images have shape {list(x.shape)}; they must have {self.orders.shape[1]} pixels each.")
        return x[:, self.orders[task - 1]]
