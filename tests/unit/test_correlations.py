"""Correlations between digits: against numpy.corrcoef, of a network with itself, of labels that mean nothing."""

import numpy as np
import pandas as pd
import pytest

from sleep_robustness.papers.tadros.analyses.correlations import change, change_rows, pairs, with_each_class
from sleep_robustness.papers.tadros.plots.fig_8 import fig_8
from sleep_robustness.papers.tadros.tables.inside import correlations
from sleep_robustness.statistics import bootstrap, of_all

CLASSES, UNITS = 3, 20


def activity(labels, seed, spread=1.0):
    """A pattern for each class, with noise, after a ReLU."""
    rng = np.random.default_rng(seed)
    return np.maximum(rng.normal(size=(CLASSES, UNITS))[labels] + spread * rng.normal(size=(len(labels), UNITS)), 0)


@pytest.fixture
def labels():
    return np.random.default_rng(0).permutation(np.arange(45) % CLASSES)


def by_corrcoef(hidden, labels):
    """The mean of numpy.corrcoef over all pairs of different images of two classes."""
    every = np.corrcoef(hidden)
    np.fill_diagonal(every, np.nan)
    return [[np.nanmean(every[np.ix_(labels == i, labels == j)]) for j in range(CLASSES)] for i in range(CLASSES)]


def test_pairs_are_those_of_corrcoef(labels):
    hidden = activity(labels, 1)
    found = of_all(pairs(labels, CLASSES), with_each_class(hidden, labels, CLASSES))
    np.testing.assert_allclose(found, by_corrcoef(hidden, labels), rtol=1e-10)


def test_an_image_without_activity_counts_in_no_pair(labels):
    hidden = activity(labels, 1)
    hidden[[3, 17]] = 0
    values, kept = with_each_class(hidden, labels, CLASSES), np.delete(np.arange(len(labels)), [3, 17])
    assert np.isnan(values[[3, 17]]).all()
    np.testing.assert_allclose(of_all(pairs(labels, CLASSES), values), by_corrcoef(hidden[kept], labels[kept]), rtol=1e-10)
    silent = with_each_class(np.zeros_like(hidden), labels, CLASSES)
    assert np.isnan(of_all(pairs(labels, CLASSES), silent)).all()


def test_the_interval_is_that_of_resampled_images(labels):
    """Beside the bootstrap in full, which takes every pair of images anew."""
    hidden, rng = activity(labels, 2, spread=2), np.random.default_rng(3)
    low, high = bootstrap(with_each_class(hidden, labels, CLASSES), pairs(labels, CLASSES))
    every, drawn = np.corrcoef(hidden), []
    for _ in range(1000):
        often = np.bincount(rng.integers(len(labels), size=len(labels)), minlength=len(labels))
        weights = np.outer(often, often).astype(float)
        np.fill_diagonal(weights, 0)
        members = [labels == c for c in range(CLASSES)]
        drawn.append([[np.average(every[np.ix_(i, j)], weights=weights[np.ix_(i, j)]) for j in members] for i in members])
    full_low, full_high = np.percentile(drawn, [2.5, 97.5], axis=0)
    np.testing.assert_allclose(high - low, full_high - full_low, rtol=0.3)
    np.testing.assert_allclose([low, high], [full_low, full_high], atol=0.04)


def runs_of(before, after, labels):
    """`change_rows` of networks given by their activity, one list for each seed."""
    stored = {}
    for name, group in (("before", before), ("after", after)):
        for seed, hidden in enumerate(group):
            values = with_each_class(hidden, labels, CLASSES)[None, None]
            stored[f"{name}{seed}"] = {"inputs": ["clean"], "layers": [2], "label": labels, "correlation": values}
    network = {"dataset": "mnist", "defence": "sleep", "variant": "a", "readings": ["printed", "audited"]}
    runs = [network | {"seed": k, "path": f"after{k}", "control_path": f"before{k}"} for k in range(len(before))]
    return change_rows(pd.DataFrame(runs), stored.__getitem__)


def test_a_network_and_itself_do_not_differ(labels):
    networks = [activity(labels, seed) for seed in range(3)]
    rows = runs_of(networks, networks, labels)
    assert (rows[["value", "low", "high"]] == 0).all(axis=None) and len(rows) == 2 * (CLASSES**2 + 3)
    assert set(rows.reading) == {"printed", "audited"} and set(rows.examples) == {3 * len(labels)}


def test_a_clearer_network_has_more_alike_digits_and_shuffled_labels_show_nothing(labels):
    before, after = ([activity(labels, seed, spread) for seed in range(3)] for spread in (1.5, 0.5))
    clearer = runs_of(before, after, labels).drop_duplicates(["measure", "first", "second"]).set_index("measure")
    assert clearer.loc["same", "low"] > 0 and clearer.loc["gap", "low"] > 0
    nothing = (
        runs_of(before, after, np.random.default_rng(5).permutation(labels)).drop_duplicates("measure").set_index("measure")
    )
    assert nothing.loc["gap", "low"] < 0 < nothing.loc["gap", "high"] and abs(nothing.loc["gap", "value"]) < 0.03


def test_means_are_those_of_the_pairs(labels):
    values = np.concatenate([with_each_class(activity(labels, seed), labels, CLASSES) for seed in (1, 2)], axis=1)
    *square, same, different, gap = of_all(change(labels, CLASSES), values)
    square, diagonal = np.reshape(square, (CLASSES, CLASSES)), np.eye(CLASSES, dtype=bool)
    np.testing.assert_allclose([same, different], [square[diagonal].mean(), square[~diagonal].mean()])
    assert gap == same - different


def test_the_figure_draws_networks_of_the_same_numbers_once(labels):
    before, after = ([activity(labels, seed + offset) for seed in range(3)] for offset in (0, 10))
    rows = runs_of(before, after, labels)
    both = pd.concat([rows, rows.assign(variant="b"), rows.assign(defence="distillation", variant="c")], ignore_index=True)
    table = correlations(both, "clean")
    assert list(dict.fromkeys(table.variants)) == ["c", "a, b"] and len(table) == 2 * (CLASSES**2 + 3)
    figure = fig_8(table)
    squares = [axes for axes in figure.axes if axes.get_xlabel()]
    assert [axes.get_title().split("\n")[0] for axes in squares] == ["Defensive distillation", "Sleep"]
    drawn = [axes.collections[0].get_array().ravel() for axes in squares]
    np.testing.assert_array_equal(drawn[0], table[(table.variants == "c") & (table.measure == "pair")].value)
    assert figure.get_supxlabel() == f"n = 3 networks × {len(labels)} images"


def test_a_silent_network_is_drawn_as_a_grey_square(labels):
    """No neuron answers, so that no correlation is defined."""
    networks = [activity(labels, seed) for seed in range(3)]
    table = correlations(runs_of(networks, [np.zeros_like(one) for one in networks], labels), "clean")
    square = next(axes for axes in fig_8(table).axes if axes.get_xlabel())
    assert np.isnan(square.collections[0].get_array().filled(np.nan)).all() and "undefined" in square.get_xlabel()


def test_a_network_without_a_layer_leaves_its_square_out(labels):
    networks = [activity(labels, seed) for seed in range(3)]
    rows = runs_of(networks, networks, labels)
    deeper = rows.assign(defence="distillation", layer=rows.layer + 1)
    figure = fig_8(correlations(pd.concat([rows, deeper, rows.assign(defence="distillation")]), "clean"))
    assert sum(axes.axison and bool(axes.get_xlabel()) for axes in figure.axes) == 3
