"""The permutation test against scipy's, against what it must give by hand and under the null; Holm's adjustment."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from sleep_robustness import statistics
from sleep_robustness.metrics import MEASURES
from sleep_robustness.statistics import PERMUTATIONS, holm, mean, median, permutation_test, resampled

INF = np.inf


def scipys(first, second, of=np.nanmean):
    """p over all swaps of pairs, by scipy."""
    result = scipy.stats.permutation_test(
        (first, second), lambda a, b: of(a) - of(b), permutation_type="samples", n_resamples=np.inf, vectorized=False
    )
    return result.pvalue


def near(p, exact):
    """Whether p can be an estimate of an exact p from PERMUTATIONS swaps."""
    return abs(p - exact) < 4 * np.sqrt(exact * (1 - exact) / PERMUTATIONS) + 2 / PERMUTATIONS


@pytest.mark.parametrize("shift", [0, 0.3, 0.6])
@pytest.mark.parametrize(("statistic", "of"), [(mean, np.nanmean), (median, np.nanmedian)])
def test_all_swaps_by_scipy(statistic, of, shift):
    rng = np.random.default_rng(1)
    first, second = rng.normal([[shift], [0]], size=(2, 10))
    assert near(permutation_test([first], [second], statistic), scipys(first, second, of))
    first[3], second[[3, 5]] = np.nan, np.nan  # not counted
    assert near(permutation_test([first], [second], statistic), scipys(first, second, of))


def test_networks_are_swapped_whole_where_they_are_more_than_examples():
    first, second = np.random.default_rng(2).normal([[[0.4]], [[0]]], size=(2, 10, 4))
    assert near(permutation_test(list(first), list(second), mean), scipys(first.mean(1), second.mean(1)))
    three = permutation_test(list(first[:3, :2] + 10), list(second[:3, :2]), mean)
    assert near(three, 0.25), "three seeds can be swapped in eight ways, of which two are as far apart"


def test_by_hand():
    ones, zeros = np.ones(20), np.zeros(20)
    assert permutation_test([ones], [zeros], mean) == 1 / (PERMUTATIONS + 1)  # 2^-19 of the swaps are as far apart
    assert permutation_test([ones], [ones], mean) == permutation_test([ones], [ones], median) == 1
    one_differs = np.append(1.0, zeros[1:])
    assert permutation_test([one_differs], [zeros], mean) == 1  # every swap is as far apart
    assert near(permutation_test([np.append([1.0, 1], zeros[2:])], [zeros], mean), 0.5)


def test_infinite_and_undefined_medians():
    found, never = np.full(21, 0.1), np.full(21, INF)
    assert permutation_test([never], [found], median) == 1, "of two values a median is one or the other after every swap"
    rarely = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, INF])
    assert near(permutation_test([rarely + 4], [rarely], median), scipys(rarely + 4, rarely, np.median))
    assert np.isnan(permutation_test([never], [never], median)), "∞ − ∞"
    assert np.isnan(permutation_test([np.full(21, np.nan)], [found], median))
    assert np.isnan(permutation_test([np.full(21, np.nan)], [found], mean))


@pytest.mark.parametrize("ties", [False, True])
def test_medians_of_many_examples_are_those_of_the_swapped_samples(ties):
    """Where few of the values are looked at, and where the medians lie far from the middle of all, so that all must be."""
    rng = np.random.default_rng(6)
    first, second = rng.lognormal(size=(2, 400))
    first[::7] = np.nan
    if ties:
        first, second = np.round(first, 1), np.where(second > 3, INF, np.round(second, 1))
    swaps = rng.integers(0, 2, (50, 400)).astype(np.float32)
    for spread in (second, np.where(np.arange(400) < 390, np.nan, second), second + 100):
        by_hand = [np.nanmedian(np.where(swap, spread, first)) - np.nanmedian(np.where(swap, first, spread)) for swap in swaps]
        np.testing.assert_allclose(statistics._swapped_medians(first, spread, swaps), by_hand, rtol=1e-12)


def test_several_columns_are_tested_each_for_itself():
    first, second = np.random.default_rng(3).normal([[[[0]]], [[[0.5]]]], size=(2, 3, 30, 4))
    together = permutation_test(list(first), list(second), mean)
    assert together.shape == (4,)
    np.testing.assert_array_equal(
        together, [permutation_test(list(first[..., k]), list(second[..., k]), mean) for k in range(4)]
    )


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([mean, median]))
def test_neither_which_is_first_nor_the_order_of_seeds_matters(seed, statistic):
    first, second = np.random.default_rng(seed).integers(0, 5, (2, 3, 12)) / 4
    p = permutation_test(list(first), list(second), statistic)
    assert p == permutation_test(list(second), list(first), statistic)
    assert p == permutation_test(list(first[::-1]), list(second[::-1]), statistic)
    assert 1 / (PERMUTATIONS + 1) <= p <= 1


@pytest.mark.parametrize("statistic", [mean, median])
@pytest.mark.parametrize("shared", [0, 1])
def test_under_the_null_p_is_uniform(statistic, shared, monkeypatch):
    """Also where three seeds gave much the same on an example, which is then one piece of evidence, not three."""
    monkeypatch.setattr(statistics, "_swaps", lambda n: rng.integers(0, 2, (1999, n)).astype(np.float32))
    monkeypatch.setattr(statistics, "PERMUTATIONS", 1999)
    rng = np.random.default_rng(4)
    found = []
    for _ in range(200):
        same, own = rng.normal(size=(2, 1, 25)), rng.normal(size=(2, 3, 25))
        first, second = shared * same + 0.3 * own
        found.append(permutation_test(list(first), list(second), statistic))
    assert scipy.stats.kstest(found, "uniform").pvalue > 0.01


def test_a_score_over_the_examples_that_each_network_counts():
    """F: the second network forgets a quarter of the examples, which moves its median among the rest, and not what p does."""
    count, hard = MEASURES["F"][1], np.random.default_rng(5).uniform(0.1, 0.5, 40)
    alike, harder = hard[::-1].copy(), hard[::-1] + 0.2
    alike[:10] = harder[:10] = 0
    exact = [scipy.stats.permutation_test((hard, other), _scores, permutation_type="samples", n_resamples=PERMUTATIONS, rng=1)
             for other in (alike, harder)]  # fmt: skip
    for other, by_scipy in zip((alike, harder), exact, strict=True):
        assert near(permutation_test([count(hard)], [count(other)], median), by_scipy.pvalue)
    assert permutation_test([count(hard)], [count(harder)], median) < 0.01


def _scores(first, second, axis):
    """How far score F of the first strengths exceeds that of the second."""
    count = MEASURES["F"][1]
    return np.nanmedian(count(first), axis=axis) - np.nanmedian(count(second), axis=axis)


def test_holm_by_hand():
    np.testing.assert_allclose(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])
    np.testing.assert_allclose(holm([np.nan, 0.02, np.nan]), [np.nan, 0.02, np.nan])
    np.testing.assert_allclose(holm([0.9, 0.8]), [1, 1])
    assert len(holm([])) == 0


@given(st.lists(st.floats(0, 1) | st.just(np.nan), max_size=20), st.randoms())
def test_holm_keeps_the_order_and_lies_between_p_and_bonferronis(p, random):
    p = np.array(p, float)
    adjusted, tested = holm(p), ~np.isnan(p)
    np.testing.assert_array_equal(np.isnan(adjusted), ~tested)
    assert (adjusted[tested] >= np.minimum(p[tested], 1)).all()
    assert (adjusted[tested] <= np.minimum(1, tested.sum() * p[tested])).all()
    assert (np.diff(adjusted[tested][np.argsort(p[tested], kind="stable")]) >= 0).all()
    shuffled = random.sample(range(len(p)), len(p))
    np.testing.assert_array_equal(holm(p[shuffled]), adjusted[shuffled])


def test_networks_for_which_a_statistic_is_undefined_are_left_out():
    """Of means and of p, as if they were not there; more networks than examples, so that networks are swapped."""
    rng = np.random.default_rng(0)
    first, second = rng.random((8, 3)), rng.random((8, 3)) + 0.3
    whole = resampled(list(first), mean)
    lacking = first.copy()
    lacking[2] = np.nan
    fewer = resampled(list(lacking), mean)
    assert np.isfinite(fewer).all() and fewer.mean() == pytest.approx(np.delete(first, 2, 0).mean(), abs=0.02)
    np.testing.assert_array_equal(resampled([values + 0 for values in first], mean), whole)
    p = permutation_test(list(lacking), list(second), mean)
    keep = [k for k in range(8) if k != 2]
    assert near(p, permutation_test(list(first[keep]), list(second[keep]), mean))
    one_defined = [np.full(3, np.nan)] * 7 + [first[7]]
    assert permutation_test(one_defined, list(second), mean) == 1, "a single pair, either way round, is as far apart"
