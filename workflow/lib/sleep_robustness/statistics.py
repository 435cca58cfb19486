"""All statistics: intervals, of 95 %, and tests.

Intervals: Wilson for a network's share; bootstrap over examples for a network's median; bootstrap over networks and examples
for a mean over networks, and over pairs of networks for a difference of two. A mean share takes the wider of its bootstrap and
of Wilson at the number of examples of one network, or of networks where those are more, because the bootstrap of a share that
is 0 everywhere has no width; a difference of shares that no example tells apart takes Wilson's for as many likewise.

Tests: a paired permutation test for a difference of two networks, two-sided as the intervals are; over many questions Holm's
adjustment of its p. Verdicts rest on intervals, not on p, which speaks of other images on the same networks. That something has
no effect is not tested by p: its interval must stay within a margin, whose two ends are two one-sided tests at 2.5 % each.
"""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache

import numpy as np
from scipy.stats import binomtest

from sleep_robustness.randomness import numpy_stream

CONFIDENCE = 0.95
LEVEL = 1 - CONFIDENCE
RESAMPLES = 1000
PERMUTATIONS = 19_999  # the smallest p is then 1 in 20 000, which the Holm of fewer than 1 000 questions leaves below LEVEL

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
    return _wilson(round(share * n), n)


@cache
def _wilson(count: int, n: int) -> tuple[float, float]:
    """Wilson's interval of count among n, kept, since a table asks for the same again and again."""
    interval = binomtest(count, n).proportion_ci(CONFIDENCE, method="wilson")
    return interval.low, interval.high


def bootstrap(networks: Sequence[np.ndarray], statistic: Statistic) -> tuple[np.ndarray, np.ndarray]:
    """Percentile interval of the mean over networks of `statistic`, by resampling examples and, where there are several,
    networks.

    networks: values of the same examples in the same order, [n] or [n, k], for each network. The same examples are drawn for
    every network, since they were all measured on the same images. The mean is over the networks for which the statistic is
    defined (not nan); resamples in which it is for none are left out; (nan, nan) when none is left.
    """
    return interval(resampled(networks, statistic))


def resampled(networks: Sequence[np.ndarray], statistic: Statistic) -> np.ndarray:
    """The mean over networks of a statistic, for each resample, [r] or [r, k]. Resamples are the same for as many networks and
    examples, so that their difference is that of pairs: of networks of one seed, on the same examples."""
    found, times = resampled_each(networks, statistic)
    return mean_of_drawn(found, times, ~np.isnan(found))


def resampled_each(networks: Sequence[np.ndarray], statistic: Statistic) -> tuple[np.ndarray, np.ndarray]:
    """The statistic of each network in each resample, [r, networks] or [r, networks, k], and how often a resample draws each
    network, [r, networks]."""
    weights, times = _draws(len(networks[0]), len(networks))
    return np.stack([statistic(np.asarray(values, float), weights) for values in networks], axis=1), times


def mean_of_drawn(found: np.ndarray, times: np.ndarray, defined: np.ndarray) -> np.ndarray:
    """The mean over the networks that each resample draws of those that are defined, [r] or [r, k]; nan where there is none.

    found, times: of `resampled_each`; defined: flags of the shape of found.
    """
    total, number = 0.0, 0
    for network, often in enumerate(times.T):
        often = often.reshape(-1, *(1 for _ in found.shape[2:])) * defined[:, network]
        total = total + np.where(often > 0, np.where(often > 0, often, 1) * found[:, network], 0)
        number = number + often
    return np.divide(total, number, out=np.full(total.shape, np.nan), where=number > 0)


def means_of_pairs(one: tuple, two: tuple) -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray]:
    """Means over the pairs of networks for which both are defined: of the first networks and of the second, [k] each; what the
    resamples give of these, [r, k] each; and how many pairs these are, [k].

    one, two: of each the networks' values [s, k], nan where undefined, and what `resampled_each` gives of them.
    """
    (first, drawn_of_first, times), (second, drawn_of_second, _) = one, two
    known, known_of_drawn = (~np.isnan(a) & ~np.isnan(b) for a, b in ((first, second), (drawn_of_first, drawn_of_second)))
    with np.errstate(invalid="ignore"):  # 0 ÷ 0, where there is no such pair
        means = [np.where(known, values, 0).sum(0) / known.sum(0) for values in (first, second)]
    drawn = [mean_of_drawn(values, times, known_of_drawn) for values in (drawn_of_first, drawn_of_second)]
    return means, drawn, known.sum(0)


