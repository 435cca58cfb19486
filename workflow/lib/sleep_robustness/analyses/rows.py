"""The columns of numbers that the analyses share."""

import numpy as np


def numbers(value: float, low: float, high: float, examples: int, networks: int, why: str) -> dict:
    """A mean over networks with its interval and n; `why` says why it is undefined, where it is (nan), and its interval then
    too."""
    known = not np.isnan(value)
    low, high, note = (low, high, "") if known else (np.nan, np.nan, why)
    return {
        "value": value, "low": low, "high": high, "interval": "bootstrap", "examples": examples, "networks": networks,
        "note": note,
    }  # fmt: skip
