"""The images that the networks are looked into with."""

from collections.abc import Mapping

import numpy as np

from sleep_robustness.distortions import distortion
from sleep_robustness.randomness import numpy_stream


def shown(x: np.ndarray, shape: tuple[int, ...], name: str, params: Mapping, dataset: str, seed: int) -> np.ndarray:
    """Images, float32 [n, d], as a network of a seed is shown them: as they are ("clean"), or under the distortion named.

    x: [n, d]; shape: of one image; params: the distortion's, with its `strength`. All networks of a seed see the same.
    """
    if name == "clean":
        return x
    rng = numpy_stream(f"distortion {name}", dataset, seed, params["strength"])
    distorted = distortion(name).apply(x.reshape(-1, *shape), params["strength"], rng, params)
    return distorted.reshape(len(x), -1).astype(np.float32)
