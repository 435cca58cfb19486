"""Permuted MNIST: each task has the same images, with their pixels in another order (§3 of the mid report). Split CIFAR: each
has the images of some classes (§3.2 of the final one)."""

from collections.abc import Mapping, Sequence
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

    def shown(self, x: np.ndarray, y: np.ndarray, task: int, count: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """A task's images [n, d] and their labels [n], of x [n, d] and y [n]; the first `count` alone if that is said."""
        return self.images(x[:count], task), y[:count]


@dataclass(frozen=True)
class ClassTasks:
    """classes: for each task the classes whose images it has. A network has outputs for all.

    Raises UserError for fewer than two tasks, and for a class that two have.
    """

    classes: Sequence[Sequence[int]]

    def __post_init__(self):
        if len(self.classes) < 2:
            raise UserError(f"tasks: there are {len(self.classes)}; a network must learn two or more in turn.")
        every = [label for own in self.classes for label in own]
        if twice := {label for label in every if every.count(label) > 1}:
            raise UserError(f"tasks: class {min(twice)} is in two tasks; it can be in one.")

    def __len__(self) -> int:
        return len(self.classes)

    def shown(self, x: np.ndarray, y: np.ndarray, task: int, count: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """As of `Tasks`. Raises UserError where a task has no image, or another number of them than the others."""
        numbers = [int(np.isin(y, own).sum()) for own in self.classes]
        if len(set(numbers)) > 1 or not numbers[0]:
            raise UserError(f"tasks: they have {numbers} images; all must have the same number, and some.")
        rows = np.isin(y, self.classes[task - 1])
        return x[rows][:count], y[rows][:count]


def tasks_of(params: Mapping, pixels: int, seed: int) -> Tasks | ClassTasks:
    """The tasks that the config says: by `classes`, or permuted, see `Tasks.permuted`."""
    return ClassTasks(params["classes"]) if "classes" in params else Tasks.permuted(params, pixels, seed)
