"""Intervals over networks against scipy's t, by their parts, and by how often they hold what they are of; Holm's adjustment."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from sleep_robustness import statistics
from sleep_robustness.statistics import (
    bootstrap,
    difference,
    estimate,
    holm,
    mean,
    mean_over_networks,
    median,
    of_all,
    resampled,
    rounding,
    wilson,
)

INF = np.inf


def test_without_what_images_add_it_is_the_t_test():
    values = np.array([0.1, 0.4, 0.2, 0.5])
    found = mean_over_networks([np.full(9, value) for value in values], mean)
    wanted = scipy.stats.ttest_1samp(values, 0)
    assert found.p == pytest.approx(wanted.pvalue) and found.kind == "t"
    np.testing.assert_allclose([found.low, found.high], wanted.confidence_interval())
    without = [scipy.stats.ttest_1samp(np.delete(values, k), 0).confidence_interval() for k in range(4)]
    assert found.low_without == pytest.approx(min(one.low for one in without))
    assert found.high_without == pytest.approx(max(one.high for one in without))


def test_networks_that_are_all_the_same_differ_by_their_images_alone():
    values = np.random.default_rng(0).normal(size=400)
    found = mean_over_networks([values] * 5, mean)
    half = 1.96 * values.std() / 20
    np.testing.assert_allclose([found.low, found.high], [values.mean() - half, values.mean() + half], atol=0.02)


def test_what_images_do_to_each_network_for_itself_is_counted_once():
    """Networks whose values are independent on every image: s² holds all of it, and images that networks share add nothing."""
    rng = np.random.default_rng(0)
    widths = []
    for _ in range(50):
        values = rng.normal(size=(10, 50))
        found = mean_over_networks(list(values), mean)
        widths.append((found.high - found.low) / np.ptp(scipy.stats.ttest_1samp(values.mean(1), 0).confidence_interval()))
    assert 0.95 < np.mean(widths) < 1.15


@pytest.mark.parametrize("networks", [3, 5, 10])
@pytest.mark.parametrize(("between", "images"), [(0, 1), (0.05, 1), (0.3, 1), (0.3, 0)])
def test_it_holds_the_mean_of_all_networks_and_images(networks, between, images, monkeypatch):
    """Values with a part of the network, one of the image, which all networks share, and one of both: 0 lies within in 95 % of
    samples, but for the chance of 400 of them, and p is below .05 in as many as it lies without."""
    monkeypatch.setattr(statistics, "RESAMPLES", 200)
    rng, within, p = np.random.default_rng(networks), 0, []
    for _ in range(400):
        values = rng.normal(0, between, (networks, 1)) + rng.normal(0, images, 60) + rng.normal(0, 0.5, (networks, 60))
        found = mean_over_networks(list(values), mean)
        within += found.low < 0 < found.high
        p.append(found.p)
    assert 0.905 < within / 400 < 0.985
    assert (np.array(p) > 0.05).sum() == within


def test_columns_are_estimated_each_for_itself():
    rng = np.random.default_rng(0)
    each, drawn = rng.random((4, 3)), rng.random((100, 4, 3))
    each[1, 2], drawn[:, 1, 2], drawn[:7, 0, 1] = np.nan, np.nan, np.nan
    together = estimate(each, drawn)
    for column in range(3):
        alone = estimate(each[:, column], drawn[:, :, column])
        for name, value in vars(together[column]).items():
            assert value == getattr(alone, name) or value == pytest.approx(getattr(alone, name), rel=1e-12)
    assert together.networks.tolist() == [4, 4, 3]


def test_networks_for_which_it_is_undefined_are_left_out():
    values = np.random.default_rng(0).random((5, 30))
    lacking = np.vstack([values[:2], np.full((1, 30), np.nan), values[2:]])
    found, wanted = (mean_over_networks(list(one), mean) for one in (lacking, values))
    for name, value in vars(wanted).items():
        assert value == getattr(found, name)
    nothing = mean_over_networks([np.full(5, np.nan)] * 3, mean)
    assert np.isnan([nothing.value, nothing.low, nothing.high, nothing.p]).all() and nothing.networks == 0


def test_one_network_has_an_interval_of_its_images_and_decides_nothing():
    values = np.random.default_rng(0).random(50)
    found = mean_over_networks([values, np.full(50, np.nan)], mean)
    assert (found.low, found.high) == pytest.approx(bootstrap(values, mean), abs=0.01) and found.kind == "bootstrap"
    assert np.isnan(found.p) and (found.low_without, found.high_without) == (-INF, INF)


def test_an_infinite_value_takes_the_hull_of_the_networks_bootstraps():
    never, often = np.array([0.1] * 10 + [INF] * 40), np.linspace(0.1, 0.3, 50)
    found = mean_over_networks([never, often], median)
    assert found.value == INF and found.high == INF and found.low == bootstrap(often, median)[0] and np.isnan(found.p)
    assert (found.low_without, found.high_without) == (found.low, INF)


def test_networks_on_one_step_of_a_grid_are_not_all_the_same():
    """Scores between two steps, of which a median tells the upper one: their mean is held, and its interval has a width."""
    rng, step = np.random.default_rng(0), 0.005
    within = 0
    for _ in range(200):
        scores = rng.normal(0.0881, 0.0015, 4)
        upper = np.ceil(scores / step) * step
        found = estimate(upper, np.tile(upper, (10, 1)), rounding(median, step))
        mean_of_all = 0.09 - step * scipy.stats.norm.cdf((0.085 - 0.0881) / 0.0015)
        within += found.low < mean_of_all < found.high
    assert within / 200 > 0.93
    assert rounding(mean, step) == 0


def test_networks_see_the_same_resamples():
    """Two networks with the same errors vary as one; were their examples drawn apart, their mean would vary less."""
    right = (np.arange(400) < 200).astype(float)
    each, drawn = resampled([right, right], mean)
    np.testing.assert_array_equal(drawn[:, 0], drawn[:, 1])
    assert each.tolist() == [0.5, 0.5] and drawn.std(0)[0] == pytest.approx(0.5 / 20, rel=0.1)


def test_a_difference_of_means_counts_each_column_for_itself():
    values = np.array([[1.0, np.nan], [np.nan, 5.0], [2.0, 4.0]])
    assert of_all(difference, values) == (5 + 4) / 2 - (1 + 2) / 2
    low, high = bootstrap(np.tile([1.0, 3.0], (50, 1)), difference)
    assert low == high == 2, "paired: the difference is the same for every example"


@given(n=st.integers(1, 5000), part=st.floats(0, 1))
def test_wilson_is_scipys(n, part):
    count = round(part * n)
    wanted = scipy.stats.binomtest(count, n).proportion_ci(0.95, method="wilson")
    np.testing.assert_allclose(wilson(count / n, n), wanted, rtol=1e-9, atol=1e-12)


def test_wilson_at_the_ends():
    assert wilson(0, 100)[0] == 0 and 0.03 < wilson(0, 100)[1] < 0.04
    assert np.isnan(wilson(np.nan, 0)).all()


def test_bootstrap_of_one_networks_mean_agrees_with_the_normal_interval():
    values = np.random.default_rng(0).normal(size=400)
    half = 1.96 * values.std() / 20
    np.testing.assert_allclose(bootstrap(values, mean), [values.mean() - half, values.mean() + half], atol=0.02)


def test_bootstrap_of_infinite_and_undefined_medians():
    low, high = bootstrap(np.array([0.1] * 51 + [INF] * 49), median)
    assert low == 0.1 and high == INF
    assert np.isnan(bootstrap(np.full(5, np.nan), mean)).all()


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
