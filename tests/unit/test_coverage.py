"""The coverage of intervals, on pools whose parts of variance are known; its figure."""

import numpy as np
import pandas as pd
import pytest

from sleep_robustness import statistics
from sleep_robustness.names import INTERVALS
from sleep_robustness.papers.tadros.analyses.coverage import (
    Measure,
    Sample,
    correlated,
    coverage_rows,
    false_rows,
    measures,
    part_rows,
    place,
    simulated_rows,
    verdict_rows,
)
from sleep_robustness.papers.tadros.plots.fig_coverage import fig_coverage
from sleep_robustness.statistics import mean

ASKED = [
    {"kind": "attack", "name": "fgsm", "variant": "loss", "params": {"epsilon_step": 0.1}},
    {"kind": "attack", "name": "pgd", "variant": "linf"},
    {"kind": "distortion", "name": "noise", "variant": "released"},
]
NETWORKS = ["control/released", "sleep/found"]


@pytest.fixture(autouse=True)
def fewer_resamples(monkeypatch):
    monkeypatch.setattr(statistics, "RESAMPLES", 200)
    statistics._draws.cache_clear()
    yield
    statistics._draws.cache_clear()


def pool(networks, images, between, shared, both, seed=0):
    """One measure, the means of values with these standard deviations by the network, by the image and by both."""
    rng = np.random.default_rng(seed)
    control = rng.normal(0, between, (networks, 1)) + rng.normal(0, shared, images) + rng.normal(0, both, (networks, images))
    return Measure("level", mean, False, {"control": 5 + control, "sleep": 6 + control + rng.normal(0, between, (networks, 1))})


def test_the_parts_of_variance_are_found():
    table = part_rows([pool(60, 400, between=0.3, shared=2, both=1)])
    control = table[table.kind == "score"].set_index("network").loc["control"]
    assert control["between"] == pytest.approx(0.3, rel=0.25)
    assert control.images == pytest.approx(2 / np.sqrt(200), rel=0.15) and control.examples == 200
    assert control.both == pytest.approx(1 / np.sqrt(200), rel=0.15)
    difference = table[table.kind == "difference"].iloc[0]
    assert difference["between"] == pytest.approx(0.3, rel=0.25) and difference.images == pytest.approx(0, abs=0.01)
    assert set(table.kind) == {"score", "difference", "ratio"}


def test_ours_covers_where_networks_differ_and_the_percentile_does_not():
    table = coverage_rows([pool(40, 60, between=1, shared=1, both=0.5)], [3], 300)
    held = table[table.kind == "difference"].set_index("method").held
    assert held["t"] > 0.92 > 0.85 > held["percentile"]
    assert (table[table.method == "t"].held > 0.91).all() and (table[table.method == "t"].rest > 0.91).all()


def test_networks_alone_do_not_cover_where_images_decide():
    table = coverage_rows([pool(40, 60, between=0.02, shared=1, both=0.1)], [5], 200)
    held = table[(table.kind == "score") & (table.network == "control")].set_index("method").held
    assert held["networks"] < 0.7 and held["t"] > 0.91


def test_networks_of_one_kind_are_seldom_told_apart_by_ours_and_often_by_images():
    table = false_rows([pool(40, 200, between=1, shared=1, both=0.5)], [3], 200).set_index(["network", "method"]).found
    assert (table.xs("t", level="method") < 0.1).all() and (table.xs("permutation", level="method") > 0.5).all()


def test_what_other_seeds_say():
    clear = verdict_rows([pool(40, 60, between=0.1, shared=1, both=0.1)], [5], 30).iloc[0]
    assert (clear.decided, clear.wrong, clear.repeated, clear.reversed) == (1, 0, 1, 0)
    hidden = verdict_rows([pool(40, 60, between=3, shared=1, both=0.1)], [5], 100).iloc[0]
    assert hidden.decided < 0.2 and hidden.wrong < 0.02


