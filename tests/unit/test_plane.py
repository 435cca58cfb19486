"""The small example on a plane: its points, its regions, and sleep that changes nothing or something."""

import numpy as np
import pytest
import yaml
from conftest import ROOT

from sleep_robustness.analyses.plane import before_and_after, decided, grid, plane_rows, points

PARAMS = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())["plane"]
SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def seeds():
    made = {seed: points(PARAMS, seed) for seed in SEEDS}
    return {seed: (dataset, before_and_after(dataset, PARAMS, seed)) for seed, dataset in made.items()}


def test_points_lie_around_the_middle_of_their_class():
    dataset = points(PARAMS | {"examples": 2000, "spread": 0.01}, 1)
    for label, degrees in enumerate((15, 45, 75)):
        middle = dataset.train_x[dataset.train_y == label].mean(0)
        angle = 0.6 * np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
        np.testing.assert_allclose(middle, angle, atol=0.002)
    assert not np.array_equal(dataset.train_x, dataset.test_x)
    assert not np.array_equal(dataset.train_x, points(PARAMS | {"examples": 2000, "spread": 0.01}, 2).train_x)


def test_regions_are_wedges_before_and_after_sleep(seeds):
    """Without biases the outputs of c·x are c times those of x."""
    inner, outer = (decided(seeds[1][1], factor * grid(11)[1:]) for factor in (0.5, 1))
    for phase in ("before", "after"):
        np.testing.assert_array_equal(inner[phase], outer[phase])


def test_what_changed_adds_up(seeds):
    rows = plane_rows(seeds, 21).set_index(["measure", "phase", "label"]).sort_index().value
    for phase, total in (("before", 1), ("after", 1), ("difference", 0)):
        assert rows["area", phase].sum() == pytest.approx(total)
    assert rows["changed_area", "difference", "all"] >= rows["area", "difference"].abs().max()
    by_hand = [(after == before).mean() for one in seeds.values() for before, after in [decided(one[1], grid(21)).values()]]
    assert rows["changed_area", "difference", "all"] == pytest.approx(1 - np.mean(by_hand))
    recall = np.mean([decided(networks, data.test_x)["after"][data.test_y == 1] == 1 for data, networks in seeds.values()])
    assert rows["recall", "after", 1] == pytest.approx(recall)


def test_sleep_without_plasticity_changes_nothing():
    still = PARAMS | {"sleep": PARAMS["sleep"] | {"increase": 0, "decrease": 0}}
    dataset = points(still, 1)
    rows = plane_rows({1: (dataset, before_and_after(dataset, still, 1))}, 21)
    assert (rows[rows.phase == "difference"][["value", "low", "high"]] == 0).all(axis=None)
