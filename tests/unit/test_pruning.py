"""Sleep beside networks in which as many neurons are cut: which networks, what is measured of them, and what is said of it."""

import numpy as np
import pandas as pd
import pytest
import torch
from conftest import CONFIG
from test_own_controls import SLEEP, TRAINING

from sleep_robustness.attacks import fgsm
from sleep_robustness.data import patches
from sleep_robustness.defences import ablated, control, shuffled_sleep, sleep
from sleep_robustness.papers.tadros.analyses.pruning import CUT, asked, measured, names, networks, place, pruning_rows
from sleep_robustness.papers.tadros.plots.fig_pruning import fig_pruning
from sleep_robustness.papers.tadros.readings import measures_of
from sleep_robustness.papers.tadros.tables.inside import pruned

FGSM = {"kind": "attack", "name": "fgsm", "variant": "loss", "sleeps": None, "networks": None}
NOISE = {
    "kind": "distortion",
    "name": "noise",
    "variant": "released",
    "sleeps": ["deep"],
    "networks": ["control", "sleep", "slept"],
}


@pytest.fixture(scope="module")
def dataset():
    return patches.load()


@pytest.fixture(scope="module")
def base(dataset):
    return control.fit(dataset, TRAINING, seed=1)


def test_the_networks_are_those_of_the_defences(dataset, base):
    ((variant, made, neurons),) = networks(dataset, base, {"deep": SLEEP}, 1, "cpu")
    assert variant == "deep" and list(made) == list(names("deep", "released")) == ["control", "sleep", *CUT, "shuffled_sleep"]
    alone = {by: ablated.fit(dataset, {"sleep": SLEEP, "by": by}, base, seed=1) for by in CUT}
    alone |= {"control": base, "sleep": sleep.fit(dataset, SLEEP, base, seed=1)}
    alone["shuffled_sleep"] = shuffled_sleep.fit(dataset, {"sleep": SLEEP}, base, seed=1)
    for name, network in made.items():
        assert all(torch.equal(a, b) for a, b in zip(network.weights, alone[name].weights, strict=True)), name
    assert neurons == alone["random"].history.cut.sum() > 0


def test_what_is_measured_is_what_the_attack_and_the_distortion_say(dataset, base):
    x, y = torch.from_numpy(dataset.test_x), torch.from_numpy(dataset.test_y)
    params = {"objective": "margin", "epsilon_step": 0.05, "steps": 10}
    found = measured(base, x, y, dataset.shape, FGSM | {"params": params}, seed=1)
    wanted = fgsm.run(base, x, y, params, torch.Generator())
    np.testing.assert_array_equal(found["strength"], wanted.strength)
    np.testing.assert_array_equal(found["right"], wanted.details["right"])
    params = {"strengths": [0, 0.5], "clip": [0, 1], "draws": 1}
    found = measured(base, x, y, dataset.shape, NOISE | {"params": params}, seed=1)
    assert found["strengths"].tolist() == [0, 0.5] and found["right"].shape == (len(x), 2)
    np.testing.assert_array_equal(found["right"][:, 0], (base.predict(x) == y).numpy())


def test_the_measures_lie_over_those_of_the_attacks():
    config = CONFIG
    own = {"pgd": {"linf": {"strengths": [0.1], "examples": 7, "sleeps": ["found"]}}, "autoattack": {"mine": {"examples": 3}}}
    pgd, alone = measures_of(config | {"pruning": {"attacks": own, "distortions": {}}}, "pruning")
    known = config["attacks"]["pgd"]["linf"]
    assert pgd["params"]["steps"] == known["steps"] and pgd["params"]["strengths"] == [0.1] and pgd["params"]["examples"] == 7
    assert (pgd["sleeps"], pgd["networks"]) == (["found"], None) and not {"networks", "sleeps", "cub200"} & set(pgd["params"])
    assert alone["params"] == {"examples": 3}
    assert asked(pgd, "found", "slept") and not asked(pgd, "printed", "slept")


