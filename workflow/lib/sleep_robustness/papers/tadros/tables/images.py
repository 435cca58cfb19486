"""The tables behind figures of images: one row a pixel."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sleep_robustness.distortions import distortion
from sleep_robustness.randomness import numpy_stream


def image_rows(image: np.ndarray, /, **axes) -> pd.DataFrame:
    """An image [height, width] as a table: the axes it is given, row, column, value."""
    rows, columns = (axis.ravel() for axis in np.indices(image.shape))
    return pd.DataFrame(axes | {"row": rows, "column": columns, "value": image.ravel()})


def distorted_rows(image: np.ndarray, dataset: str, distortions: Mapping[str, Mapping]) -> pd.DataFrame:
    """An image [height, width] of a data set under every strength of each distortion, by its parameters: distortion, strength,
    and `image_rows`."""
    tables = []
    for name, params in distortions.items():
        for strength in params["strengths"]:
            rng = numpy_stream(f"distortion {name}", dataset, "example", strength)
            distorted = distortion(name).apply(image[None], strength, rng, params)[0]
            tables.append(image_rows(distorted, distortion=name, strength=strength))
    return pd.concat(tables)
