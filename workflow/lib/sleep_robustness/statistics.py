"""All statistics: intervals, of 95 %, and tests.

Intervals: Wilson for a network's share; bootstrap over examples for a network's median; for a mean over networks, a difference
of two kinds of networks or a ratio of these, t over networks with the examples' part added (`estimate`). A mean share takes
the wider of its t and of Wilson at the number of examples of one network, or of networks where those are more, because the t of
a share that is 0 everywhere has no width; a difference of shares that no example tells apart takes Wilson's for as many
likewise. How often these intervals hold what they are of is measured: `analyses/coverage.py`.

Tests: the p of the same t, two-sided, so that it lies below .05 where the interval leaves 0 out; over many questions Holm's
adjustment of it. That something has no effect is not tested by p: its interval must stay within a margin, whose two ends
are two one-sided tests at 2.5 % each.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit  # scipy.stats has all that follows, and takes half a second to import

from sleep_robustness.randomness import numpy_stream

CONFIDENCE = 0.95
LEVEL = 1 - CONFIDENCE
RESAMPLES = 1000
FEWER = 300  # resamples, which do for a variance
LIMITS = ("low", "high", "low_without", "high_without")  # of an interval, and of those without any one network
MANY = 1e6  # degrees of freedom that are as good as all

# A statistic of values [n] or [n, k], nan where an example is not counted, for each of r resamples, which take an example so
# often as weights [r, n] say: [r] or [r, k]; nan where nothing is counted.
Statistic = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Estimate:
    """A mean over networks, with how sure it is: a number each, or [k] each."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    kind: np.ndarray  # of the interval: "t", or "bootstrap" of the examples alone
    p: np.ndarray  # two-sided, of a mean of 0 over all networks and examples; nan where the interval is no t
    low_without: np.ndarray  # the lowest limit of all intervals from which one network is left out
    high_without: np.ndarray  # and the highest; infinite where no two networks would be left
    networks: np.ndarray  # those for which the statistic is defined

    def __getitem__(self, place) -> "Estimate":
        """That of one of k, or of several."""
        return Estimate(**{name: values[place] for name, values in vars(self).items()})


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
    return _wilson(round(share * n), n)


@cache
def _wilson(count: int, n: int) -> tuple[float, float]:
    """Wilson's interval of count among n, kept, since a table asks for the same again and again."""
    z, p = ndtri(1 - LEVEL / 2), count / n
    centre, half = p + z**2 / (2 * n), z * np.sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2)
    low, high = (centre - half) / (1 + z**2 / n), (centre + half) / (1 + z**2 / n)
    return low if count else 0.0, high if count < n else 1.0


def bootstrap(values: np.ndarray, statistic: Statistic) -> tuple[np.ndarray, np.ndarray]:
    """Percentile interval of a network's `statistic` of values [n] or [n, k], by resampling the examples; resamples that leave
    it undefined (nan) are left out, (nan, nan) when none is left."""
    low, high = percentiles(statistic(np.asarray(values, float), _draws(len(values))))
    return low, high


def resampled(networks: Sequence[np.ndarray], statistic: Statistic) -> tuple[np.ndarray, np.ndarray]:
    """The statistic of each network's values [n] or [n, k]: as they are, [s] or [s, k], and in each resample of the examples,
    [r, s] or [r, s, k]. The same examples are drawn for every network, since all were measured on the same ones."""
    weights, networks = _draws(len(networks[0]))[:FEWER], [np.asarray(values, float) for values in networks]
    each = np.array([of_all(statistic, values) for values in networks])
    return each, np.stack([statistic(values, weights) for values in networks], axis=1)


def mean_over_networks(networks: Sequence[np.ndarray], statistic: Statistic, step: float = 0) -> Estimate:
    """The mean over networks of `statistic` of their values [n] or [n, k], of the same examples in the same order; `step` as
    for `rounding`."""
    return estimate(*resampled(networks, statistic), rounding(statistic, step))


def rounding(statistic: Statistic, step: float) -> float:
    """The variance of a network's statistic that is due to values being multiples of a step (0: they are not): of a median,
    which is one of them or between two, that of a uniform error; none of a mean."""
    return step**2 / 12 if statistic is median else 0.0


