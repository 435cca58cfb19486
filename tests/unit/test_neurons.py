"""Neurons specific to a digit: rates against the reference engine's counts, selection, and a network beside itself."""

import numpy as np
import pandas as pd
import pytest
import torch

from sleep_robustness.networks.relu import from_weights
from sleep_robustness.papers.tadros.analyses.inputs import shown
from sleep_robustness.papers.tadros.analyses.neurons import by_class, first_halves, most_active, of_specific, response_rows
from sleep_robustness.papers.tadros.analyses.responses import activations, firing_rates
from sleep_robustness.papers.tadros.plots.fig_11 import PANELS, fig_11
from sleep_robustness.papers.tadros.plots.fig_12 import PANELS as PANELS_12
from sleep_robustness.papers.tadros.plots.fig_12 import fig_12
from sleep_robustness.papers.tadros.tables.inside import responses
from sleep_robustness.randomness import numpy_stream
from sleep_robustness.spiking import SleepParameters, sleep
from sleep_robustness.spiking.encode import encode
from sleep_robustness.statistics import of_all

PARAMS, CLASSES = {"rate": 300, "milliseconds": 40, "decay": 0.99}, 3


@pytest.fixture
def images():
    rng = np.random.default_rng(0)
    return rng.random((12, 9), np.float32), np.arange(12) % CLASSES


@pytest.fixture
def network():
    rng = np.random.default_rng(1)
    weights = [torch.from_numpy(rng.normal(0.2, 0.4, shape).astype(np.float32)) for shape in ((15, 9), (4, 15))]
    return from_weights(weights, dropout=0.2)


def test_rates_are_the_counts_of_the_reference_engine(network, images):
    x, labels = images
    found, still = firing_rates(network, x, labels, 0.5, 1.0, PARAMS, seed=3), SleepParameters([0.5], [1.0], 0, 0, decay=0.99)
    for label in range(CLASSES):
        own = np.flatnonzero(labels == label)
        spikes = encode(x, 300, 1, np.repeat(own, 40), numpy_stream("spikes of shown images", 3, label))
        counts = sleep([network.weights[0].detach().numpy()], spikes, still, engine="reference").spike_counts[1]
        np.testing.assert_allclose(found[own].sum(0) * 0.040, counts)
    assert found.max() > 50 and found.min() == 0


def test_weights_are_held_and_a_threshold_out_of_reach_is_silent(network, images):
    x, labels = images
    before = [weight.clone() for weight in network.weights]
    assert (firing_rates(network, x, labels, 0.5, 1e6, PARAMS, seed=3) == 0).all()
    assert all(torch.equal(a, b) for a, b in zip(before, network.weights, strict=True))


def test_activations_are_those_of_the_first_hidden_layer(network, images):
    by_hand = 0.8 * np.maximum(images[0] @ network.weights[0].detach().numpy().T, 0)
    np.testing.assert_allclose(activations(network, images[0]), by_hand, rtol=1e-6)


def test_halves_share_no_image():
    labels = np.array([0, 0, 0, 1, 1, 2, 1, 1])
    assert first_halves(labels).tolist() == [True, False, True, True, False, True, True, False]
    random = np.random.default_rng(0).random((8, 30))
    specific, _ = of_specific(random, labels, 3, 2)
    assert np.isnan(specific[1]).tolist() == first_halves(labels).tolist() and np.isfinite(specific[0]).all()


def test_specific_neurons_are_the_most_active_and_measured_by_hand():
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    answers = np.zeros((8, 5))
    answers[:4, 2], answers[:4, 4] = [8, 6, 4, 2], 3
    answers[4:, 0], answers[4:, 1] = 1, [0, 5, 0, 7]
    everyone = np.ones(8, bool)
    assert most_active(answers, labels, 2, 2, everyone).tolist() == [[2, 4], [1, 0]]
    (same, halves), largest = of_specific(answers, labels, 2, 1)
    assert largest == 5
    np.testing.assert_allclose(same, [8, 6, 4, 2, 0, 5, 0, 7])
    # of digit 1 the half that selects never sees neuron 1 respond
    np.testing.assert_allclose(halves, [np.nan, 6, np.nan, 2, np.nan, 1, np.nan, 1])


def test_selecting_on_the_images_plotted_finds_specific_neurons_in_noise():
    """Why figure 11 has a panel B."""
    rng, labels = np.random.default_rng(2), np.arange(200) % 10
    (same, halves), _ = of_specific(rng.random((200, 400)), labels, 10, 20)
    assert same.mean() > 0.6 and abs(np.nanmean(halves) - 0.5) < 0.02


