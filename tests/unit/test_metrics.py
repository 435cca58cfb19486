import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sleep_robustness import statistics
from sleep_robustness.metrics import (
    MEASURES,
    class_rows,
    common_rows,
    network_rows,
    pair_rows,
    summarise,
    threshold_pair_rows,
    threshold_rows,
)
from sleep_robustness.statistics import mean, median, of_all, wilson

INF = np.inf


def measure(name, strength):
    array, count, statistic = MEASURES[name]
    assert array == "strength"
    return of_all(statistic, count(np.array(strength, float)))


@given(st.lists(st.sampled_from([0.0, 1.0, 2.5, INF, np.nan]), min_size=1, max_size=12), st.integers(0, 100))
def test_weighted_statistics_are_those_of_the_repeated_values(values, seed):
    values, weights = np.array(values), np.random.default_rng(seed).integers(0, 4, (5, len(values))).astype(float)
    for row, found in zip(weights, median(values, weights), strict=True):
        repeated = np.repeat(values, row.astype(int))
        counted = repeated[~np.isnan(repeated)]
        np.testing.assert_array_equal(found, np.median(counted) if len(counted) else np.nan)
    finite = np.where(np.isinf(values), 7.0, values)
    table = np.stack([finite, 2 * finite], axis=1)
    for row, found in zip(weights, mean(table, weights), strict=True):
        repeated = np.repeat(finite, row.astype(int))
        counted = repeated[~np.isnan(repeated)]
        expected = counted.mean() if len(counted) else np.nan
        np.testing.assert_allclose(found, [expected, 2 * expected])


@pytest.mark.parametrize(
    ("strength", "clean", "f", "i", "z", "never"),
    [
        ([0.1, 0.2, 0.3], 1, 0.2, 0.2, 0.2, 0),
        ([0, 0.1, 0.2, 0.3, INF], 0.8, 0.2, 0.25, 0.2, 0.25),  # one wrong, one never fooled
        ([0, 0, 0, 0.1, INF], 0.4, 0.1, INF, 0, 0.5),
        ([INF, INF], 1, np.nan, INF, INF, 1),
        ([0, 0], 0, np.nan, np.nan, 0, np.nan),  # nothing right
    ],
)
def test_scores_by_hand(strength, clean, f, i, z, never):
    found = [measure(name, strength) for name in ("clean", "F", "I", "Z", "never_fooled")]
    np.testing.assert_allclose(found, [clean, f, i, z, never])


@given(st.lists(st.sampled_from([0.0, 0.05, 0.1, 0.2, 0.4, INF]), min_size=1, max_size=50))
def test_f_is_at_most_i_and_z_is_at_most_i(strength):
    f, i, z = (measure(name, strength) for name in "FIZ")
    assert np.isnan(f) or f <= i
    assert np.isnan(i) or z <= i


def arrays(rng, n=60):
    strengths = np.array([0.0, 0.1, 0.2])
    right = rng.random((n, 3)) < [0.9, 0.5, 0.2]
    strength = np.where(right.all(1), INF, strengths[(~right).argmax(1)])
    return {"strength": strength, "strengths": strengths, "right": right, "zero_gradient": np.zeros(n, bool)}


def test_rows_hold_every_seed_the_mean_n_and_an_interval_around_the_value(monkeypatch):
    monkeypatch.setattr(statistics, "RESAMPLES", 200)
    rng = np.random.default_rng(0)
    seeds = {seed: arrays(rng) for seed in (1, 2, 3)}
    rows = network_rows(seeds)
    assert set(rows.measure) == {"clean", "F", "I", "Z", "never_fooled", "success", "zero_gradient", "accuracy"}
    mean = rows[rows.seed == "mean"].set_index(["measure", "strength"], drop=False)
    each = rows[rows.seed != "mean"].groupby(["measure", "strength"], dropna=False).value.mean()
    np.testing.assert_allclose(mean.value, each.reindex(mean.index))
    assert (mean.networks == 3).all() and (mean[mean.measure == "accuracy"].examples == 180).all()
    bounded = rows[np.isfinite(rows.low) & np.isfinite(rows.value)]
    assert ((bounded.low <= bounded.value + 1e-9) & (bounded.value <= bounded.high + 1e-9)).all()
    silent = mean[mean.measure == "zero_gradient"].iloc[0]
    assert silent.low == 0 and silent.high > 0.03  # Wilson's, since the t of zeros has no width


