"""Images under the corruptions that networks which learnt tasks are shown (§4 and Figure 2 of the mid report)."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sleep_robustness.corruptions import as_uint8, corrupt
from sleep_robustness.randomness import numpy_stream

ORIGINAL = "original"  # no corruption, of severity 0


def shown(
    images: np.ndarray, name: str, severity: int, params: Mapping, axes: Sequence, photographs: Sequence[np.ndarray]
) -> np.ndarray:
    """Images [n, side, side] under a corruption, drawn by it and further axes.

    params: columns_alone and truncated, whether they are kept as bytes; photographs: of frost, see `corruptions.corrupt`.
    """
    if name == ORIGINAL:
        return images
    rng = numpy_stream("corruption", name, severity, *axes)
    found = corrupt(images, name, severity, rng, columns_alone=params["columns_alone"], photographs=photographs)
    return as_uint8(found) if params["truncated"] else found


def examples(image: np.ndarray, params: Mapping, photographs: Sequence[np.ndarray]) -> pd.DataFrame:
    """An image [side, side] under each corruption and none, as MNIST shows it: corruption, severity, row, column, value."""
    rows, columns = np.indices(image.shape).reshape(2, -1)
    return pd.concat(
        [
            pd.DataFrame({"corruption": name, "severity": severity, "row": rows, "column": columns, "value": found.ravel()})
            for name, severity in conditions(params)
            for found in shown(image[None], name, severity, params, (), photographs)
        ],
        ignore_index=True,
    )


def conditions(params: Mapping) -> list[tuple[str, int]]:
    """No corruption, and all, severity by severity: (name, severity)."""
    return [(ORIGINAL, 0), *((name, severity) for severity in params["severities"] for name in params["names"])]
