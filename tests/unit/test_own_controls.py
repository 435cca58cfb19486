"""Our own controls for sleep: other changes of the weights that it moves, and adversarial training; and sleep's own limits."""

import numpy as np
import pytest
import torch

from sleep_robustness.attacks import fgsm, pgd
from sleep_robustness.data import patches
from sleep_robustness.defences import ablated, adversarial, control, shuffled_sleep, sleep, weight_noise
from sleep_robustness.networks.relu import from_weights

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


@pytest.fixture(scope="module")
def spikes(dataset, base):
    return sleep.asleep(dataset, SLEEP, base, 1, "cpu").spike_counts


def test_weight_noise_moves_the_same_weights_otherwise(dataset, base, slept):
    found = changes(base, weight_noise.fit(dataset, {"sleep": SLEEP}, base, seed=1))
    for own, theirs in zip(found, slept, strict=True):
        np.testing.assert_array_equal(own[theirs == 0], 0)
        moved = theirs != 0
        assert moved.sum() > 20 and abs(np.corrcoef(own[moved], theirs[moved])[0, 1]) < 4 / np.sqrt(moved.sum())


def test_shuffled_sleep_keeps_each_neurons_changes_but_for_a_constant_and_its_mean_drive(dataset, base, slept):
    """The constant is of the inputs that are ever active; Patches has many that never are, and as many after a ReLU."""
    found = changes(base, shuffled_sleep.fit(dataset, {"sleep": SLEEP}, base, seed=1))
    given = [dataset.train_x, *base.activations(torch.from_numpy(dataset.train_x))[:-1]]
    means = [torch.as_tensor(rows).detach().double().mean(0).numpy() for rows in given]
    assert any((mean == 0).any() for mean in means)
    for own, theirs, mean in zip(found, slept, means, strict=True):
        np.testing.assert_allclose(own @ mean, theirs @ mean, atol=1e-5)
        for new, old in zip(own, theirs, strict=True):
            if not old.any():
                np.testing.assert_array_equal(new, 0)
                continue
            left = list(old)
            for value in new[mean == 0]:  # as they were, elsewhere
                left.pop(int(np.argmin(np.abs(np.array(left) - value))))
            shifts = np.sort(new[mean > 0]) - np.sort(left)
            np.testing.assert_allclose(shifts, shifts.mean(), atol=1e-5)
    moved = [(own, theirs) for own, theirs in zip(found, slept, strict=True) if theirs.any()]
    assert moved and all(np.mean(own != theirs) > 0.2 for own, theirs in moved)


def test_what_slept_is_cut_out_by_setting_its_rows_to_0(dataset, base, spikes):
    network = ablated.fit(dataset, {"sleep": SLEEP, "by": "slept"}, base, seed=1)
    by_hand = [weight.detach().numpy().copy() for weight in base.weights]
    for weight, counts in zip(by_hand[:-1], spikes[1:-1], strict=True):
        weight[counts > 0] = 0
        assert 0 < (counts > 0).sum() < len(counts)
    for own, wanted in zip(network.weights, by_hand, strict=True):
        np.testing.assert_array_equal(own.detach(), wanted)
    assert list(network.history.cut) == [*((counts > 0).sum() for counts in spikes[1:-1]), 0]


@pytest.mark.parametrize("by", ablated.PARAMETERS["by"]["enum"])
def test_as_many_neurons_of_each_layer_are_cut_as_slept(dataset, base, spikes, by):
    network = ablated.fit(dataset, {"sleep": SLEEP, "by": by}, base, seed=1)
    silent = [int((weight == 0).all(1).sum()) for weight in network.weights]
    assert silent == [*(int((counts > 0).sum()) for counts in spikes[1:-1]), 0]
    kept = [weight.any(1) for weight in network.weights]
    assert all(torch.equal(own[rows], old[rows]) for own, old, rows in zip(network.weights, base.weights, kept, strict=True))


@pytest.mark.parametrize(
    ("by", "first", "second"),
    [
        ("slept", [0, 3], [1]),
        ("most_active", [0, 2], [0]),
        ("least_active", [1, 3], [1]),
        ("largest", [1, 2], [1]),
        ("smallest", [0, 3], [0]),
    ],
)
def test_which_neurons_are_cut(by, first, second):
    """By hand: over both inputs, mean activations 1, 0, 1.5 and .25 of the first layer, 2.75 and 1 of the second."""
    weights = [[[1, 1], [-3, -3], [3, 0], [0, 0.5]], [[1, 0, 1, 1], [0, 9, 0, 4]], [[1, 1]] * 2]
    network, x = from_weights([torch.tensor(one).float() for one in weights]), torch.eye(2)
    spikes = [np.array(counts) for counts in ([5, 5], [2, 0, 0, 1], [0, 3], [1, 1])]
    cut = ablated.chosen(by, network, network.mean_inputs(x), spikes, seed=1)
    assert [list(np.flatnonzero(own)) for own in cut] == [first, second]
    out = ablated.without(network, cut).activations(x)
    assert not out[0][:, first].any() and not out[1][:, second].any()


