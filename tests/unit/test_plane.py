"""The small example on a plane: its points, its regions, and sleep that changes nothing or something."""

import numpy as np
import pytest
import torch
from conftest import CONFIG
from scipy.stats import norm

from sleep_robustness.networks.relu import from_weights
from sleep_robustness.papers.tadros.analyses.plane import (
    before_and_after,
    decided,
    grid,
    middles,
    plane_rows,
    points,
    true_classes,
)

PARAMS = CONFIG["plane"]
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


def test_no_network_is_right_on_more_points_than_the_true_classes(seeds):
    """A boundary lies half the distance of two middles away: the outer classes err beyond one, the middle one beyond two."""
    dataset = points(PARAMS | {"examples": 20000}, 1)
    best = (true_classes(dataset.test_x, 3) == dataset.test_y).mean()
    beyond = norm.sf(0.6 * np.sin(np.radians(15)) / PARAMS["spread"])
    assert best == pytest.approx(1 - 4 * beyond / 3, abs=0.005)
    for networks in (one[1] for one in seeds.values()):
        assert all((given == dataset.test_y).mean() < best + 0.002 for given in decided(networks, dataset.test_x).values())


def test_a_network_of_the_true_classes_has_them_everywhere_and_what_one_gains_others_lose():
    """Middles of one length: the nearest is that of the largest product. A second network gives all to class 0."""
    true = from_weights([torch.from_numpy(middles(3).astype(np.float32))])
    one = from_weights([torch.tensor([[1.0, 1], [0, 0], [0, 0]])])
    rows = plane_rows({1: (points(PARAMS, 1), {"before": true, "after": one})}, 41)
    rows = rows.set_index(["measure", "phase", "label"]).value
    assert rows["true_area", "before", "all"] > 0.99 and rows["true_points", "after", "all"] == pytest.approx(1 / 3)
    area = {label: rows["area", "before", label] for label in range(3)}
    assert rows["true_area", "after", "all"] == pytest.approx(area[0], abs=0.01)
    assert rows["gained", "difference", "all"] == pytest.approx(1 - area[0])
    assert rows["lost", "difference", "all"] == pytest.approx(-max(area[1], area[2]))


def test_sleep_without_plasticity_changes_nothing():
    still = PARAMS | {"sleep": PARAMS["sleep"] | {"increase": 0, "decrease": 0}}
    dataset = points(still, 1)
    rows = plane_rows({1: (dataset, before_and_after(dataset, still, 1))}, 21)
    assert (rows[rows.phase == "difference"][["value", "low", "high"]] == 0).all(axis=None)
