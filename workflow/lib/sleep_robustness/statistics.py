"""Intervals, all of 95 %.

Wilson for a network's share; bootstrap over examples for a network's median; bootstrap over networks and examples for a mean
over networks, and over pairs of networks for a difference of two. A mean share takes the wider of its bootstrap and of Wilson
at the number of examples of one network, or of networks where those are more, because the bootstrap of a share that is 0
everywhere has no width.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from scipy.stats import binomtest

from sleep_robustness.randomness import numpy_stream

CONFIDENCE = 0.95
RESAMPLES = 1000

# A statistic of values [n] or [n, k], nan where an example is not counted, for each of r resamples, which take an example so
# often as weights [r, n] say: [r] or [r, k]; nan where nothing is counted.
Statistic = Callable[[np.ndarray, np.ndarray], np.ndarray]


def mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The mean of finite values, as a `Statistic`."""
    counted = ~np.isnan(values)
    total, number = weights @ np.where(counted, values, 0), weights @ counted
    return np.divide(total, number, out=np.full(total.shape, np.nan), where=number > 0)


def difference(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The mean of the second column of values [n, 2] less that of the first, each over what it counts, as a `Statistic`."""
    means = mean(values, weights)
    return means[:, 1] - means[:, 0]


def median(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The median of values [n], ∞ allowed, as a `Statistic`."""
    order = np.argsort(values, kind="stable")[: int((~np.isnan(values)).sum())]
    if len(order) == 0:
        return np.full(len(weights), np.nan)
    reached = weights[:, order].cumsum(axis=1)
    number = reached[:, -1]
    lower, upper = (values[order][(reached > place[:, None]).argmax(1)] for place in ((number - 1) // 2, number // 2))
    with np.errstate(invalid="ignore"):
        return np.where(number > 0, (lower + upper) / 2, np.nan)


def of_all(statistic: Statistic, values: np.ndarray) -> np.ndarray:
    """A statistic of the values themselves: a number, or [k] for values [n, k]."""
    return statistic(np.asarray(values, float), np.ones((1, len(values))))[0]


def wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's interval for a share of n independent examples; (nan, nan) when n = 0.

    The mean of several networks' shares need not be a whole number of examples; it is taken at the nearest one.
    """
    if n == 0:
        return np.nan, np.nan
    interval = binomtest(round(share * n), n).proportion_ci(CONFIDENCE, method="wilson")
    return interval.low, interval.high


def bootstrap(networks: Sequence[np.ndarray], statistic: Statistic) -> tuple[np.ndarray, np.ndarray]:
    """Percentile interval of the mean over networks of `statistic`, by resampling examples and, where there are several,
    networks.

    networks: values of the same examples in the same order, [n] or [n, k], for each network. The same examples are drawn for
    every network, since they were all measured on the same images. Resamples for which a statistic is undefined (nan) are
    left out; (nan, nan) when none is left.
    """
    return interval(resampled(networks, statistic))


def resampled(networks: Sequence[np.ndarray], statistic: Statistic) -> np.ndarray:
    """The mean over networks of a statistic, for each resample, [r] or [r, k]. Resamples are the same for as many networks and
    examples, so that their difference is that of pairs: of networks of one seed, on the same examples."""
    weights, times = _draws(len(networks[0]), len(networks))
    drawn = 0.0
    for values, often in zip(networks, times.T, strict=True):
        found = statistic(np.asarray(values, float), weights)
        often = often.reshape(-1, *(1 for _ in found.shape[1:]))
        drawn = drawn + np.where(often > 0, np.where(often > 0, often, 1) * found, 0)
    return drawn / len(networks)


def interval(drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Percentile interval of what the resamples gave, [r, …]."""
    tail = 50 * (1 - CONFIDENCE)
    low, high = _percentiles(drawn, (tail, 100 - tail))
    return low, high


@lru_cache(maxsize=4)
def _draws(examples: int, networks: int) -> tuple[np.ndarray, np.ndarray]:
    """How often each resample takes each example [r, n] and each network [r, networks]."""
    rng, weights, times = numpy_stream("bootstrap"), [], []
    for _ in range(RESAMPLES):
        weights.append(np.bincount(rng.integers(examples, size=examples), minlength=examples))
        times.append(np.bincount(rng.integers(networks, size=networks), minlength=networks))
    return np.array(weights, float), np.array(times)


def _percentiles(drawn: np.ndarray, levels: tuple[float, float]) -> np.ndarray:
    """Percentiles over the first axis as values that were drawn (no interpolation, since ∞ − ∞ is undefined), nan left out."""
    rows = np.sort(drawn.reshape(len(drawn), -1), axis=0)  # nan sorts last
    known = (~np.isnan(rows)).sum(0)
    places = [np.clip(np.round(level / 100 * (known - 1)).astype(int), 0, None) for level in levels]
    columns = np.arange(rows.shape[1])
    return np.stack([rows[place, columns].reshape(drawn.shape[1:]) for place in places])