def test_a_network_without_a_hidden_layer_has_nothing_to_cut(dataset):
    base = control.fit(dataset, TRAINING | {"sizes": [100, 4]}, seed=1)
    network = ablated.fit(dataset, {"sleep": SLEEP | {"thresholds": [0.6]}, "by": "slept"}, base, seed=1)
    assert network.history.spikes.sum() > 0 and not any(one.any() for one in changes(base, network))


def test_weight_noise_has_the_size_of_sleeps_changes_and_no_direction(dataset, base, slept):
    found = changes(base, weight_noise.fit(dataset, {"sleep": SLEEP}, base, seed=1))
    for own, theirs in zip(found, slept, strict=True):
        moved = theirs != 0
        count = moved.sum()
        assert np.sqrt(np.mean(own[moved] ** 2)) == pytest.approx(np.sqrt(np.mean(theirs[moved] ** 2)), rel=4 / np.sqrt(count))
        assert abs(own[moved].mean()) < 4 * own[moved].std() / np.sqrt(count)


@pytest.mark.parametrize("defence", [ablated, shuffled_sleep, weight_noise])
def test_where_sleep_does_nothing_so_do_its_controls(dataset, base, defence):
    still = {"sleep": SLEEP | {"thresholds": [1e6] * 3}, "by": "random"}
    assert all((one == 0).all() for one in changes(base, defence.fit(dataset, still, base, seed=1)))


def test_adversarial_training_withstands_what_fools_the_control(dataset, base):
    """Both networks by FGSM and PGD at an ε that the one was trained on."""
    params = TRAINING | {"hidden": [30], "strength": 0.2, "epochs": 300}
    network = adversarial.fit(dataset, params, seed=1)
    assert list(network.sizes) == [100, 30, 4] and len(network.history) == 300
    x, y = torch.from_numpy(dataset.test_x), torch.from_numpy(dataset.test_y)
    right = {}
    for name, one in {"robust": network, "control": base}.items():
        by_fgsm = fgsm.run(one, x, y, {"objective": "margin", "epsilon_step": 0.2, "steps": 1}, torch.Generator())
        by_pgd = pgd.run(
            one, x, y, {"strengths": [0.2], "steps": 20, "targets": 1, "restarts": 2}, torch.Generator().manual_seed(0)
        )
        right[name] = [by_fgsm.details["right"][:, -1].mean(), by_pgd.details["right"][:, -1].mean()]
    assert min(right["robust"]) == 1 and max(right["control"]) < 1


def test_each_image_is_shown_for_as_long_as_it_says(dataset, base):
    _, spikes, _ = sleep.bedded(dataset, SLEEP | {"presentations": 100, "rate": 1e5, "steps": 250}, base, 1, "cpu")
    assert spikes.shape == (250, 100)
    np.testing.assert_array_equal(spikes, np.repeat(dataset.train_x[:3] > 0, 100, axis=0)[:250])


@pytest.mark.parametrize("piece", [7, 50, 1000])
def test_sleep_ends_with_the_step_that_reaches_the_updates(dataset, base, monkeypatch, piece):
    """Counted by hand from the whole sleep's spikes; in pieces as at once."""
    monkeypatch.setattr(sleep, "PIECES", (piece, 2 * piece))
    weights, spikes, parameters = sleep.bedded(dataset, SLEEP, base, 1, "cpu")
    whole = sleep.sleep(weights, spikes, parameters, SLEEP["rule"], rasters=True)
    so_far = sum(raster.sum(1) * weight.shape[1] for raster, weight in zip(whole.rasters[1:], weights, strict=True)).cumsum()
    limit = int(so_far[120])
    ends = int(np.flatnonzero(so_far >= limit)[0]) + 1
    _, shorter, _ = sleep.bedded(dataset, SLEEP | {"updates": limit}, base, 1, "cpu")
    np.testing.assert_array_equal(shorter, spikes[:ends])
    _, all_of_it, _ = sleep.bedded(dataset, SLEEP | {"updates": int(so_far[-1]) + 1}, base, 1, "cpu")
    np.testing.assert_array_equal(all_of_it, spikes)
