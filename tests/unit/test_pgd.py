"""PGD, Auto-PGD and AutoAttack, attacks within an L∞ limit: a closed form, FGSM as the floor, restarts, and what they keep."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sleep_robustness.attacks import apgd, at_strengths, autoattack, deepfool, fgsm, pgd
from sleep_robustness.attacks.wrapped import AsModule
from sleep_robustness.errors import UserError
from sleep_robustness.networks import in_float64
from sleep_robustness.networks.relu import from_weights

STRENGTHS = {"strengths": [0.1, 0.2, 0.3]}
PARAMS = {
    pgd: STRENGTHS | {"steps": 40, "targets": 4, "restarts": 7},
    apgd: STRENGTHS | {"steps": 100},
    autoattack: STRENGTHS | {"steps": 100, "queries": 5000, "keep": False},
}


def attack(network, x, y, module=pgd, **params):
    return module.run(network, x, y, PARAMS[module] | params, torch.Generator().manual_seed(0))


@pytest.fixture
def attacked(mnist_network, mnist):
    """The network, 60 test images and their labels."""
    return mnist_network, torch.from_numpy(mnist.test_x[:60]), torch.from_numpy(mnist.test_y[:60])


def test_on_a_linear_network_it_fools_just_beyond_the_closed_form():
    """Two classes, w = w₁ − w₀: away from the bounds an ε fools if and only if it exceeds |w·x|/‖w‖₁."""
    weights = torch.tensor([[1.0, -2.0, 0.5, 0.3], [-1.0, 0.3, 0.2, 0.1]])
    network = from_weights([weights], bounds=(-10.0, 10.0), temperature=1.0)
    x = torch.tensor([[1.0, 0.0, 1.0, 0.2], [-2.0, 0.5, -1.0, 0.4]])
    y = network.predict(x)
    w = weights[1] - weights[0]
    least = ((x @ w).abs() / w.abs().sum()).numpy()
    grid = sorted(float(e) for value in least for e in (value * 0.999, value * 1.001))
    result = attack(network, x, y, strengths=grid)
    np.testing.assert_allclose(result.strength, least * 1.001, rtol=1e-6)


@pytest.mark.parametrize("module", [pgd, apgd, autoattack])
def test_it_finds_at_least_what_fgsm_finds(attacked, module):
    network, x, y = attacked
    rows = slice(0, 20 if module is autoattack else 60)
    result = attack(network, x[rows], y[rows], module)
    one = fgsm.run(network, x[rows], y[rows], {"objective": "margin", "epsilon_step": 0.1, "steps": 3}, torch.Generator())
    right = one.details["right"].mean(0)
    assert (result.details["right"].mean(0) <= right).all() and result.details["right"][:, 1:].mean() < right[1:].mean()
    np.testing.assert_array_equal(result.details["strengths"], [0, 0.1, 0.2, 0.3])
    fooled = result.success
    moved = (result.adversarial - x[rows]).abs().amax(1).numpy()
    assert fooled.sum() > 15 and (moved[fooled] <= result.strength[fooled] + 1e-6).all()


def test_a_class_0_without_output_is_found_by_every_attack_that_looks_at_logits():
    """All outputs at 0 count as class 0, so that z₀ may fall below the others without fooling anything."""
    weights = torch.zeros(4, 9)
    weights[0, 0], weights[1, 1], weights[1, 8], weights[2:, 8] = -1.0, 1.0, -0.4, -1.0
    network = from_weights([weights])
    x, y = torch.tensor([[0.2, 0.1, *[0.5] * 6, 1.0]]), torch.tensor([0])
    assert network.predict(x) == 0 and (network.logits(x) < 0).all()
    for found in (
        attack(network, x, y, strengths=[0.5]),
        attack(network, x, y, autoattack, strengths=[0.5]),
        deepfool.run(
            network,
            x,
            y,
            {"form": "foolbox", "steps": 50, "overshoot": 0.02, "deviations": []},
            torch.Generator().manual_seed(0),
        ),
    ):
        assert found.success.all()
    assert np.sqrt(found.distance * 9) == pytest.approx(1.02 * 0.3 / np.sqrt(1.16), rel=1e-3)  # to x₁ = 0.4·x₈


@given(logits=arrays(np.float32, (5, 4), elements=st.floats(-2, 2, width=32)))
def test_the_values_that_attacks_see_decide_as_the_network_does(logits):
    network, logits = from_weights([torch.eye(4)], bounds=(-9.0, 9.0)), torch.from_numpy(logits)
    for module in (AsModule(network), AsModule(network, raw=True, floored=torch.tensor(True))):
        np.testing.assert_array_equal(module(logits).argmax(1), network.predict(logits))


def test_what_no_limit_leaves_room_for_is_tried_with_the_whole_range(attacked):
    network, x, y = attacked
    result = attack(network, x, y, strengths=[0.001])
    assert result.details["right"][:, -1].mean() > 0.8 and not result.details["left"].any()
    assert not result.details["again"][result.details["right"].all(1)].any()
    nothing = from_weights([torch.zeros(3, 784)])
    assert attack(nothing, x, torch.zeros_like(y)).details["left"].all()


def test_a_rival_that_the_margin_never_turns_to_is_tried_as_a_target():
    """The largest other logit, of class 1, stays below the true one, whatever is done to it; that of class 2 need not."""
    network = from_weights([torch.tensor([[1.0, 0, 0], [0.98, 0, 0], [0, 2, -1.6]])], temperature=1.0)
    x, y = torch.tensor([[0.5, 0.5, 0.5]]), torch.tensor([0])
    found = [attack(network, x, y, strengths=[0.1], targets=targets, restarts=1 + targets).success[0] for targets in (0, 1, 2)]
    assert found == [False, False, True]


def test_class_0_is_a_rival_as_high_as_the_network_takes_it_for():
    """Without an output above 0 the network decides for class 0; going towards class 2, whose logit is higher, fails."""
    network = from_weights([torch.tensor([[-10.0, 0, 0], [0, 1, -1], [-3, 2, 0]])])
    x, y = torch.tensor([[0.5, 0.5, 0.45]]), torch.tensor([1])
    assert network.predict(x) == y and network.logits(x)[0, 2] > network.logits(x)[0, 0]
    towards_2 = x + 0.1 * torch.tensor([[-1.0, 1, 1]])
    assert network.predict(towards_2) == y
    assert attack(network, x, y, strengths=[0.1], targets=0, restarts=1).success[0]


def test_it_leaves_no_more_than_autoattack(attacked):
    """The referee: on a trained network within a few images in a hundred."""
    network, x, y = attacked
    rows = slice(0, 60)
    own, referee = (attack(network, x[rows], y[rows], module, strengths=[0.1]) for module in (pgd, autoattack))
    assert own.details["right"][:, 1].mean() <= referee.details["right"][:, 1].mean() + 0.05


def test_random_starts_find_more_and_say_so():
    """At x the one unit that can raise class 1 is silent, so that no gradient leads there from x itself."""
    hidden = torch.tensor([[1.0, -1.1, 0.0], [0.0, 0.0, 1.0]])
    network = from_weights([hidden, torch.tensor([[0.0, 1.0], [3.0, 0.0]])], temperature=1.0)
    x, y = torch.full((8, 3), 0.5), torch.zeros(8, dtype=torch.int64)
    once, often = (attack(network, x, y, strengths=[0.1], targets=0, restarts=restarts) for restarts in (1, 30))
    assert not once.success.any() and not once.details["again"].any()
    assert often.success.all() and often.details["again"].all()


@pytest.mark.parametrize("module", [pgd, apgd, autoattack])
def test_random_numbers_come_from_the_generator_alone(attacked, module):
    network, x, y = (attacked[0], attacked[1][:5], attacked[2][:5])
    torch.manual_seed(3)
    before = torch.random.get_rng_state()
    first = attack(network, x, y, module, strengths=[0.1])
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(4)
    assert torch.equal(first.adversarial, attack(network, x, y, module, strengths=[0.1]).adversarial)


def test_what_leaves_the_ball_or_the_bounds_or_is_not_misclassified_does_not_count():
    network = from_weights([torch.eye(2)], temperature=1.0)
    x, y = torch.tensor([[0.6, 0.5]] * 3), torch.tensor([0, 0, 0])
    tried = torch.tensor([[0.5, 0.6], [0.2, 0.5], [0.6, 0.59]])
    result = at_strengths(network, x, y, [0.1], lambda rows, epsilon: tried[rows])
    assert result.success.tolist() == [True, False, False]
    tried = torch.tensor([[0.6, 1.05]])
    assert not at_strengths(network, x[:1], y[:1], [0.6], lambda rows, epsilon: tried).success.any()


def test_a_network_that_gets_everything_wrong_has_nothing_to_attack(attacked):
    network, x, _ = attacked
    for module in PARAMS:
        result = attack(network, x, (network.predict(x) + 1) % 10, module)
        assert (result.strength == 0).all() and not result.success.any() and not result.details["right"].any()


@pytest.mark.parametrize("module", [apgd, autoattack])
def test_a_network_in_float64_is_attacked_in_float32_and_judged_in_its_own_precision(attacked, module):
    network, x, y = (attacked[0], attacked[1][:20], attacked[2][:20])
    one = attack(network, x, y, module, strengths=[0.1], steps=20)
    other = attack(in_float64(network), x.double(), y, module, strengths=[0.1], steps=20)
    assert other.adversarial.dtype == torch.float64
    np.testing.assert_array_equal(one.details["right"], other.details["right"])


def test_autoattack_says_what_it_cannot_attack():
    x, y = torch.full((2, 5), 0.5), torch.tensor([0, 1])
    for weights, bounds in ((torch.rand(4, 5), (0.0, 1.0)), (torch.rand(4, 4), (0.0, 2.0)), (torch.rand(3, 4), (0.0, 1.0))):
        network = from_weights([weights], bounds=bounds)
        with pytest.raises(UserError, match="autoattack: it needs square images in"):
            attack(network, x[:, : weights.shape[1]], y, autoattack)
