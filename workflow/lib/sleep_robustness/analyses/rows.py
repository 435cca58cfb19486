"""What the analyses share: the columns of numbers, and what is measured of weights."""

import numpy as np

# What a sleep has done to the weights: the shares of all that lie above and below where they began; of those that moved the
# share that began above 0, and how far these and the others moved on average (nan where there are none).
MOVED = ("raised", "lowered", "positive", "moved_positive", "moved_others")


def numbers(value: float, low: float, high: float, examples: int, networks: int, why: str) -> dict:
    """A mean over networks with its interval and n; `why` says why it is undefined, where it is (nan), and its interval then
    too."""
    known = not np.isnan(value)
    low, high, note = (low, high, "") if known else (np.nan, np.nan, why)
    return {
        "value": value, "low": low, "high": high, "interval": "bootstrap", "examples": examples, "networks": networks,
        "note": note,
    }  # fmt: skip
