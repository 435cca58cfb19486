"""PGD and BIM up the loss, C&W, DeepFool for L∞, DDN and uniform noise, beside foolbox's own."""

import foolbox
import numpy as np
import pytest
import torch
from foolbox.attacks import (
    DDNAttack,
    LinfAdditiveUniformNoiseAttack,
    LinfBasicIterativeAttack,
    LinfDeepFoolAttack,
    LinfProjectedGradientDescentAttack,
)

from sleep_robustness.attacks import bim, cw, ddn, deepfool_linf, pgd_loss, uniform
from sleep_robustness.attacks.wrapped import AsModule, seeded
from sleep_robustness.networks.lenet import LeNet
from sleep_robustness.transfers import shown

OWN = {"strengths": [0.1, 0.3], "steps": 5, "step": 0.02, "relative": False, "keep": True}


@pytest.fixture(scope="module")
def attacked():
    network = LeNet()
    network.initialise(torch.Generator().manual_seed(0))
    x = torch.rand(40, 784, generator=torch.Generator().manual_seed(1))
    network.eval()
    return network, x, network.predict(x)


@pytest.mark.parametrize(
    ("module", "theirs"), [(pgd_loss, LinfProjectedGradientDescentAttack), (bim, LinfBasicIterativeAttack)]
)
def test_it_is_foolboxs_attack_at_each_strength(attacked, module, theirs):
    network, x, y = attacked
    result = module.run(network, x, y, OWN, torch.Generator().manual_seed(3))
    model, rng = (
        foolbox.PyTorchModel(AsModule(network, raw=True).eval(), bounds=(0, 1), device="cpu"),
        torch.Generator().manual_seed(3),
    )
    for column, epsilon in enumerate(OWN["strengths"], start=1):
        with seeded(rng):
            expected = theirs(abs_stepsize=0.02, steps=5).run(model, x, foolbox.Misclassification(y), epsilon=epsilon)
        made = torch.from_numpy(result.details["adversarials"][column])
        torch.testing.assert_close(made, expected)
        assert (made - x).abs().max() <= epsilon + 1e-6
        np.testing.assert_array_equal(result.details["right"][:, column], network.predict(expected) == y)
    assert result.success.sum() > 0 and (result.details["adversarials"][0] == x.numpy()).all()


def test_a_step_may_be_a_share_of_the_strength(attacked):
    network, x, y = attacked
    made = bim.run(network, x, y, OWN | {"steps": 1, "step": 0.5, "relative": True}, torch.Generator()).details["adversarials"]
    for column, epsilon in enumerate(OWN["strengths"], start=1):
        assert np.abs(made[column] - made[0]).max() == pytest.approx(epsilon / 2, abs=1e-6)


def test_a_temperature_is_that_of_the_loss(attacked):
    """At a temperature at which the softmax saturates no gradient is left, and nothing moves."""
    network, x, y = attacked
    cold = LeNet(temperature=1e-9)
    cold.load_state_dict(network.state_dict())
    made = bim.run(cold.eval(), x, y, OWN, torch.Generator()).details["adversarials"]
    assert (made[1] == made[0]).all()


def test_carlini_and_wagner_fools_nearer_with_a_search_and_leaves_what_it_cannot_fool(attacked):
    network, x, y = attacked
    own = {"searches": 1, "steps": 60, "step": 0.01, "weight": 1}
    once = cw.run(network, x, y, own, torch.Generator())
    searched = cw.run(network, x, y, own | {"searches": 5}, torch.Generator())
    assert searched.success.all() and not once.success.all()
    assert (searched.distance[once.success] <= once.distance[once.success] + 1e-9).all()
    assert once.details["strengths"].tolist() == [np.inf] and (once.details["right"][:, 0] == ~once.success).all()
    never = cw.run(network, x, y, own | {"steps": 1, "weight": 1e-9}, torch.Generator())
    assert not never.success.any() and torch.equal(never.adversarial, x)


def test_images_without_a_strength_are_shown_to_other_networks(attacked):
    network, x, y = attacked
    result = cw.run(network, x, y, {"searches": 3, "steps": 60, "step": 0.01, "weight": 1}, torch.Generator())
    again = shown(network, x, y, {"adversarial": result.adversarial.numpy()})
    np.testing.assert_array_equal(again.details["right"], result.details["right"])
    assert again.details["strengths"].tolist() == [np.inf]


@pytest.mark.parametrize(
    ("module", "params", "theirs"),
    [
        (deepfool_linf, {"steps": 10, "overshoot": 0.02}, LinfDeepFoolAttack(steps=10)),
        (ddn, {"steps": 10}, DDNAttack(steps=10)),
        (uniform, {}, LinfAdditiveUniformNoiseAttack()),
    ],
)
def test_it_is_right_where_foolbox_says_so_at_each_of_its_distances(attacked, module, params, theirs):
    network, x, y = attacked
    params |= {"strengths": [0.3, 0.001, 0.02]}
    right = module.run(network, x, y, params, torch.Generator().manual_seed(3)).details["right"]
    model, epsilons, rng = (
        foolbox.PyTorchModel(AsModule(network, raw=True).eval(), bounds=(0, 1), device="cpu"),
        [0.001, 0.02, 0.3],
        torch.Generator().manual_seed(3),
    )
    for column, epsilon in enumerate(epsilons, start=1):
        with seeded(rng):
            _, _, fooled = theirs(model, x, foolbox.Misclassification(y), epsilons=epsilon)
        np.testing.assert_array_equal(right[:, column], ~fooled.numpy())
    assert right[:, 0].all()
    if module is not uniform:
        assert right[:, 1].any() and not right[:, 3].all()
