import numpy as np
import pytest
import torch
from conftest import CONFIG

from sleep_robustness.attacks import attack
from sleep_robustness.data import Dataset, patches
from sleep_robustness.defences import control, distillation, finetune
from sleep_robustness.networks import copy_of, in_float64
from sleep_robustness.randomness import torch_stream

TRAINING = {
    "sizes": [36, 30, 3], "dropout": 0.2, "weight_spread": 0.1, "epochs": 20, "batch": 10,
    "learning_rate": 0.1, "momentum": 0.5,
}  # fmt: skip
T50, RELEASED = {"temperature": 50, "attacked_at": 1, "of": None}, {"temperature": None, "attacked_at": None, "of": None}
TUNING = {"attack": None, "examples": 40, "keep_originals": False, "epochs": 2, "learning_rate": 0.05}


@pytest.fixture(scope="module")
def dataset():
    """Three bars in 6 × 6 images, noisy."""
    rng = np.random.default_rng(0)
    y = np.arange(120) % 3
    images = 0.1 * rng.random((120, 6, 6))
    for image, label in zip(images, y, strict=True):
        image[2 * label : 2 * label + 2] += 0.8
    x = np.clip(images, 0, 1).reshape(120, 36).astype(np.float32)
    return Dataset(x[:90], y[:90], x[90:], y[90:], (0.0, 1.0), (6, 6))


@pytest.fixture(scope="module")
def base(dataset):
    return control.fit(dataset, TRAINING, seed=1)


def weights_of(network):
    return [weight.detach().clone() for weight in network.weights]


def test_distillation_at_a_temperature_trains_twice_and_goes_back_to_1(dataset):
    network = distillation.fit(dataset, TRAINING | T50, seed=1)
    assert network.temperature == 1 and len(network.history) == 2 * TRAINING["epochs"]
    assert (network.predict(torch.from_numpy(dataset.test_x)).numpy() == dataset.test_y).all()
    kept = distillation.fit(dataset, TRAINING | T50 | {"attacked_at": 50}, seed=1)
    same = distillation.fit(dataset, TRAINING | T50 | {"attacked_at": 50, "of": "t50"}, of=network, seed=1)
    assert same.temperature == 50 and all(torch.equal(a, b) for a, b in zip(same.weights, kept.weights, strict=True))
    assert kept.temperature == 50 and all(torch.equal(a, b) for a, b in zip(network.weights, kept.weights, strict=True))


def test_distillations_second_training_is_on_the_soft_labels_of_the_first(dataset, monkeypatch):
    """The targets of the second training are the outputs, in test mode and at T, of the network that the first one left."""
    seen = []
    real = distillation.train_with

    def spy(params, network, x, targets, rng):
        seen.append((copy_of(network), targets.clone()))
        real(params, network, x, targets, rng)

    monkeypatch.setattr(distillation, "train_with", spy)
    distillation.fit(dataset, TRAINING | T50, seed=1)
    (_, hard), (first, soft) = seen
    assert set(hard.unique().tolist()) == {0.0, 1.0} and first.temperature == 50
    torch.testing.assert_close(soft, first.double()(torch.from_numpy(dataset.train_x).double()))


def test_released_distillation_goes_on_from_the_control_on_its_outputs_with_dropout(dataset, base, monkeypatch):
    seen = []
    monkeypatch.setattr(distillation, "train_with", lambda params, network, x, targets, rng: seen.append((network, targets)))
    before = weights_of(base)
    distillation.fit(dataset, TRAINING | RELEASED, base=base, seed=1)
    ((network, soft),) = seen
    x = torch.from_numpy(dataset.train_x)
    assert network.temperature is None and all(torch.equal(a, b) for a, b in zip(before, network.weights, strict=True))
    assert not torch.allclose(soft.float(), base(x)) and (soft >= 0).all()  # training mode, ReLU output
    assert (soft.argmax(1).numpy() == dataset.train_y).mean() > 0.9


@pytest.mark.parametrize(("on", "strongest"), [("fgsm", 0.1), ("noise", 0.9), ("blur", 2.5)])
def test_fine_tuning_changes_the_first_examples_within_range_and_bounds(dataset, base, monkeypatch, on, strongest):
    seen = []
    monkeypatch.setattr(finetune, "train_with", lambda params, network, x, targets, rng: seen.append((x, targets)))
    finetune.fit(dataset, TRAINING | TUNING | {"tuned_on": on, "strongest": strongest}, base=base, seed=1)
    ((x, targets),) = seen
    original = torch.from_numpy(dataset.train_x)
    assert x.shape == original.shape and targets.argmax(1).numpy().tolist() == dataset.train_y.tolist()
    assert torch.equal(x[40:], original[40:]) and (x[:40] != original[:40]).any(1).float().mean() > 0.8
    assert (x >= 0).all() and (x <= 1).all()
    moved = (x - original)[:40].abs().amax(1)
    if on == "fgsm":
        assert moved.max() <= strongest + 1e-6 and moved.max() > 0.9 * strongest
    else:  # one strength an image, from weak to strong
        assert moved.min() < 0.5 * moved.max()


@pytest.mark.parametrize(
    ("on", "params"),
    [
        ("deepfool", {"form": "foolbox", "steps": 50, "overshoot": 0.02, "deviations": []}),
        ("jsma", {"share": 0.1, "steps": 100, "changes": 7, "dropout": True}),
    ],
)
def test_fine_tuning_on_an_attack_takes_what_it_ends_with_on_the_control(dataset, base, monkeypatch, on, params):
    seen = []
    monkeypatch.setattr(finetune, "train_with", lambda params, network, x, targets, rng: seen.append((x, targets)))
    tuning = TRAINING | TUNING | {"tuned_on": on, "strongest": None, "attack": params}
    finetune.fit(dataset, tuning, base=base, seed=1)
    finetune.fit(dataset, tuning, base=base, seed=1)
    (x, targets), (again, _) = seen
    x0, y = torch.from_numpy(dataset.train_x), torch.from_numpy(dataset.train_y)
    rng = torch_stream(f"attack {on} on training images", 1)
    expected = attack(on).run(in_float64(base), x0[:40].double(), y[:40], params, rng).adversarial
    assert torch.equal(x[:40], expected) and torch.equal(x, again) and torch.equal(x[40:], x0[40:].double())
    assert torch.equal(targets.argmax(1), y) and (x[:40] != x0[:40]).any(1).float().mean() > 0.9


def test_fine_tuning_may_keep_the_originals(dataset, base, monkeypatch):
    seen = []
    monkeypatch.setattr(finetune, "train_with", lambda params, network, x, targets, rng: seen.append(x))
    params = TRAINING | TUNING | {"tuned_on": "noise", "strongest": 0.9, "examples": "all", "keep_originals": True}
    finetune.fit(dataset, params, base=base, seed=1)
    assert len(seen[0]) == 180 and torch.equal(seen[0][90:], torch.from_numpy(dataset.train_x))


def test_patches_are_the_papers():
    data = patches.load()
    images = data.train_x
    assert data.classes == 4 and data.shape == (10, 10) and set(np.unique(images)) == {0.0, 1.0}
    assert (images.sum(1) == 25).all() and (images.sum(0) == 4).sum() == 15 and (images.sum(0) == 1).sum() == 40


def test_patches_networks_are_all_right_on_every_seed():

    config = CONFIG["datasets"]["patches"]
    assert len(config["seeds"]) >= 20
    data = patches.load()
    for seed in config["seeds"]:
        network = control.fit(data, config["training"], seed=seed)
        assert (network.predict(torch.from_numpy(data.test_x)).numpy() == data.test_y).all(), seed
