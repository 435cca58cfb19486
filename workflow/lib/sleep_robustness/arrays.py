"""Arrays that jobs write as .npz files."""

import os

import numpy as np

from sleep_robustness.files import readable


def load_arrays(path: str | os.PathLike, *names: str) -> dict[str, np.ndarray]:
    """The arrays of a file by name, all or those that are named. Raises UserError for another file, or one without them."""
    with readable(path), np.load(path) as held:
        return {name: held[name] for name in names or held.files}
