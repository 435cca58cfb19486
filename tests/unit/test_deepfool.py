"""DeepFool against a closed form, against foolbox's own, and each of the released code's deviations by itself."""

import numpy as np
import pytest
import torch

from sleep_robustness.attacks import deepfool
from sleep_robustness.networks.relu import from_weights

NONE = {"form": "released", "steps": 100, "overshoot": 0.02, "deviations": []}
DEVIATIONS = deepfool.PARAMETERS["deviations"]["items"]["enum"]


def attack(network, x, y, **params):
    return deepfool.run(network, x, y, NONE | params, torch.Generator().manual_seed(0))


@pytest.mark.parametrize("form", ["foolbox", "released"])
def test_on_a_linear_network_it_goes_straight_to_the_boundary(form):
    """Two classes, w = w₁ − w₀: the nearest misclassified point lies |w·x|/‖w‖ away, and the MARGIN beyond; no overshoot."""
    weights = torch.tensor([[1.0, -2.0, 0.5], [-1.0, 0.3, 0.2]], dtype=torch.float64)
    network = from_weights([weights], bounds=(-10.0, 10.0), temperature=1.0).double()
    x = torch.tensor([[1.0, 0.0, 1.0], [2.0, 0.5, -1.0]], dtype=torch.float64)
    y = network.logits(x).argmax(1)
    w = weights[1] - weights[0]
    nearest = (x @ w).abs() / w.norm()
    result = attack(network, x, y, form=form, overshoot=1e-9)
    assert result.success.all()
    np.testing.assert_allclose(np.sqrt(result.distance * 3), nearest.numpy() + deepfool.MARGIN, rtol=1e-6)
    exact = attack(network, x, y, overshoot=1e-9, deviations=["exact"])
    np.testing.assert_allclose(np.sqrt(exact.distance * 3), nearest.numpy(), rtol=1e-6)


@pytest.fixture
def attacked(mnist_network, mnist):
    """The network, 100 test images and their labels."""
    network = mnist_network
    return network, torch.from_numpy(mnist.test_x[:100]), torch.from_numpy(mnist.test_y[:100])


def test_without_its_deviations_the_released_form_is_foolboxs(attacked):
    """The same adversarials; only where an input comes to a stand on the boundary a rounding decides whether it is one."""
    ours, foolboxs = (attack(*attacked, form=form) for form in ("released", "foolbox"))
    both = ours.success & foolboxs.success
    assert both.sum() > 70 and (ours.success ^ foolboxs.success).sum() <= 1
    np.testing.assert_array_equal(ours.details["prediction"][both], foolboxs.details["prediction"][both])
    np.testing.assert_allclose((ours.adversarial - foolboxs.adversarial)[both].norm(dim=1), 0, atol=1e-3)
    away = [np.sqrt(result.distance[both] * 784) for result in (ours, foolboxs)]
    np.testing.assert_allclose(*away, atol=1e-4)


@pytest.mark.parametrize("form", ["foolbox", "released"])
def test_class_0_below_a_relu_stays_until_another_output_is_above_0(form):
    """Logits −1 + x₁ and −0.2 − x₂, and an output of 0 for both: class 0, until −0.2 − x₂ is above 0, however low its logit."""
    network = from_weights(
        [torch.tensor([[1.0, 0.0, -1.0], [0.0, -1.0, -0.2]], dtype=torch.float64)], bounds=(-1.0, 1.0)
    ).double()
    x = torch.tensor([[0.0, 0.0, 1.0]], dtype=torch.float64)
    result = attack(network, x, torch.tensor([0]), form=form, overshoot=1e-9)
    assert result.success.all()
    assert np.sqrt(result.distance[0] * 3) == pytest.approx(0.2 / 1.04**0.5 + deepfool.MARGIN, rel=1e-4)


@pytest.mark.parametrize("deviation", DEVIATIONS)
def test_each_deviation_has_an_effect(attacked, deviation):
    plain, other = attack(*attacked), attack(*attacked, deviations=[deviation])
    assert not np.array_equal(plain.distance, other.distance)
    assert other.success.sum() > 40
    assert plain.details["outside"].sum() == 0
    assert (other.details["outside"].sum() > 0) == (deviation == "unclipped")


def test_a_network_that_gets_everything_wrong_has_nothing_to_attack(attacked):
    network, x, _ = attacked
    wrong = (network.predict(x) + 1) % 10
    for params in ({"form": "foolbox"}, {}, {"deviations": DEVIATIONS}):
        result = attack(network, x, wrong, **params)
        assert (result.strength == 0).all() and not result.success.any()