def test_a_network_that_gets_everything_wrong_gives_rows_that_say_so(monkeypatch):
    monkeypatch.setattr(statistics, "RESAMPLES", 50)
    nothing = {"strength": np.zeros(20), "strengths": np.array([0.0]), "right": np.zeros((20, 1), bool)}
    rows = network_rows({1: nothing, 2: nothing, 3: nothing})
    f = rows[rows.measure == "F"]
    assert f.value.isna().all() and (f.note == "no example to count").all() and (f.examples == 0).all()
    assert (rows[rows.measure == "clean"].value == 0).all()


def test_a_mean_over_networks_of_which_one_is_undefined_says_so(monkeypatch):
    monkeypatch.setattr(statistics, "RESAMPLES", 50)
    fine, more, wrong = ({"strength": np.full(20, level)} for level in (0.1, 0.3, 0))
    rows = network_rows({1: fine, 2: more, 3: wrong})
    mean = rows[(rows.measure == "F") & (rows.seed == "mean")].iloc[0]
    assert mean.value == pytest.approx(0.2) and mean.examples == 40 and mean.networks == 2
    assert mean.note == "undefined for 1 of 3 networks" and mean.low == 0 and mean.high > 0.3 and mean.interval == "t"
    share = rows[(rows.measure == "never_fooled") & (rows.seed == "mean")].iloc[0]
    assert share.value == 0 and share.high == pytest.approx(wilson(0, 20)[1]), "of the networks in which any example counts"
    assert rows[(rows.measure == "clean") & (rows.seed == "mean")].iloc[0].note == ""


def test_a_difference_is_of_the_pairs_of_networks_that_are_both_defined():
    """One network is never fooled, another gets nothing right: two of four pairs have a score F on both sides."""
    strengths = {"a": [[0.1] * 9, [0.2] * 9, [INF] * 9, [0.4] * 9], "b": [[0.3] * 9, [0.5] * 9, [0.6] * 9, [0.0] * 9]}
    axes = {"reading": "one", "dataset": "patches", "variant": "v", "attack": "fgsm", "attack_variant": "loss"}
    runs = pd.DataFrame(axes | {"defence": d, "seed": k, "path": f"{d}{k}"} for d in strengths for k in range(4))
    rows = pair_rows(runs, lambda path: {"strength": np.array(strengths[path[0]][int(path[1])])})
    table = rows.set_index(["defence", "measure"]).sort_index()
    f = table.loc[("b", "F")]
    assert f.value == pytest.approx((0.2 + 0.3) / 2) and f.ratio == pytest.approx(0.4 / 0.15)
    assert (f.networks, f.note) == (2, "undefined for 2 of 4 pairs of networks")
    assert (f.low, f.high) == pytest.approx(stats.t.interval(0.95, 1, 0.25, stats.sem([0.2, 0.3])))
    assert (f.low_without, f.high_without) == (-INF, INF), "one pair alone"
    assert table.loc[("b", "clean")].networks == 4 and table.loc[("b", "clean")].note == ""
    only = runs[runs.seed.isin([0, 1])]
    alone = pair_rows(only, lambda path: {"strength": np.array(strengths[path[0]][int(path[1])])})
    assert f.p == alone[(alone.defence == "b") & (alone.measure == "F")].p.item(), "as if there were these two alone"