def estimate(each: np.ndarray, drawn: np.ndarray, least: np.ndarray | float = 0) -> Estimate:
    """The mean over networks of what `resampled` gives, or of differences of it, with an interval for other networks on other
    examples. Networks for which it is undefined (nan) are left out.

    The variance of the mean is s²/n, where s² is that of the n networks' values, and the part of the examples' variance which
    all networks share, since they see the same: with v that of the mean over resamples and w the average of each network's
    own, (n·v − w)/(n − 1). What the examples do to each network for itself is in s² already. s² is taken to be `least` at
    least, a number or [k], so that networks on one step of a grid are not all the same. The interval is by t, with the
    degrees of freedom of Welch and Satterthwaite, n − 1 at least. Where there is only one network, or a value is ∞, there is
    no s²: the interval then goes from the lowest to the highest limit of the networks' own bootstraps, and p is nan.
    """
    each, drawn = np.asarray(each, float), np.asarray(drawn, float)
    shape, count = each.shape[1:], len(each)
    each, drawn = each.reshape(count, -1), drawn.reshape(len(drawn), count, -1)
    known = ~np.isnan(each)
    drawn = np.where(np.isnan(drawn), each, drawn)  # a resample without anything to count tells nothing
    finite, number = (np.isfinite(drawn).all(0) & np.isfinite(each) | ~known).all(0), known.sum(0)
    counts, by_t = known & finite, finite & (number > 1)
    values, resamples = np.where(counts, each, 0), np.where(counts, drawn, 0)
    # all networks first, then all but each of them
    sets = np.concatenate([counts[None], counts & ~np.eye(count, dtype=bool)[..., None]])
    totals = resamples.sum(1, keepdims=True) - np.concatenate([np.zeros_like(resamples[:, :1]), resamples], axis=1)
    least = np.broadcast_to(np.asarray(least, float).reshape(-1), number.shape)
    means, lows, highs, p = _by_t(values, resamples.var(0), totals, sets, least)
    value, low, high, p = means[0], lows[0], highs[0], p[0]
    lowest = np.where(np.isnan(lows[1:]), -np.inf, lows[1:]).min(0)
    highest = np.where(np.isnan(highs[1:]), np.inf, highs[1:]).max(0)
    if not by_t.all():
        total = np.divide(np.where(known, each, 0).sum(0), number, out=np.full(number.shape, np.nan), where=number > 0)
        lows, highs = (np.where(known, limits, np.nan) for limits in percentiles(drawn))
        value, low, high = (
            np.where(by_t, *pair) for pair in ((value, total), (low, np.fmin.reduce(lows)), (high, np.fmax.reduce(highs)))
        )
        several = number > 1  # with an ∞ among them: the others' limits lie between the same two
        lowest, highest = np.where(several & ~by_t, low, lowest), np.where(several & ~by_t, high, highest)
    found = (value, low, high, np.where(by_t, "t", "bootstrap"), np.where(by_t, p, np.nan), lowest, highest, number)
    return Estimate(*(array.reshape(shape) for array in found))


def _by_t(each: np.ndarray, own: np.ndarray, totals: np.ndarray, sets: np.ndarray, least: np.ndarray) -> tuple[np.ndarray, ...]:
    """The mean of each set of networks, its interval and p, [sets, k] each; nan of fewer than two networks.

    each: [s, k], own: its variance over resamples [s, k]; sets: flags [sets, s, k]; totals: the sum over each set in each
    resample [r, sets, k]; least: of s² [k].
    """
    n = sets.sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):  # none or one, or networks that are all the same
        mean = np.where(sets, each, 0).sum(1) / n
        spread = (np.where(sets, each - mean[:, None], 0) ** 2).sum(1) / (n - 1)
        between = np.maximum(spread, least) / n
        shared = np.maximum(0, (totals.var(0) - np.where(sets, own, 0).sum(1)) / n / (n - 1))
        variance = between + shared
        freedom = np.minimum((n - 1) * (variance / between) ** 2, MANY)
        freedom = np.where(between > 0, freedom, MANY)
        half = np.where(n > 1, stdtrit(freedom, 1 - LEVEL / 2) * np.sqrt(variance), np.nan)
        p = np.where(variance > 0, 2 * stdtr(freedom, -np.abs(mean) / np.sqrt(variance)), mean == 0)
    return mean, mean - half, mean + half, p


def holm(p: Sequence[float]) -> np.ndarray:
    """The p of several tests adjusted for their number (Holm 1979): to reject all that lie below a level rejects a true null
    hypothesis among them with no greater chance than that level. What is nan is no test, and stays so."""
    p = np.asarray(p, float)
    order = np.argsort(p)[: int((~np.isnan(p)).sum())]  # nan sorts last
    adjusted = np.full(p.shape, np.nan)
    adjusted[order] = np.minimum(1, np.maximum.accumulate(p[order] * np.arange(len(order), 0, -1)))
    return adjusted


@lru_cache(maxsize=4)
def _draws(examples: int) -> np.ndarray:
    """How often each resample takes each example, [r, n]."""
    rng = numpy_stream("bootstrap")
    drawn = (rng.integers(examples, size=examples) for _ in range(RESAMPLES))
    return np.array([np.bincount(places, minlength=examples) for places in drawn], float)


def percentiles(drawn: np.ndarray) -> np.ndarray:
    """The percentile interval over the first axis, [2, …], by values that were drawn (no interpolation, since ∞ − ∞ is
    undefined), nan left out."""
    rows = np.sort(drawn.reshape(len(drawn), -1), axis=0)  # nan sorts last
    known = (~np.isnan(rows)).sum(0)
    places = [np.clip(np.round(level * (known - 1)).astype(int), 0, None) for level in (LEVEL / 2, 1 - LEVEL / 2)]
    columns = np.arange(rows.shape[1])
    return np.stack([rows[place, columns].reshape(drawn.shape[1:]) for place in places])