def interval(drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Percentile interval of what the resamples gave, [r, …]."""
    tail = 50 * (1 - CONFIDENCE)
    low, high = _percentiles(drawn, (tail, 100 - tail))
    return low, high


def permutation_test(first: Sequence[np.ndarray], second: Sequence[np.ndarray], statistic: Statistic) -> np.ndarray:
    """Two-sided p of a paired permutation test on the mean over networks of `statistic`, by `mean` or `median`: how often it
    would differ so much between two networks if it were chance which of the two gave which results.

    first, second: values of the same examples, [n] or [n, k], for each network, those of one seed in the same place. What is
    swapped between the two is all that they gave on an example, at once in the networks of all seeds, since these saw the same
    example: so p is of these networks on other examples, and says nothing of other seeds, of which three could be swapped in 2³
    ways alone, with no p below .25. Where there are more seeds than examples, networks are swapped whole instead: p is then
    of other seeds on these examples. The null hypothesis is that a swap changes nothing: not the statistic, nor anything else.

    p is (b + 1) / (m + 1), where b of m random swaps differ as much (Phipson and Smyth 2010); a swap that leaves the statistic
    undefined counts as one. Networks for which it is undefined as it stands, in either of the two, are left out; nan where that
    is all of them, or the difference is ∞ − ∞. A number, or [k].
    """
    swapped = {mean: _swapped_means, median: _swapped_medians}[statistic]
    first, second = ([np.asarray(values, float) for values in networks] for networks in (first, second))
    with np.errstate(invalid="ignore"):  # ∞ − ∞
        ours, theirs = (np.array([of_all(statistic, values) for values in networks]) for networks in (first, second))
        defined = ~(np.isnan(ours) | np.isnan(theirs))
        each, number = np.where(defined, ours - theirs, 0), np.where(defined.any(0), defined.sum(0), np.nan)
        if len(first) > len(first[0]):
            drawn = (1 - 2.0 * _swaps(len(first))) @ each / number
        else:
            swaps, pairs = _swaps(len(first[0])), zip(first, second, defined, strict=True)
            drawn = sum(np.where(counts, swapped(one, two, swaps), 0) for one, two, counts in pairs) / number
        observed = each.sum(0) / number
    less = np.abs(drawn) < np.abs(observed) * (1 - 1e-9)  # a tie, but for rounding, is as much
    return np.where(np.isnan(observed), np.nan, ((~less).sum(0) + 1) / (PERMUTATIONS + 1))


def holm(p: Sequence[float]) -> np.ndarray:
    """The p of several tests adjusted for their number (Holm 1979): to reject all that lie below a level rejects a true null
    hypothesis among them with no greater chance than that level. What is nan is no test, and stays so."""
    p = np.asarray(p, float)
    order = np.argsort(p)[: int((~np.isnan(p)).sum())]  # nan sorts last
    adjusted = np.full(p.shape, np.nan)
    adjusted[order] = np.minimum(1, np.maximum.accumulate(p[order] * np.arange(len(order), 0, -1)))
    return adjusted


def _swapped_means(first: np.ndarray, second: np.ndarray, swaps: np.ndarray) -> np.ndarray:
    """By how much the mean of the first values [n] or [n, k] exceeds that of the second, after swaps [m, n]: [m] or [m, k]."""
    counted = [~np.isnan(values) for values in (first, second)]
    totals = _swapped_sums(*(np.where(own, values, 0) for own, values in zip(counted, (first, second), strict=True)), swaps)
    numbers = _swapped_sums(*(own.astype(float) for own in counted), swaps)
    with np.errstate(invalid="ignore", divide="ignore"):  # nothing to count
        return totals[0] / numbers[0] - totals[1] / numbers[1]


def _swapped_sums(first: np.ndarray, second: np.ndarray, swaps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sums of both after swaps [m, n]."""
    gained = second - first
    if (gained == np.round(gained)).all():  # flags add up exactly in float32, which is faster
        gained = np.float32(gained)
    gained = swaps @ gained
    return first.sum(0) + gained, second.sum(0) - gained


def _swapped_medians(first: np.ndarray, second: np.ndarray, swaps: np.ndarray) -> np.ndarray:
    """By how much the median of the first values [n], ∞ allowed, exceeds that of the second, after swaps [m, n]: [m]."""
    values = np.concatenate([first, second])
    values = np.sort(values[~np.isnan(values)])
    if len(values) == 0:
        return np.full(len(swaps), np.nan)
    numbers = _swapped_sums(*(np.float32(~np.isnan(own)) for own in (first, second)), swaps)
    # medians lie about the middle of all values, so that a few values there will mostly do; else all are looked at
    for share in (3 / np.sqrt(len(first)), 1):
        ends = np.clip([len(values) * (0.5 - share) - 1, len(values) * (0.5 + share) + 1], 0, len(values) - 1).astype(int)
        near = np.unique(values[ends[0] : ends[1] + 1])
        reached = _swapped_sums(*(np.float32(own[:, None] <= near) for own in (first, second)), swaps)
        samples = list(zip(reached, numbers, strict=True))
        if share == 1 or all(((own[:, 0] <= (n - 1) // 2) & (n // 2 < own[:, -1])).all() for own, n in samples):
            one, two = (_median_at(near, *sample) for sample in samples)
            return one - two


def _median_at(values: np.ndarray, reached: np.ndarray, number: np.ndarray) -> np.ndarray:
    """The medians of m samples of so many values, number [m], of which reached [m, v] are no larger than each of the ascending
    values [v]; nan of an empty sample."""
    places = [(reached <= place[:, None]).sum(1) for place in ((number - 1) // 2, number // 2)]
    lower, upper = (values[np.minimum(place, len(values) - 1)] for place in places)
    return np.where(number > 0, (lower + upper) / 2, np.nan)


@lru_cache(maxsize=4)
def _swaps(n: int) -> np.ndarray:
    """Which of n pairs each random swap takes, as 0 and 1: float32 [PERMUTATIONS, n]."""
    return np.float32(numpy_stream("permutation test").random((PERMUTATIONS, n), np.float32) < 0.5)


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
