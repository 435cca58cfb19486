"""Our own controls for sleep: other changes of the weights that it moves, and adversarial training; and sleep's own limits."""

import numpy as np
import pytest
import torch

from sleep_robustness.attacks import fgsm, pgd
from sleep_robustness.data import patches
from sleep_robustness.defences import adversarial, control, shuffled_sleep, sleep, weight_noise

TRAINING = {"sizes": [100, 30, 20, 4], "dropout": 0.2, "weight_spread": 0.3, "epochs": 100, "batch": 4, "learning_rate": 0.1}
TRAINING |= {"momentum": 0.5}
SLEEP = {"rule": "released", "order": "storage", "spike_factor": 2, "decay": 0.999, "rate": 60, "steps": 300, "current": 2.0}
SLEEP |= {"thresholds": [0.6, 0.5, 0.5], "increase": 0.02, "decrease": 0.01, "presentations": 1, "updates": None}


@pytest.fixture(scope="module")
def dataset():
    return patches.load()


@pytest.fixture(scope="module")
def base(dataset):
    return control.fit(dataset, TRAINING, seed=1)


def changes(base, network):
    """What became of each layer's weights."""
    return [(new - old).detach().numpy() for old, new in zip(base.weights, network.weights, strict=True)]


@pytest.fixture(scope="module")
def slept(dataset, base):
    return changes(base, sleep.fit(dataset, SLEEP, base, seed=1))


@pytest.mark.parametrize("defence", [shuffled_sleep, weight_noise])
def test_the_same_weights_move_otherwise(dataset, base, slept, defence):
    found = changes(base, defence.fit(dataset, {"sleep": SLEEP}, base, seed=1))
    for own, theirs in zip(found, slept, strict=True):
        np.testing.assert_array_equal(own[theirs == 0], 0)
        moved = theirs != 0
        assert moved.sum() > 20 and abs(np.corrcoef(own[moved], theirs[moved])[0, 1]) < 4 / np.sqrt(moved.sum())


def test_shuffled_sleep_deals_out_sleeps_own_changes(dataset, base, slept):
    found = changes(base, shuffled_sleep.fit(dataset, {"sleep": SLEEP}, base, seed=1))
    for own, theirs in zip(found, slept, strict=True):
        np.testing.assert_allclose(np.sort(own[theirs != 0]), np.sort(theirs[theirs != 0]), atol=1e-6)


def test_weight_noise_has_the_size_of_sleeps_changes_and_no_direction(dataset, base, slept):
    found = changes(base, weight_noise.fit(dataset, {"sleep": SLEEP}, base, seed=1))
    for own, theirs in zip(found, slept, strict=True):
        moved = theirs != 0
        count = moved.sum()
        assert np.sqrt(np.mean(own[moved] ** 2)) == pytest.approx(np.sqrt(np.mean(theirs[moved] ** 2)), rel=4 / np.sqrt(count))
        assert abs(own[moved].mean()) < 4 * own[moved].std() / np.sqrt(count)


@pytest.mark.parametrize("defence", [shuffled_sleep, weight_noise])
def test_where_sleep_does_nothing_so_do_its_controls(dataset, base, defence):
    still = SLEEP | {"thresholds": [1e6] * 3}
    assert all((one == 0).all() for one in changes(base, defence.fit(dataset, {"sleep": still}, base, seed=1)))


def test_adversarial_training_withstands_what_fools_the_control(dataset, base):
    """Both networks by FGSM and PGD at an ε that the one was trained on."""
    params = TRAINING | {"hidden": [30], "strength": 0.2, "epochs": 300}
    network = adversarial.fit(dataset, params, seed=1)
    assert list(network.sizes) == [100, 30, 4] and len(network.history) == 300
    x, y = torch.from_numpy(dataset.test_x), torch.from_numpy(dataset.test_y)
    right = {}
    for name, one in {"robust": network, "control": base}.items():
        by_fgsm = fgsm.run(one, x, y, {"objective": "margin", "epsilon_step": 0.2, "steps": 1}, torch.Generator())
        by_pgd = pgd.run(one, x, y, {"strengths": [0.2], "steps": 20, "restarts": 2}, torch.Generator().manual_seed(0))
        right[name] = [by_fgsm.details["right"][:, -1].mean(), by_pgd.details["right"][:, -1].mean()]
    assert min(right["robust"]) == 1 and max(right["control"]) < 1


def test_images_made_on_another_network_are_those_of_its_own_attack(dataset, base):
    """Attacked by what is made on itself a network falls as ever; by what another is fooled by, as that image says."""
    x, y = torch.from_numpy(dataset.test_x), torch.from_numpy(dataset.test_y)
    params, other = {"objective": "margin", "epsilon_step": 0.05, "steps": 10}, control.fit(dataset, TRAINING, seed=2)
    own, same, shared = (
        fgsm.run(base, x, y, params | source, torch.Generator()) for source in ({}, {"source": base}, {"source": other})
    )
    np.testing.assert_array_equal(own.details["right"], same.details["right"])
    sign, _ = fgsm.gradient_sign(other, x, y, fgsm.margin)
    by_hand = np.stack([(base.predict((x + e * sign).clamp(0, 1)) == y).numpy() for e in shared.details["strengths"]], axis=1)
    np.testing.assert_array_equal(shared.details["right"], by_hand)
    told = fgsm.run(base, x, y, params | {"source": other, "made_on": "control"}, torch.Generator()).details
    assert "zero_output" in told and not {"zero_gradient", "wrong_way"} & told.keys()  # of a gradient that is not its own


def test_each_image_is_shown_for_as_long_as_it_says(dataset, base):
    _, spikes, _ = sleep.bedded(dataset, SLEEP | {"presentations": 100, "rate": 1e5, "steps": 250}, base, 1, "cpu")
    assert spikes.shape == (250, 100)
    np.testing.assert_array_equal(spikes, np.repeat(dataset.train_x[:3] > 0, 100, axis=0)[:250])


@pytest.mark.parametrize("piece", [7, 50, 1000])
def test_sleep_ends_with_the_step_that_reaches_the_updates(dataset, base, monkeypatch, piece):
    """Counted by hand from the whole sleep's spikes; in pieces as at once."""
    monkeypatch.setattr(sleep, "PIECE", piece)
    weights, spikes, parameters = sleep.bedded(dataset, SLEEP, base, 1, "cpu")
    whole = sleep.sleep(weights, spikes, parameters, SLEEP["rule"], rasters=True)
    so_far = sum(raster.sum(1) * weight.shape[1] for raster, weight in zip(whole.rasters[1:], weights, strict=True)).cumsum()
    limit = int(so_far[120])
    ends = int(np.flatnonzero(so_far >= limit)[0]) + 1
    _, shorter, _ = sleep.bedded(dataset, SLEEP | {"updates": limit}, base, 1, "cpu")
    np.testing.assert_array_equal(shorter, spikes[:ends])
    _, all_of_it, _ = sleep.bedded(dataset, SLEEP | {"updates": int(so_far[-1]) + 1}, base, 1, "cpu")
    np.testing.assert_array_equal(all_of_it, spikes)
