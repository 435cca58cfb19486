"""The Boundary Attack against a closed form and a plain version, one candidate at a time; its deviations; starts that fail."""

import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from conftest import ROOT
from plainly import boundary_walk

from sleep_robustness.attacks import boundary
from sleep_robustness.networks import copy_of
from sleep_robustness.networks.relu import from_weights

FORMS = {
    "foolbox": {"form": "foolbox", "steps": 1000, "directions": 1, "step": 0.01, "adaptation": 1.5, "deviations": []},
    "published": {"form": "released", "steps": 1000, "directions": 25, "step": 0.01, "adaptation": 1.5, "deviations": []},
}
DEVIATIONS = boundary.PARAMETERS["deviations"]["items"]["enum"]
FORMS["released"] = FORMS["published"] | {"step": 0.5, "adaptation": 2, "deviations": DEVIATIONS}


def attack(network, x, y, form="published", **params):
    return boundary.run(network, x, y, FORMS[form] | params, torch.Generator().manual_seed(0))


@pytest.mark.parametrize("form", ["foolbox", "published"])
def test_on_a_linear_network_it_ends_at_the_foot_of_the_perpendicular(form):
    """Two classes, w = w₁ − w₀: no misclassified point is nearer than |w·x|/‖w‖."""
    weights = torch.tensor([[1.0, -2.0, 0.5, 0.2], [-1.0, 0.3, 0.2, -0.1]])
    network = from_weights([weights], bounds=(-2.0, 2.0), temperature=1.0)
    x = 2 * torch.rand(20, 4, generator=torch.Generator().manual_seed(1)) - 1
    y = network.predict(x)
    w = weights[1] - weights[0]
    nearest = ((x @ w).abs() / w.norm()).numpy()
    result = attack(network, x, y, form, steps=3000)
    assert result.success.all()
    reached = np.sqrt(result.distance * 4)
    assert (reached >= nearest * (1 - 1e-5)).all()
    assert np.median(reached / nearest) < 1.01


@pytest.fixture
def attacked(mnist_network, mnist):
    """The network, 20 test images and their labels."""
    return mnist_network, torch.from_numpy(mnist.test_x[:20]), torch.from_numpy(mnist.test_y[:20])


@pytest.mark.slow
def test_it_comes_as_near_as_foolboxs_in_as_many_looks_at_the_network(attacked):
    """300 steps of 25 directions, as at the laptop scale, and 5 000 of one, which foolbox needs to come as near."""
    ours, theirs = attack(*attacked, steps=300), attack(*attacked, "foolbox", steps=5000)
    both = ours.success & theirs.success
    assert both.sum() == ours.success.sum() == theirs.success.sum() > 10
    assert 0.85 < np.median(ours.distance[both] / theirs.distance[both]) < 1.1


