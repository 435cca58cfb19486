"""What jobs keep of a row's networks, image by image: under attack, and of images of another kind."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sleep_robustness.arrays import load_arrays
from sleep_robustness.evaluation import Attacked
from sleep_robustness.files import atomic

PARTS = ("right", "distances")


@dataclass(frozen=True)
class Found:
    """attacked: what attacks leave; referee: what AutoAttack leaves of the same images, and at which ε: bool [n, k] and float
    [k], k 0 where it was not run."""

    attacked: Attacked
    referee: np.ndarray
    referee_strengths: np.ndarray

    def save(self, path: str | os.PathLike) -> None:
        """Write one .npz file."""
        whole = {"strengths": self.attacked.strengths, "zero_gradient": self.attacked.zero_gradient}
        whole |= {f"{part}/{name}": own for part in PARTS for name, own in getattr(self.attacked, part).items()}
        with atomic(path) as temporary:
            np.savez_compressed(temporary, referee=self.referee, referee_strengths=self.referee_strengths, **whole)

    @classmethod
    def load(cls, path: str | os.PathLike) -> "Found":
        """Read what `save` wrote. Raises UserError for another file."""
        stored = load_arrays(path)
        parts = (
            {name.removeprefix(f"{part}/"): own for name, own in stored.items() if name.startswith(part)} for part in PARTS
        )
        own = Attacked(stored["strengths"], *parts, stored["zero_gradient"])
        return cls(own, stored["referee"], stored["referee_strengths"])


def with_transfers(found: Attacked, shown: Mapping[str, np.ndarray]) -> Attacked:
    """With what images made on other networks leave, by the source's name: bool [n, k], each ε judged by itself."""
    right = {f"images of {name}": np.logical_and.accumulate(own, axis=1) for name, own in shown.items()}
    return replace(found, right={**found.right, **right})


def together(several: Sequence[Attacked]) -> Attacked:
    """The images of several networks as if they were of one, with the attacks that all have."""
    first = several[0]
    parts = [
        {name: np.concatenate([getattr(one, part)[name] for one in several]) for name in getattr(first, part)} for part in PARTS
    ]
    return Attacked(first.strengths, *parts, np.concatenate([one.zero_gradient for one in several]))