def test_means_of_classes_and_their_change():
    labels, values = np.array([0, 0, 1]), np.array([[1, 2], [3, 6], [5, 4.0]])
    np.testing.assert_allclose(of_all(by_class(labels, 2), values), [[2, 4, 2], [5, 4, -1], [3.5, 4, 0.5]])


def rows_of(before, after, labels):
    """`response_rows` of three networks by their responses [n, units]; the sleep's own thresholds silence them."""
    stored = {}
    for seed in range(3):
        answers = [[stage[seed], 0 * stage[seed], stage[seed] / 10] for stage in (before, after)]
        found = [[of_specific(one, labels, CLASSES, 4) for one in stage] for stage in answers]
        specific, largest = (np.array([[one[part] for one in stage] for stage in found]) for part in (0, 1))
        arrays = {"specific": specific.swapaxes(0, 1), "largest": largest.T, "label": labels}
        stored[str(seed)] = arrays | {"responses": ["normalised", "own", "activation"]}
    network = {"dataset": "mnist", "defence": "sleep", "variant": "a", "readings": ["printed", "audited"]}
    return response_rows(pd.DataFrame(network | {"seed": k, "path": str(k)} for k in range(3)), stored.__getitem__)


@pytest.fixture
def labels():
    return np.arange(60) % CLASSES


def answers(labels, factor=1.0):
    rng = np.random.default_rng(4)
    return [factor * (rng.random((CLASSES, 30))[labels] + rng.random((len(labels), 30))) for _ in range(3)]


def test_a_network_and_itself_do_not_differ(labels):
    rows = rows_of(answers(labels), answers(labels), labels)
    change = rows[(rows.measure == "change") & rows.value.notna()]
    assert (change[["value", "low", "high"]] == 0).all(axis=None) and len(change) == 2 * (3 * 2 * 2 - 2) * (CLASSES + 1)
    assert (change[change.digit == "all"].p == 1).all() and rows.p.count() == len(change[change.digit == "all"])


def test_a_rate_that_halves_everywhere_falls_and_its_normalised_rate_does_not(labels):
    rows = rows_of(answers(labels), answers(labels, 0.5), labels)
    of_all_digits = rows[(rows.digit == "all") & (rows.measure == "change") & (rows.response == "normalised")]
    raw, normalised = (of_all_digits[of_all_digits.scale == scale] for scale in ("raw", "normalised"))
    assert (raw.high < -0.3).all() and (raw.p < 0.01).all()
    assert np.abs(normalised[["value", "low", "high"]]).max(axis=None) < 1e-12


def test_shuffled_labels_show_no_specific_neurons(labels):
    """Measured on other images than they are selected on, they respond to every label alike, and sleep changes nothing."""
    shuffled, rng = np.random.default_rng(5).permutation(labels), np.random.default_rng(6)
    before, after = ([rng.random((len(labels), 30)) + np.eye(CLASSES, 30)[labels] for _ in range(3)] for _ in range(2))
    for given, specific in ((labels, True), (shuffled, False)):
        (_, halves), _ = of_specific(before[0], given, CLASSES, 1)
        assert (np.nanmean(halves) > 1) == specific
    change = rows_of(before, after, shuffled).query("digit == 'all' and measure == 'change' and response == 'normalised'")
    assert ((change.low < 0) & (change.high > 0)).all()


def test_figures_draw_what_the_table_holds_and_say_what_is_empty(labels):
    rows = rows_of(answers(labels), answers(labels, 0.5), labels)
    for draw, panels in ((fig_11, PANELS), (fig_12, PANELS_12)):
        table = responses(rows, panels)
        assert set(table.readings) == {"printed, audited"} and len(table) == len(panels) * (CLASSES + 1) * 3
        figure = draw(table)
        assert [axes.get_title("left") for axes in figure.axes] == list(panels)
        said = [axes.texts[0].get_text() for axes in figure.axes]
        assert ["empty" in text for text in said] == [panel.startswith("D") for panel in panels]
        drawn = figure.axes[0].containers[1].lines[0].get_ydata()
        chosen = (table.panel == next(iter(panels))) & (table.measure == "after") & (table.digit != "all")
        np.testing.assert_array_equal(drawn, table[chosen].value)


def test_all_networks_of_a_seed_see_the_same_noise():
    x, params = np.full((2, 16), 0.5, np.float32), {"strength": 0.1, "clip": [0, 1]}
    first, again, other = (shown(x, (4, 4), "noise", params, "mnist", seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other) and first.shape == x.shape
    assert shown(x, (4, 4), "clean", {}, "mnist", 1) is x
