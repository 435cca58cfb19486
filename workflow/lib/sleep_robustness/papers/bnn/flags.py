"""Whether networks are right on each example under many conditions: a table of these, and a matrix of flags."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sleep_robustness.arrays import load_arrays
from sleep_robustness.files import atomic


@dataclass
class Flags:
    """conditions: a row each, its axes as columns; right: bool [conditions, n], on the same n examples in the same order, or
    means of such."""

    conditions: pd.DataFrame
    right: np.ndarray

    @classmethod
    def of(cls, found: Sequence[tuple[dict, np.ndarray]]) -> "Flags":
        """The flags of conditions, each with its axes."""
        axes, right = zip(*found, strict=True)
        return cls(pd.DataFrame(axes), np.array(right))

    def with_axes(self, **axes: object) -> "Flags":
        """The same, with further axes that all conditions share."""
        return Flags(self.conditions.assign(**axes), self.right)

    @classmethod
    def together(cls, several: Sequence["Flags"]) -> "Flags":
        """The conditions of several, of the same examples."""
        conditions = pd.concat([one.conditions for one in several], ignore_index=True)
        return cls(conditions, np.concatenate([one.right for one in several]))

    def save(self, path: str | os.PathLike) -> None:
        """Write one .npz file, each column an array in it."""
        columns = {name: column.to_numpy() for name, column in self.conditions.items()}
        columns = {name: array.astype(str) if array.dtype == object else array for name, array in columns.items()}
        with atomic(path) as temporary:
            np.savez_compressed(temporary, right=np.packbits(self.right, axis=1), n=self.right.shape[1], **columns)

    @classmethod
    def load(cls, path: str | os.PathLike) -> "Flags":
        """Read what `save` wrote. Raises UserError for another file."""
        stored = load_arrays(path)
        right, n = stored.pop("right"), int(stored.pop("n"))
        return cls(pd.DataFrame(stored), np.unpackbits(right, axis=1, count=n).astype(bool))
