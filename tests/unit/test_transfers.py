import numpy as np
import pytest
import torch
from conftest import CONFIG

from sleep_robustness.attacks import deepfool, fgsm
from sleep_robustness.data import patches
from sleep_robustness.defences import control
from sleep_robustness.errors import UserError
from sleep_robustness.networks.relu import from_weights
from sleep_robustness.transfers import shown

FGSM = {"objective": "margin", "epsilon_step": 0.05, "steps": 10, "keep": True}
DEEPFOOL = {"form": "foolbox", "steps": 50, "overshoot": 0.02, "deviations": []}


@pytest.fixture(scope="module")
def networks():
    dataset = patches.load()
    training = CONFIG["datasets"]["patches"]["training"]
    return [control.fit(dataset, training, seed=seed) for seed in (1, 2)]


@pytest.fixture(scope="module")
def images():
    dataset = patches.load()
    return torch.from_numpy(dataset.test_x), torch.from_numpy(dataset.test_y)


def stored(result):
    kept = {} if result.adversarial is None else {"adversarial": result.adversarial.numpy()}
    return result.details | kept


def test_a_network_falls_to_its_own_images_as_it_did_before(networks, images):
    own = fgsm.run(networks[0], *images, FGSM, torch.Generator())
    again = shown(networks[0], *images, stored(own))
    for field in ("strength", "distance", "success"):
        np.testing.assert_array_equal(getattr(again, field), getattr(own, field))
    np.testing.assert_array_equal(again.details["right"], own.details["right"])


def test_another_network_says_what_it_says_of_these_images(networks, images):
    x, y = images
    found = shown(networks[0], x, y, stored(fgsm.run(networks[1], x, y, FGSM, torch.Generator())))
    sign, _ = fgsm.gradient_sign(networks[1], x, y, fgsm.margin)
    by_hand = [(networks[0].predict((x + e * sign).clamp(0, 1)) == y).numpy() for e in found.details["strengths"]]
    np.testing.assert_array_equal(found.details["right"], np.stack(by_hand, axis=1))
    assert "zero_output" in found.details and not {"zero_gradient", "wrong_way"} & found.details.keys()


def test_every_strength_is_judged_by_itself():
    """A network that only the middle image fools is right again at the largest strength."""
    network = from_weights([torch.tensor([[1.0, 0.0], [0.0, 1.0]])])
    x, y = torch.tensor([[0.6, 0.5]]), torch.tensor([0])
    made = {
        "strengths": np.array([0, 0.1, 0.2]),
        "adversarials": np.array([[[0.6, 0.5]], [[0.5, 0.6]], [[0.8, 0.7]]], np.float32),
    }
    found = shown(network, x, y, made)
    assert found.details["right"].tolist() == [[True, False, True]] and found.strength.tolist() == [0.1]
    assert found.success.tolist() == [True] and found.distance[0] == pytest.approx(0.01)


def test_what_another_attack_found_is_shown_as_it_is(networks, images):
    x, y = images
    made = deepfool.run(networks[1], x, y, DEEPFOOL, torch.Generator())
    found = shown(networks[0], x, y, stored(made))
    wrong = (networks[0].predict(made.adversarial) != y).numpy()
    assert (np.isfinite(found.strength) == wrong).all() and (found.strength == found.distance).all()
    np.testing.assert_allclose(found.distance[wrong], made.distance[wrong], rtol=1e-6)


def test_an_attack_that_kept_no_images_is_one_sentence(networks, images):
    with pytest.raises(UserError, match="the attack kept no images; set keep: true"):
        shown(networks[0], *images, fgsm.run(networks[0], *images, FGSM | {"keep": False}, torch.Generator()).details)