def test_simulated_scores_are_held():
    table = simulated_rows([0, 2], [5], 60, 200)
    assert set(table.method) == set(INTERVALS) and (table[table.method == "t"].held > 0.9).all()
    assert table[(table.method == "networks") & (table.ratio == 0)].held.item() < 0.8


def test_a_ratio_is_held_as_a_number_that_its_residuals_spread_around():
    sample = Sample(2.0, np.array([-0.1, 0.1, 0.0]), np.zeros((10, 3)), 0)
    assert sample.value == 2 and sample.parts() == pytest.approx([0.01, 0, 0])


def test_measures_read_what_the_pool_keeps():
    labels, seeds = np.array([0, 1, 0]), []
    for shift in (0, 1):
        arrays = {"label": labels}
        for network in NETWORKS:
            arrays |= {
                place(network, ASKED[0]) + "strength": np.array([0, 0.1, np.inf]),
                place(network, ASKED[1]) + "strengths": np.array([0, 0.1]),
                place(network, ASKED[1]) + "strength": np.array([0, 0.1, np.inf]),
                place(network, ASKED[1]) + "right": np.array([[False, False], [True, False], [True, True]]),
                place(network, ASKED[2]) + "strengths": np.array([0.5, 0.9]),
                place(network, ASKED[2]) + "right": np.ones((3, 2), bool),
                f"{network}/correlation": np.array([[0.5, 0.2], [0.1, 0.3], [0.4, 0.4]]),
                f"{network}/weights": np.array([1.0, 2.0 + shift, 3.0]),
            }
        seeds.append(arrays)
    found = {measure.name: measure for measure in measures(seeds, NETWORKS, ASKED)}
    scores = ["fgsm, F", "fgsm, Z", "fgsm, clean", "fgsm, never_fooled"]
    assert (found["fgsm, F"].step, found["pgd, accuracy at 0.1"].step) == (0.1, 0)
    accuracies = ["pgd, accuracy at 0.1", "noise, accuracy at 0.5", "noise, accuracy at 0.9"]
    assert list(found) == [
        *scores,
        *accuracies,
        "correlations, gap",
        "weights, spread of layer 1",
        "weights, spread of layer 2",
    ]
    np.testing.assert_array_equal(found["fgsm, F"].networks["sleep/found"][0], [np.nan, 0.1, np.nan])
    np.testing.assert_array_equal(found["pgd, accuracy at 0.1"].networks["sleep/found"][1], [0, 0, 1])
    np.testing.assert_allclose(found["correlations, gap"].networks["sleep/found"][0], [0.3, 0.2, 0])
    assert found["weights, spread of layer 2"].networks["sleep/found"].tolist() == [[2], [3]]


def test_correlations_are_of_the_last_hidden_layer_under_noise(mnist, mnist_network):
    params = {"strength": 0.5, "clip": [0, 1], "draws": 1}
    found = correlated(mnist_network, mnist, np.arange(100), params, 1, "cpu")
    assert found.shape == (100, mnist.classes) and np.nanmax(np.abs(found)) <= 1 + 1e-9


def test_the_figure_shows_every_part():
    one = pool(20, 40, between=1, shared=1, both=0.5)
    parts = {"pool": coverage_rows([one], [3, 5], 10), "same": false_rows([one], [3, 5], 10)}
    parts["simulated"] = simulated_rows([0, 1, 2], [3, 5], 20, 10)
    figure = fig_coverage(pd.concat([table.assign(part=part) for part, table in parts.items()]))
    pool_axes, simulated, same = figure.axes
    assert sum(len(line.get_xdata()) for line in pool_axes.lines if line.get_marker() == "o") == len(parts["pool"])
    assert len(simulated.lines) == 2 * 2 + 2 and len([line for line in same.lines if line.get_marker() == "o"]) == 4
    assert [text.get_text() for text in figure.legends[0].texts][-1] == "5 networks"
