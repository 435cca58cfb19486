"""A data set, its file, and the order in which its test examples are taken."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from sleep_robustness.arrays import load_arrays
from sleep_robustness.errors import UserError
from sleep_robustness.files import atomic
from sleep_robustness.randomness import numpy_stream


@dataclass(frozen=True)
class Dataset:
    """Training and test split as flat vectors.

    train_x, test_x: float32 [n, d]; train_y, test_y: int64 [n], classes 0 … C − 1; bounds: smallest and largest value an
    input may have (an attack never leaves them); shape: of one example, (28, 28) for MNIST.
    Raises UserError when these do not fit together.
    """

    train_x: np.ndarray
    train_y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray
    bounds: tuple[float, float]
    shape: tuple[int, ...]

    def __post_init__(self):
        for split, x, y in (("training", self.train_x, self.train_y), ("test", self.test_x, self.test_y)):
            if len(x) == 0 or len(x) != len(y):
                raise UserError(
                    f"data: {len(x)} {split} examples with {len(y)} labels; there must be as many of each, and some"
                )
            if x.ndim != 2 or x.shape[1] != np.prod(self.shape):
                raise UserError(f"data: {split} examples of shape {x.shape[1:]} do not fit the stated shape {self.shape}")
            if not np.isfinite(x).all():
                raise UserError(f"data: a {split} example holds a value that is not finite")
            if x.min() < self.bounds[0] or x.max() > self.bounds[1]:
                raise UserError(f"data: {split} values from {x.min()} to {x.max()} leave the bounds {self.bounds}")

    @property
    def classes(self) -> int:
        """Number of classes."""
        return int(max(self.train_y.max(), self.test_y.max())) + 1

    def save(self, path: Path) -> None:
        """Write one .npz file."""
        with atomic(path) as temporary:
            np.savez(temporary, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, path: Path) -> "Dataset":
        """Read what `save` wrote. Raises UserError for another file."""
        stored = load_arrays(path, *(field.name for field in fields(cls)))
        bounds, shape = tuple(stored.pop("bounds").tolist()), tuple(stored.pop("shape").tolist())
        return cls(**stored, bounds=bounds, shape=shape)


@dataclass(frozen=True)
class HeldOut:
    """The part of a `Dataset` that a job needs which trains nothing: test_x, test_y and shape."""

    test_x: np.ndarray
    test_y: np.ndarray
    shape: tuple[int, ...]

    @classmethod
    def load(cls, path: Path) -> "HeldOut":
        """Read the test split of what `Dataset.save` wrote. Raises UserError for another file."""
        arrays = load_arrays(path, "test_x", "test_y", "shape")
        return cls(arrays["test_x"], arrays["test_y"], tuple(arrays["shape"].tolist()))


def stratified_order(labels: np.ndarray) -> np.ndarray:
    """An order of all examples whose every prefix holds the classes in their shares, but for rounding.

    labels: int [n] → indices int64 [n]. The first n of this order are the fixed subset that an attack limited to n examples
    works on, so smaller subsets lie inside larger ones and all networks are attacked on the same images.
    """
    rng = numpy_stream("evaluation subset")
    place = np.empty(len(labels))
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        place[members] = (np.arange(len(members)) + rng.random()) / len(members)
    return np.argsort(place, kind="stable")


def first_examples(order: np.ndarray, count: int | str) -> np.ndarray:
    """The first `count` examples of a test order, fewer where there are no more, or "all" of them, sorted: what an attack or a
    distortion works on."""
    return np.sort(order if count == "all" else order[:count])