@pytest.fixture(scope="module")
def rows():
    """Of 3 seeds with 100 images each. Sleep, and what slept, cut: right on 90, fooled at .2; all others: on 80, at .1."""
    seeds = {}
    for seed in (1, 2, 3):
        seeds[seed] = {"deep/neurons": np.array(9 + seed)}
        for name in names("deep", "released"):
            right, strength = (90, 0.2) if name in ("sleep", "slept") else (80, 0.1)
            place_of = place("deep", name, FGSM)
            grid = np.arange(100)[:, None] < [right, right, right * (strength > 0.1)]
            seeds[seed] |= {place_of + "strengths": np.array([0, 0.05, 0.1]), place_of + "right": grid}
            seeds[seed][place_of + "strength"] = np.where(np.arange(100) < right, strength, 0.0)
            if asked(NOISE, "deep", name):
                at = place("deep", name, NOISE)
                seeds[seed] |= {at + "strengths": np.array([0.5]), at + "right": np.arange(100)[:, None] < [right - 30]}
    return pruning_rows(seeds, ["deep"], [FGSM, NOISE], "released")


def test_levels_and_differences_are_those_made_by_hand(rows):
    levels, pairs = rows
    (neurons,) = levels[levels.measure == "neurons"].value
    assert neurons == 11 and set(levels.seed) == {"mean"} and set(pairs.reading) == {"audited"} == set(levels.reading)
    by = {(row.defence, row.variant, row.measure): row for row in levels[levels.attack == "fgsm"].itertuples()}
    assert [by[name].value for name in (("sleep", "deep", "F"), ("ablated", "deep_random", "F"))] == pytest.approx([0.2, 0.1])
    clean = by["control", "released", "clean"]
    assert clean.value == pytest.approx(0.8) and clean.examples == 300
    against = {(row.defence, row.variant, row.other, row.other_variant, row.measure): row for row in pairs.itertuples()}
    assert against["sleep", "deep", "ablated", "deep_random", "clean"].value == pytest.approx(0.1)
    assert against["sleep", "deep", "ablated", "deep_random", "clean"].examples == 300
    same = against["sleep", "deep", "ablated", "deep_slept", "F"]
    assert same.value == 0 and same.identical and not against["sleep", "deep", "shuffled_sleep", "deep", "F"].identical
    assert against["ablated", "deep_slept", "control", "released", "F"].value == pytest.approx(0.1)
    assert ("control", "released", "sleep", "deep", "F") not in against
    assert ("ablated", "deep_random", "ablated", "deep_slept", "F") not in against
    noisy = pairs[pairs.distortion == "noise"]
    assert set(zip(noisy.defence, noisy.other, strict=True)) == {
        ("sleep", "control"),
        ("sleep", "ablated"),
        ("ablated", "control"),
    }


def test_the_figure_has_a_point_for_each_network_hollow_where_it_is_sleep(rows):
    table = pruned(*rows, ["deep"])
    assert list(dict.fromkeys(table.title)) == [
        "clean\naccuracy",
        "score F,\nFGSM by loss J",
        "accuracy,\nnoise,\nvariance = 0.5",
    ]
    assert list(dict.fromkeys(table.network))[:3] == ["Control", "Sleep", "Cut: the neurons that slept"]
    assert table[table.identical].variant.unique().tolist() == ["deep_slept"]
    figure = fig_pruning(table)
    assert [len(axes.containers) for axes in figure.axes] == [9, 9, 3]
    points = [container.lines[0] for container in figure.axes[0].containers]
    assert [point.get_markerfacecolor() == "white" for point in points] == [False, False, True] + [False] * 6
    assert figure.axes[0].get_title() == "sleep deep: 11 neurons slept" and "n = 3 × 100" in figure.axes[0].texts[0].get_text()
    missing = fig_pruning(pd.concat([table, table[table.measure == "clean"].assign(sleep="light")]))
    assert sum(axes.texts[0].get_text() == "not measured" for axes in missing.axes) == 2
