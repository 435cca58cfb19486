"""Sleep under other leaks and resets: against the sleep of the defence, and closed forms."""

import numpy as np
import pytest
import torch

from sleep_robustness.attacks import fgsm
from sleep_robustness.data import patches
from sleep_robustness.defences import control, sleep
from sleep_robustness.papers.tadros.analyses.leak import decay, leak_rows, settings, sweep
from sleep_robustness.papers.tadros.plots.fig_leak import PANELS, fig_leak

TRAINING = {"sizes": [100, 30, 4], "dropout": 0.2, "weight_spread": 0.1, "epochs": 20, "batch": 4, "learning_rate": 0.1}
SLEEP = {"rule": "printed", "order": "storage", "spike_factor": 1, "rate": 60, "steps": 300, "current": 2.0}
SLEEP |= {"thresholds": [0.6, 0.5], "increase": 0.02, "decrease": 0.01, "presentations": 1, "updates": None, "decay": 1}
ATTACK = {"objective": "loss", "epsilon_step": 0.05, "steps": 20}
EACH = settings([0.0001, 1], ["zero", "subtract", "none"])


@pytest.fixture(scope="module")
def dataset():
    return patches.load()


@pytest.fixture(scope="module")
def seeds(dataset):
    found = {}
    for seed in (1, 2, 3):
        base = control.fit(dataset, TRAINING | {"momentum": 0.5}, seed=seed)
        x, y = torch.from_numpy(dataset.test_x), torch.from_numpy(dataset.test_y)
        arrays = sweep(base, sleep.bedded(dataset, SLEEP, base, seed, "cpu"), "printed", EACH, x, y, ATTACK)
        found[seed] = arrays | {"label": dataset.test_y, "base": base}
    return found


def test_a_time_constant_is_what_remains_after_it():
    assert decay(np.inf) == 1 and decay(1) == pytest.approx(0.999, abs=1e-6)
    assert decay(0.05) ** 50 == pytest.approx(np.exp(-1))
    assert settings([2], ["zero", "none"]) == [(2, "zero"), (np.inf, "zero"), (np.inf, "none")]


def test_without_a_leak_it_is_the_sleep_of_the_defence(dataset, seeds):
    x, y = torch.from_numpy(dataset.test_x), torch.from_numpy(dataset.test_y)
    for seed, one in seeds.items():
        network = sleep.fit(dataset, SLEEP, one["base"], seed=seed)
        np.testing.assert_array_equal(one["spikes"][2], network.history.spikes)
        np.testing.assert_array_equal(one["neurons"][2], network.history.neurons)
        np.testing.assert_array_equal(one["strength"][2], fgsm.run(network, x, y, ATTACK, torch.Generator()).strength)
        np.testing.assert_array_equal(one["awake"], fgsm.run(one["base"], x, y, ATTACK, torch.Generator()).strength)
        assert one["spikes"][2].min() > 0


def test_a_leak_within_a_step_leaves_fewer_spikes_and_no_reset_more(seeds):
    """With .1 ms nothing is kept from step to step: a neuron spikes only if one step's inputs suffice."""
    for one in seeds.values():
        first = one["spikes"][:, 0]
        assert first[0] < first[2] < first[4]
        assert (one["neurons"] <= [30, 4]).all() and (one["neurons"] <= one["spikes"]).all()


def test_rows_and_figure_hold_every_network_and_setting(seeds):
    rows = leak_rows(seeds)
    scores = rows[rows.measure.isin(["clean", "F", "I", "never_fooled"])]
    assert len(scores) == 4 * 4 * (1 + len(EACH)) and set(scores.seed) == {1, 2, 3, "mean"}
    awake = rows[(rows.reset == "awake") & (rows.seed == "mean")].set_index("measure").value
    assert awake.clean == np.mean([(one["awake"] > 0).mean() for one in seeds.values()])
    neurons = rows[(rows.measure == "neurons") & (rows.seed == "mean")].set_index(["constant", "reset", "layer"])
    assert neurons.value[np.inf, "none", 2] == np.mean([one["neurons"][4, 0] for one in seeds.values()])
    worst, which = (rows[(rows.measure == name) & (rows.seed == 2)] for name in ("worst_class", "forgotten"))
    for place, (value, label) in enumerate(zip(worst.value, which.value, strict=True)):
        right = (seeds[2]["strength"][place - 1] if place else seeds[2]["awake"]) > 0
        assert value == min(right) and right[int(label)] == value, "one image a class"
    figure = fig_leak(rows)
    assert len(figure.axes) == len(PANELS) and [text.get_text() for text in figure.axes[3].get_xticklabels()][-1][0] == "∞"
    assert len(figure.axes[0].containers) == 3 and len(figure.axes[3].containers) == 2 * 3
