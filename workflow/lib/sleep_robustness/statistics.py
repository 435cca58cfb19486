"""Intervals, all of 95 %.

Wilson for a network's share; bootstrap over examples for a network's median; bootstrap over networks and examples for a mean
over networks. A mean share takes the wider of its bootstrap and of Wilson at the number of examples of one network, or of
networks where those are more, because the bootstrap of a share that is 0 everywhere has no width.
"""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.stats import binomtest

from sleep_robustness.randomness import numpy_stream

CONFIDENCE = 0.95
RESAMPLES = 1000


def wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's interval for a share of n independent examples; (nan, nan) when n = 0.

    The mean of several networks' shares need not be a whole number of examples; it is taken at the nearest one.
    """
    if n == 0:
        return np.nan, np.nan
    interval = binomtest(round(share * n), n).proportion_ci(CONFIDENCE, method="wilson")
    return interval.low, interval.high


def bootstrap(networks: Sequence[np.ndarray], statistic: Callable[[np.ndarray], np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Percentile interval of the mean over networks of `statistic`, by resampling examples and, where there are several,
    networks.

    networks: one array [n, …] for each network, of the same examples in the same order; statistic: maps such an array to a
    number or an array. The same examples are drawn for every network, since they were all measured on the same images.
    Resamples for which a statistic is undefined (nan) are left out; (nan, nan) when none is left.
    """
    rng = numpy_stream("bootstrap")
    drawn = []
    for _ in range(RESAMPLES):
        examples = rng.integers(len(networks[0]), size=len(networks[0]))
        chosen, times = np.unique(rng.integers(len(networks), size=len(networks)), return_counts=True)
        values = [statistic(networks[number][examples]) for number in chosen]
        drawn.append(sum(count * value for count, value in zip(times, values, strict=True)) / len(networks))
    tail = 50 * (1 - CONFIDENCE)
    low, high = _percentiles(np.asarray(drawn, float), (tail, 100 - tail))
    return low, high


def _percentiles(drawn: np.ndarray, levels: tuple[float, float]) -> np.ndarray:
    """Percentiles over the first axis as values that were drawn (no interpolation, since ∞ − ∞ is undefined), nan left out."""
    rows = np.sort(drawn.reshape(len(drawn), -1), axis=0)  # nan sorts last
    known = (~np.isnan(rows)).sum(0)
    places = [np.clip(np.round(level / 100 * (known - 1)).astype(int), 0, None) for level in levels]
    columns = np.arange(rows.shape[1])
    return np.stack([rows[place, columns].reshape(drawn.shape[1:]) for place in places])
