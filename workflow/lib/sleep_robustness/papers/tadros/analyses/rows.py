"""What the analyses share: the columns of numbers, and what is measured of weights."""

from collections.abc import Sequence

import numpy as np

from sleep_robustness.statistics import LIMITS, Estimate, mean, mean_over_networks

# What a sleep has done to the weights: the shares of all that lie above and below where they began; of those that moved the
# share that began above 0, and how far these and the others moved on average (nan where there are none).
MOVED = ("raised", "lowered", "positive", "moved_positive", "moved_others")


def numbers(found: Estimate, examples: int, networks: int, why: str) -> dict:
    """The end of a tidy row: a mean over networks with its interval and n. `why` says why it is undefined, which it is where it
    is for any network, and its interval then too."""
    known = bool(found.networks == networks)
    limits = {name: float(getattr(found, name)) if known else np.nan for name in ("value", *LIMITS)}
    named = {"interval": str(found.kind), "examples": examples, "networks": networks, "note": "" if known else why}
    return limits | named


def over_networks(values: Sequence[float], why: str) -> dict:
    """The mean of one value a network, with an interval by these alone; `why` as for `numbers`."""
    found = mean_over_networks([np.array([value], float) for value in values], mean)
    return numbers(found, 0, len(values), why)
