"""JSMA against a closed form and against a plain version written for the test: one example at a time, all derivatives."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from foolbox import Misclassification, PyTorchModel
from torch import nn

from sleep_robustness.attacks import jsma
from sleep_robustness.attacks.jsma import JSMA
from sleep_robustness.attacks.wrapped import wrapped
from sleep_robustness.networks import copy_of
from sleep_robustness.networks.relu import from_weights

PARAMS = {"share": 0.1, "steps": 500, "changes": 7, "dropout": False}


def attack(network, x, y, **params):
    return jsma.run(network, x, y, PARAMS | params, torch.Generator().manual_seed(0))


def test_on_a_linear_network_it_picks_the_right_pixel():
    """Two classes, a = (1, .9): the target is class 1. With δ = a − e₁ = (1, −.1), α = Wᵀδ and β = Wᵀ(2·e₁ − 1) = w₁ − w₀, the
    smallest α·β is pixel 2's, whose α is negative, so that it grows by a tenth of the image's range."""
    weights = torch.tensor([[1.0, 0.0, 0.0, 0.0], [0.9, 0.0, 1.0, -0.2]])
    x = torch.tensor([[1.0, 0.0, 0.0, 0.5]])
    x[0, 0] = 1.0
    network = from_weights([weights])
    outputs = network(x)
    delta = outputs[0] - torch.tensor([0.0, 1.0])
    alpha, beta = weights.T @ delta, weights[1] - weights[0]
    pixel = int((alpha * beta).argmin())
    result = JSMA(steps=1, outputs=network.outputs).run(
        PyTorchModel(network.eval(), bounds=(0, 1), device="cpu"), x, Misclassification(torch.tensor([0]))
    )
    moved = (result - x)[0]
    assert moved.nonzero().flatten().tolist() == [pixel] == [2]
    assert moved[pixel].item() == pytest.approx(-0.1 * alpha[pixel].sign().item())


def plainly(network, x, label, share, steps, changes):
    """One example, every class's derivatives by name, in float64."""
    x, target, times, gone = x.clone(), None, np.zeros(len(x), int), np.zeros(len(x), bool)
    low, high = x.min().item(), x.max().item()
    for _ in range(steps):
        logits, slopes = network.jacobian(x[None])
        outputs, slopes = torch.relu(logits[0]), slopes[0]
        if outputs.argmax() != label or gone.all():
            break
        classes = torch.eye(len(outputs), dtype=x.dtype)
        by_class = torch.stack([slopes.T @ (outputs - one) for one in classes])  # ∂J_c/∂x
        if target is None:
            target = int(torch.sort(outputs, descending=True, stable=True).indices[1])
        alpha = by_class[target]
        beta = by_class.sum(0) - len(outputs) * alpha
        value = (alpha.abs() * beta.abs() * (alpha * beta).sign()).numpy()
        value[gone] = np.inf
        pixel = int(value.argmin())
        x[pixel] = min(max(x[pixel].item() - share * (high - low) * alpha[pixel].sign().item(), low), high)
        times[pixel] += 1
        gone[pixel] = times[pixel] >= changes or x[pixel] <= low or x[pixel] >= high
    return x


@pytest.fixture
def attacked(mnist_network, mnist):
    """The network, 50 test images and their labels, in float64."""
    network = copy_of(mnist_network).double()
    return network, torch.from_numpy(mnist.test_x[:50]).double(), torch.from_numpy(mnist.test_y[:50])


def test_it_does_what_the_plain_version_does(attacked):
    network, x, y = attacked
    result = attack(network, x, y)
    assert result.success.sum() > 40
    for row in np.flatnonzero(result.success):
        torch.testing.assert_close(result.adversarial[row], plainly(network, x[row], y[row], 0.1, 500, 7), rtol=0, atol=0)


@pytest.mark.parametrize("sizes", [(12, 7, 4), (12, 9, 8, 4), (12, 9, 8, 7, 4)])
@pytest.mark.parametrize("temperature", [None, 20])
def test_with_parts_kept_from_step_to_step_it_is_what_autograd_gives(sizes, temperature):
    rng = torch.Generator().manual_seed(len(sizes))
    weights = [torch.randn(b, a, generator=rng, dtype=torch.float64) for a, b in pairwise(sizes)]
    network, x = from_weights(weights, 0.2, temperature=temperature), torch.rand(40, 12, generator=rng, dtype=torch.float64)
    network.double()
    result = attack(network, x, network.predict(x))
    model = wrapped(network)
    plain = JSMA(outputs=network.outputs).run(model, x, Misclassification(network.predict(x)))
    assert (result.adversarial != x).any(1).all() and result.success.any()
    torch.testing.assert_close(result.adversarial, plain, rtol=0, atol=1e-12)


def test_finished_and_failing_examples_do_not_disturb_the_others(attacked):
    network, x, y = attacked
    whole, few = attack(network, x, y, steps=150), attack(network, x[:7], y[:7], steps=150)
    assert 0 < few.success.sum() < 7
    np.testing.assert_array_equal(whole.distance[:7], few.distance)


def test_dropout_makes_another_attack_of_it_and_the_generator_decides(attacked):
    network, x, y = attacked
    first, again, without = attack(network, x, y, dropout=True), attack(network, x, y, dropout=True), attack(network, x, y)
    np.testing.assert_array_equal(first.distance, again.distance)
    assert not np.array_equal(first.distance, without.distance)


def test_any_model_any_shape_any_number_of_classes():
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 36, 3)).eval()
    images = torch.rand(12, 1, 8, 8)
    labels = network(images).argmax(1)
    model = PyTorchModel(network, bounds=(0, 1), device="cpu")
    attacked, clipped, success = JSMA(steps=200)(model, images, labels, epsilons=None)
    assert attacked.shape == images.shape and success.float().mean() > 0.9
    assert torch.equal(attacked, clipped)


@pytest.mark.parametrize("dropout", [False, True])
def test_a_network_that_gets_everything_wrong_has_nothing_to_attack(attacked, dropout):
    network, x, _ = attacked
    result = attack(network, x, (network.predict(x) + 1) % 10, steps=20, dropout=dropout)
    assert (result.strength == 0).all() and not result.success.any()


def test_another_criterion_is_refused():
    from foolbox import TargetedMisclassification

    model = PyTorchModel(nn.Sequential(nn.Flatten(), nn.Linear(4, 3)).eval(), bounds=(0, 1), device="cpu")
    with pytest.raises(ValueError, match="no other criterion than misclassification"):
        JSMA().run(model, torch.rand(2, 4), TargetedMisclassification(torch.tensor([1, 1])))


def test_what_it_believes_under_dropout_is_told_apart_from_what_is_so(attacked):
    """With dropout on the last look is by chance; the belief of an attack without dropout is what is so."""
    result, without = attack(*attacked, dropout=True), attack(*attacked)
    right = without.strength > 0
    np.testing.assert_array_equal(without.details["believed"], np.where(right, without.strength, -1))
    found = np.isfinite(result.details["believed"][right])
    assert found.mean() > 0.9 > result.success[right].mean()
    assert (result.details["believed"][~right] == -1).all()