def test_pairs_of_which_none_is_defined_say_so():
    axes = {"reading": "one", "dataset": "patches", "variant": "v", "attack": "fgsm", "attack_variant": "loss"}
    runs = pd.DataFrame(axes | {"defence": d, "seed": k, "path": d} for d in "ab" for k in range(3))
    rows = pair_rows(runs, lambda path: {"strength": np.full(5, INF if path == "a" else 0.1)})
    f = rows[rows.measure == "F"]
    assert f[["value", "low", "high", "p", "ratio"]].isna().all(axis=None) and (f.networks == 0).all()
    assert (f.note == "undefined for 3 of 3 pairs of networks").all()


def test_a_summary_has_the_axes_of_its_runs(monkeypatch):
    monkeypatch.setattr(statistics, "RESAMPLES", 20)
    runs = pd.DataFrame([{"defence": d, "seed": s, "path": f"{d}{s}"} for d in ("b", "a") for s in (1, 2, 3)])
    rng = np.random.default_rng(0)
    table = summarise(runs, lambda path: arrays(rng, 20))
    assert list(table.columns[:3]) == ["defence", "seed", "measure"] and list(dict.fromkeys(table.defence)) == ["b", "a"]


def test_the_common_subset_rewards_no_forgetting():
    """The second network forgets the two examples that are easily fooled: F rises, the score on the common subset does not."""
    strengths = {"a": [0.1, 0.1, 0.3, 0.4, INF], "b": [0, 0, 0.3, 0.4, INF], "c": [0.1, 0.1, 0, 0.5, 0.2]}
    axes = {"dataset": "mnist", "attack": "fgsm", "attack_variant": "loss", "variant": "x"}
    runs = [axes | {"reading": "one", "defence": name, "seed": seed, "path": name} for name in "ab" for seed in (1, 2)]
    runs += [axes | {"reading": "two", "defence": name, "seed": 1, "path": name} for name in "ac"]
    rows = common_rows(pd.DataFrame(runs), lambda path: {"strength": np.array(strengths[path], float)})
    assert set(rows.measure) == {"common", "common_I"}
    by_measure = rows[rows.seed == "mean"].set_index(["measure", "reading", "defence"])
    means, never_fooled_counts = by_measure.loc["common"], by_measure.loc["common_I"]
    np.testing.assert_allclose(means.value.loc["one"], [0.35, 0.35])  # of the last three examples
    np.testing.assert_allclose(means.value.loc["two"], [0.1, 0.15])  # a: .1 .1 .4, c: .1 .1 .5 .2
    np.testing.assert_allclose(never_fooled_counts.value.loc["one"], [0.4, 0.4])  # ∞ among them
    assert list(never_fooled_counts.examples.loc["one"]) == [6, 6]
    assert list(means.examples.loc["one"]) == [4, 4] and measure("F", strengths["b"]) > measure("F", strengths["a"])


def test_a_threshold_takes_what_is_farther_for_not_found():
    """Of 4 values each, ‖x' − x‖₂ ≤ 1 is a squared distance per value of .25 at most."""
    arrays = {"distance": np.array([0, 0.1, 0.2, 0.3, 2.0, INF]), "adversarial": np.zeros((6, 4))}
    axes = {"reading": "one", "dataset": "mnist", "defence": "a", "variant": "x", "attack": "boundary", "attack_variant": "y"}
    rows = threshold_rows(pd.DataFrame([axes | {"seed": seed, "path": ""} for seed in (1, 2, 3)]), lambda _: arrays)
    means = rows[rows.seed == "mean"].set_index("measure").value
    np.testing.assert_allclose(means[["F_l2", "success_l2", "F_square", "success_square"]], [0.15, 0.4, 0.2, 0.6])