@pytest.mark.parametrize("deviations", [[], ["positive"], ["inverted"], ["off_centre"], DEVIATIONS])
def test_it_does_what_the_plain_version_does(attacked, deviations):
    """Image by image, so that both are given the same directions; of `records`, which go by rounding, there is a test below."""
    deviations = [name for name in deviations if name != "records"]
    network, images, labels = copy_of(attacked[0]).double(), attacked[1].double(), attacked[2]
    params = FORMS["published"] | {"steps": 60, "directions": 8, "step": 0.2, "adaptation": 2, "deviations": deviations}
    moved = 0
    for x, y in zip(images[:6].split(1), labels[:6].split(1), strict=True):
        start = torch.rand(x.shape, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
        if network.predict(start) == y:
            continue
        ours = boundary._released(network, x, y, start, params, torch.Generator().manual_seed(6))
        plain = boundary_walk(network, x[0], y[0], start[0], params, torch.Generator().manual_seed(6))
        torch.testing.assert_close(ours[0], plain, rtol=0, atol=1e-9)
        moved += not torch.equal(ours, start)
    assert moved >= 3


def test_records_are_those_smaller_than_all_before_them():
    distance = torch.tensor([[3.0, torch.inf, 2.0, 2.0, 2.5, 1.0], [torch.inf] * 6, [1.0] * 6])
    assert boundary._records(distance).tolist() == [3, 0, 1]


def test_with_records_it_goes_as_far_as_the_plain_version(attacked):
    network, x, y = copy_of(attacked[0]).double(), attacked[1].double(), attacked[2]
    start = torch.rand(x.shape, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    rows = torch.nonzero((network.predict(start) != y) & (network.predict(x) == y))[:, 0]
    params, far = FORMS["released"] | {"steps": 40}, []
    for row in rows:
        walk = boundary_walk(network, x[row], y[row], start[row], params, torch.Generator().manual_seed(6))
        far.append((walk - x[row]).square().mean())
    ours = boundary._released(network, x[rows], y[rows], start[rows], params, torch.Generator().manual_seed(6))
    assert len(rows) >= 10
    assert np.median((ours - x[rows]).square().mean(1)) == pytest.approx(np.median(far), rel=0.15)


@pytest.mark.parametrize("deviation", DEVIATIONS)
def test_each_deviation_has_an_effect(attacked, deviation):
    network, x, y = attacked
    x = x * 0.9  # images that leave a part of the bounds unused
    plain, other = (attack(network, x, y, steps=50, deviations=names) for names in ([], [deviation]))
    assert not np.array_equal(plain.distance, other.distance)
    assert other.success.sum() >= plain.success.sum() - 1


def test_the_published_form_comes_nearer_than_the_released_one_and_than_fewer_steps(attacked):
    far, near, released = (
        attack(*attacked, form, steps=steps).distance
        for form, steps in (("published", 30), ("published", 300), ("released", 300))
    )
    assert np.median(near) < np.median(far)
    assert np.median(near) < 0.5 * np.median(released)


@pytest.mark.parametrize("form", ["published", "released"])
def test_an_example_without_a_start_is_not_fooled_and_disturbs_no_other(form, monkeypatch):
    """Class 0 wins wherever a sum is large enough, so noise is never misclassified for an image of class 0."""
    monkeypatch.setattr(boundary, "DRAWS", 20)
    weights = torch.zeros(2, 50)
    weights[0], weights[1, 0] = 0.1, 1.0
    network = from_weights([weights], temperature=1.0)
    x = torch.full((4, 50), 0.5)
    x[2:, 1:] = 0.0
    y = torch.tensor([0, 0, 1, 1])
    assert torch.equal(network.predict(x), y)
    result = attack(network, x, y, form, steps=20)
    assert np.isinf(result.strength[:2]).all() and result.success.tolist() == [False, False, True, True]
    assert np.isinf(result.details["believed"][:2]).all()


@pytest.mark.parametrize("form", FORMS)
def test_random_numbers_come_from_the_generator_alone(attacked, form):
    torch.manual_seed(3)
    before = torch.random.get_rng_state()
    first = attack(*attacked, form, steps=20)
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(4)
    np.testing.assert_array_equal(first.distance, attack(*attacked, form, steps=20).distance)


def test_where_no_noise_is_misclassified_foolboxs_form_starts_from_another_image():
    """A network that takes for class 1 what is bright in one corner alone, where noise is not."""
    weights = torch.full((2, 50), -1.0)
    weights[1, 0], weights[0] = 20.0, 0
    network = from_weights([weights])
    x, y = torch.zeros(2, 50), torch.tensor([0, 1])
    x[0, 1:], x[1, 0] = 0.5, 1.0
    assert (network.predict(torch.rand(1000, 50, generator=torch.Generator().manual_seed(0))) == 0).all()
    fooled = {form: attack(network, x, y, form).success.tolist() for form in ("foolbox", "published")}
    assert fooled == {"foolbox": [True, True], "published": [False, True]}
    assert attack(network, x[:1], y[:1], "foolbox").success.tolist() == [False]  # no other image either


@pytest.mark.parametrize("form", FORMS)
def test_a_network_that_gets_everything_wrong_has_nothing_to_attack(attacked, form):
    network, x, _ = attacked
    result = attack(network, x, (network.predict(x) + 1) % 10, form, steps=20)
    assert (result.strength == 0).all() and not result.success.any()


def test_the_released_form_is_the_same_under_the_plainest_kernels(tmp_path):
    """Its records go by rounding, so that a sum in another order would lead elsewhere."""
    runs, path = [], os.pathsep.join(str(ROOT / folder) for folder in ("workflow/lib", "tests/bench", "tests"))
    for name, switches in (("own", {}), ("plain", {"ATEN_CPU_CAPABILITY": "default", "MKL_CBWR": "COMPATIBLE"})):
        command = [sys.executable, __file__, str(tmp_path / f"{name}.npz")]
        subprocess.run(command, env=os.environ | switches | {"PYTHONPATH": path}, check=True)
        with np.load(tmp_path / f"{name}.npz") as arrays:
            runs.append(dict(arrays))
    if np.array_equal(runs[0]["product"], runs[1]["product"]):
        pytest.skip("THIS MACHINE'S KERNELS CANNOT BE SWITCHED: a product of float32 matrices is the same under both settings")
    np.testing.assert_array_equal(runs[0]["attacked"], runs[1]["attacked"])
    assert np.isfinite(runs[0]["attacked"]).all()


if __name__ == "__main__":
    rng = torch.Generator().manual_seed(2)
    weights = [torch.randn(shape, generator=rng) / shape[1] ** 0.5 for shape in ((300, 784), (10, 300))]
    small, points = from_weights(weights), torch.rand(30, 784, generator=rng, dtype=torch.float64)
    made = attack(copy_of(small).double(), points, small.predict(points.float()), "released", steps=150)
    np.savez(sys.argv[1], attacked=made.adversarial.numpy(), product=(points.float() @ points.float().T).numpy())
