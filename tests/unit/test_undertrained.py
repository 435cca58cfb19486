"""Sleep after trainings of other lengths: against the defence, and what must hold of gains."""

import numpy as np
import pytest
import torch

from sleep_robustness.attacks import fgsm
from sleep_robustness.data import patches
from sleep_robustness.defences import control, sleep
from sleep_robustness.errors import UserError
from sleep_robustness.papers.tadros.analyses.undertrained import lengths, trained, undertrain, undertrained_rows
from sleep_robustness.papers.tadros.plots.fig_undertrained import fig_undertrained

TRAINING = {
    "sizes": [100, 4],
    "dropout": 0,
    "weight_spread": 0.01,
    "epochs": 1,
    "batch": 2,
    "learning_rate": 0.1,
    "momentum": 0.5,
}
SLEEP = {"rule": "printed", "order": "storage", "spike_factor": 1, "rate": 16, "steps": 1000, "current": 2.5, "decay": 1}
SLEEP |= {"thresholds": [1.045], "increase": 0.0035, "decrease": 0.0002, "presentations": 1, "updates": None}
SLEEPS = {"printed": SLEEP, "short": SLEEP | {"updates": 500}, "none": SLEEP | {"thresholds": [1e9]}}
ATTACK = {"objective": "loss", "epsilon_step": 0.005, "steps": 80}
ASKED = [(2, 1), (4, 1), (4, 3)]


@pytest.fixture(scope="module")
def dataset():
    return patches.load()


@pytest.fixture(scope="module")
def seeds(dataset):
    found = {}
    for seed in (1, 2, 3, 4):
        bases = [trained(dataset, TRAINING, length, seed, "cpu") for length in ASKED]
        arrays = undertrain(dataset, bases, SLEEPS, ATTACK, [0.05, 0.1], np.arange(4), seed, "cpu")
        images, epochs = (np.array(one) for one in zip(*ASKED, strict=True))
        found[seed] = arrays | {"images": images, "epochs": epochs, "all": 4, "bases": bases}
    return found


def test_lengths_are_parts_of_one_pass_and_whole_passes():
    assert lengths(60_000, [2500], [1, 2]) == [(2500, 1), (60_000, 1), (60_000, 2)] and lengths(4, [], [3]) == [(4, 3)]
    with pytest.raises(UserError, match=r"undertrained\.lengths asks for 4 of 4 training images; all of them are one"):
        lengths(4, [4], [1])


def test_its_own_length_is_the_control_and_its_sleep_the_defence(dataset, seeds):
    x, y = torch.from_numpy(dataset.test_x), torch.from_numpy(dataset.test_y)
    for seed, one in seeds.items():
        base = control.fit(dataset, TRAINING, seed=seed)
        assert torch.equal(one["bases"][1].weights[0], base.weights[0])
        for w, params in enumerate(SLEEPS.values(), start=1):
            for k, own in enumerate(one["bases"]):
                network = sleep.fit(dataset, params, own, seed=seed)
                result = fgsm.run(network, x, y, ATTACK, torch.Generator())
                np.testing.assert_array_equal(one["strength"][k, w], result.strength)
                np.testing.assert_array_equal(one["right"][k, w], result.details["right"][:, [10, 20]])
                assert one["changed"][k, w] == pytest.approx(network.history.changed.mean())
        assert (one["changed"][:, 0] == 0).all() and one["changed"][1, 1] > 0


def test_a_sleep_in_which_nothing_spikes_gains_nothing(seeds):
    rows = undertrained_rows(seeds)
    gains = rows[(rows.over == "control") & (rows.network == "none")]
    assert len(gains) == 3 * 5 and (gains[["value", "low", "high"]].fillna(0) == 0).all(axis=None)
    assert (rows[(rows.network == "none") & (rows.measure == "changed")].value == 0).all()


def test_gains_are_differences_of_the_networks_means(seeds):
    rows = undertrained_rows(seeds)
    shares = rows[rows.measure.isin(["clean", "accuracy"])].fillna({"strength": -1})
    levels, gains = (
        shares[shares.over == over].set_index(["images", "epochs", "network", "measure", "strength"])
        for over in ("", "control")
    )
    for key, row in gains.iterrows():
        images, epochs, _, *rest = key
        assert row.value == pytest.approx(levels.value[key] - levels.value[(images, epochs, "control", *rest)])
        assert row.low <= row.value + 1e-9 and row.value <= row.high + 1e-9 and row.networks == 4
    assert sorted(set(rows.length)) == [0.5, 1, 3]


def test_figure_draws_every_level(seeds):
    rows = undertrained_rows(seeds).assign(dataset="patches")
    figure = fig_undertrained(rows, {"patches": 1})
    assert len(figure.axes) == 4
    lines = [line for line in figure.axes[0].lines if str(line.get_label()).startswith(("Control", "Sleep"))]
    assert len(lines) == 4 and all(len(line.get_xdata()) == 3 for line in lines)