def test_networks_differ_within_a_threshold_as_their_scores_do():
    kept = {"a": np.array([0, 0.1, 0.2, 0.3, 2.0, INF]), "b": np.array([0, 0.2, 0.2, 0.2, 0.2, INF])}
    axes = {"reading": "one", "dataset": "mnist", "variant": "x", "attack": "boundary", "attack_variant": "y"}
    runs = pd.DataFrame([axes | {"defence": name, "seed": seed, "path": name} for name in kept for seed in (1, 2, 3)])

    def read(path):
        return {"distance": kept[path], "adversarial": np.zeros((6, 4))}

    levels = threshold_rows(runs, read)
    levels = levels[levels.seed == "mean"].set_index(["defence", "measure"]).value
    pairs = threshold_pair_rows(runs, read).set_index(["defence", "other", "measure"])
    assert len(pairs) == 2 * 4 and not pairs.identical.any()
    for measure in ("F_l2", "success_l2", "F_square", "success_square"):
        assert pairs.value["b", "a", measure] == pytest.approx(levels["b", measure] - levels["a", measure])
    assert pairs.value["b", "a", "success_l2"] == pytest.approx(0.4)


def test_classes_are_counted_apart():
    arrays = {"strength": np.array([0, 0.1, 0.3, INF, 0.5, 0.7]), "label": np.array([3, 3, 3, 3, 7, 7])}
    axes = {"dataset": "mnist", "defence": "a", "variant": "x", "attack": "fgsm", "attack_variant": "loss"}
    rows = class_rows(pd.DataFrame([axes | {"seed": seed, "path": ""} for seed in (1, 2)]), lambda _: arrays)
    means = rows[rows.seed == "mean"].set_index(["label", "measure"])
    np.testing.assert_allclose(means.value.loc[3][["mean", "never_fooled", "clean"]], [0.2, 1 / 3, 0.75])
    np.testing.assert_allclose(means.value.loc[7][["mean", "never_fooled", "clean"]], [0.6, 0, 1])
    assert list(means.examples.loc[3]) == [4, 6, 8]


def test_a_difference_is_of_pairs_and_a_network_is_no_better_than_itself():
    """Two networks of one seed share what makes their images hard, so that their difference is surer than either score."""
    rng = np.random.default_rng(0)
    hard = rng.uniform(0.1, 1, (3, 200))
    kept = {"a": hard, "b": hard + 0.01, "same": hard}
    axes = {"reading": "printed", "dataset": "mnist", "attack": "fgsm", "attack_variant": "loss", "variant": "v"}
    runs = pd.DataFrame(axes | {"defence": name, "seed": seed, "path": f"{name}{seed}"} for name in kept for seed in (0, 1, 2))

    def read(path):
        strength = kept[path[:-1]][int(path[-1])]
        grid = np.array([0.5, 0.5 + 1e-12])  # so fine that its step adds nothing
        return {"strength": strength, "strengths": grid, "right": strength[:, None] > grid}

    table = pair_rows(runs, read).set_index(["defence", "other", "measure"]).sort_index()
    gained = table.loc[("b", "a", "F")]
    np.testing.assert_allclose(gained[["value", "low", "high"]].to_numpy(float), 0.01, rtol=1e-6)
    np.testing.assert_allclose(table.loc[("a", "b", "F")].value, -0.01)
    assert gained.ratio_low <= gained.ratio <= gained.ratio_high and gained.ratio == pytest.approx(1 + 0.01 / 0.55, abs=0.002)
    itself = table.loc[("same", "a")]
    assert (itself.value == 0).all() and (itself.low == 0).all() and (itself.high == 0).all()
    own = network_rows({seed: read(f"a{seed}") for seed in (0, 1, 2)}).query("seed == 'mean' and measure == 'F'").iloc[0]
    assert own.high - own.low > 0.03
    accuracy = table.loc[("b", "a", "accuracy")].set_index("strength")
    assert accuracy.value[0.5] == pytest.approx((hard + 0.01 > 0.5).mean() - (hard > 0.5).mean())
    assert accuracy.examples.tolist() == [200, 200] and accuracy.networks.tolist() == [3, 3]
    assert len(table.loc[("a", "b")]) == len(itself)
    assert gained.p == table.loc[("a", "b", "F")].p < 0.05 and (itself.p == 1).all()
    assert itself.identical.all() and not table.loc[("b", "a")].identical.any()


def test_a_difference_of_shares_that_no_example_tells_apart_is_as_wide_as_wilson_says():
    """Never a gradient of 0, in either network: 50 examples do not rule one in twenty out. Networks that are the same are."""
    rng, axes = np.random.default_rng(0), {"reading": "one", "dataset": "mnist", "variant": "v", "attack": "fgsm"}
    kept = {"a": rng.random(50), "b": rng.random(50)}
    runs = pd.DataFrame(axes | {"attack_variant": "x", "defence": d, "seed": k, "path": d} for d in "ab" for k in (1, 2, 3))
    table = pair_rows(runs, lambda path: {"strength": kept[path], "zero_gradient": np.zeros(50, bool)}).set_index("measure")
    row = table.loc["zero_gradient"].iloc[0]
    assert row.value == 0 and row.high == -row.low == wilson(0, 50)[1] > 0.05
    same = pair_rows(runs, lambda _: {"strength": kept["a"], "zero_gradient": np.zeros(50, bool)})
    assert same.identical.all() and (same[["value", "low", "high"]] == 0).all(axis=None)


def test_accuracy_by_logits_stands_beside_that_by_outputs():
    right = np.array([[True, False], [True, False]])
    seeds = {
        seed: {"strengths": np.array([0.0, 1.0]), "right": right, "right_by_logits": np.ones_like(right)} for seed in (1, 2, 3)
    }
    rows = network_rows(seeds)
    means = rows[rows.seed == "mean"].set_index(["measure", "strength"]).value
    assert (means["accuracy", 0.0], means["accuracy", 1.0]) == (1, 0)
    assert (means["accuracy_by_logits", 0.0], means["accuracy_by_logits", 1.0]) == (1, 1)


def test_accuracies_of_what_is_right_before_leave_out_the_others():
    """Two of four images are right before; one of these is at the second strength."""
    right = np.array([[1, 1], [1, 0], [0, 0], [0, 1]], bool)
    arrays = {"strengths": np.array([0, 0.1]), "right": right, "strength": np.array([np.inf, 0.1, 0, 0])}
    rows = network_rows({1: arrays | {"counted": right[:, 0]}, 2: arrays | {"counted": np.zeros(4, bool)}})
    rows = rows[rows.measure == "accuracy"].set_index(["seed", "strength"])
    assert rows.value[1, 0] == 1 and rows.value[1, 0.1] == 0.5 and rows.value["mean", 0.1] == 0.5
    assert rows.examples[1, 0.1] == 2 and rows.examples["mean", 0.1] == 2 and rows.networks["mean", 0.1] == 1
    assert np.isnan(rows.value[2, 0]) and rows.note[2, 0] == "no example to count"
    assert rows.note["mean", 0] == "undefined for 1 of 2 networks"
    every = network_rows({1: arrays}).set_index(["measure", "seed", "strength"])
    assert every.value["accuracy", "mean", 0.1] == 0.5 and every.examples["accuracy", "mean", 0.1] == 4
    axes = {"reading": "one", "dataset": "mnist", "variant": "v", "attack": "fgsm", "attack_variant": "x"}
    runs = pd.DataFrame(axes | {"defence": d, "seed": k, "path": d} for d in "ab" for k in (1, 2, 3))
    pairs = pair_rows(runs, lambda path: arrays | ({"counted": right[:, 0]} if path == "b" else {}))
    gain = pairs[(pairs.defence == "b") & (pairs.measure == "accuracy")].set_index("strength")
    assert gain.value[0] == 0.5 and gain.value[0.1] == 0
    assert (gain.examples == 2).all() and (pairs[pairs.measure == "clean"].examples == 4).all()
