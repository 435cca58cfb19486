"""DeepSleep's defence, small: what each stage changes, BatchNorm on the way back, and one sentence for what will not do."""

import dataclasses

import numpy as np
import pytest
import torch

from sleep_robustness.attacks import fgsm
from sleep_robustness.attacks.diagnosis import diagnose, mismatch, unlearnt
from sleep_robustness.data import Dataset
from sleep_robustness.defences import adversarial_train, control, deepsleep, distilled
from sleep_robustness.errors import UserError
from sleep_robustness.networks import copy_of, estimate_statistics
from sleep_robustness.networks.lenet import LeNet
from sleep_robustness.networks.spiking_lenet import SpikingLeNet
from sleep_robustness.randomness import numpy_stream, torch_stream
from sleep_robustness.spiking import ustdp

TRAINING = {"network": "lenet", "epochs": 2, "batch": 32, "learning_rate": 0.1, "momentum": 0}
SLOW = {"steps": [20, 40, 20], "rates": None, "length": 1, "conv2": "frozen", "examples": 64}
FAST = {"neurons": "spiking", "epochs": 1, "examples": 128, "input": "image", "noise": 0.5, "share": 0.5, "made_on": "mixture"}
WHOLE = {"of": None, "statistics": None, "cycles": 1, "slow": SLOW, "fast": FAST}
BACK = {"of": "a", "cycles": 1, "slow": None, "fast": None}


@pytest.fixture(scope="module")
def dataset():
    rng, y = np.random.default_rng(0), np.arange(160) % 4
    x = 0.3 * rng.random((160, 28, 28), np.float32)
    for image, label in zip(x, y, strict=True):
        image[14 * (label // 2) :, 14 * (label % 2) :][:14, :14] += 0.6
    x = x.reshape(160, 784)
    return Dataset(x, y, x, y, (0.0, 1.0), (28, 28))


@pytest.fixture(scope="module")
def base(dataset):
    return control.fit(dataset, TRAINING, seed=1)


def slept(base, dataset, **change):
    network = deepsleep.begun(base)
    x = torch.from_numpy(dataset.train_x).double()
    return network, deepsleep.slow_sleep(network, x, SLOW | change, 32, torch_stream("a", 1), numpy_stream("b", 1))


def test_the_control_learns_and_leaves_out_what_does_not_fill_a_batch(dataset, base):
    assert (base.predict(torch.from_numpy(dataset.test_x)).numpy() == dataset.test_y).mean() > 0.9
    with pytest.raises(UserError, match="160 examples do not fill a batch of 161; lower batch"):
        control.fit(dataset, TRAINING | {"batch": 161}, seed=1)


def test_slow_sleep_as_released_only_normalises_the_second_convolution(dataset, base):
    network, rows = slept(base, dataset)
    expected = ustdp.normalised(base.conv2.weight.double())
    torch.testing.assert_close(network.conv2.weight.detach(), expected)
    assert not torch.allclose(network.conv1.weight, ustdp.normalised(base.conv1.weight.double()))
    largest = network.linear.weight.amax(1)
    torch.testing.assert_close(largest, torch.full_like(largest, ustdp.LARGEST))
    assert list(rows.layer) == ["conv1", "linear"] * 3 and (rows.spikes > 0).all()
    assert unlearnt(network, base) == pytest.approx(1 / 3) and unlearnt(base, base) == 1
    x, y = (torch.from_numpy(values[:20]) for values in (dataset.test_x, dataset.test_y))
    params = {"objective": "margin", "epsilon_step": 0.1, "steps": 2, "strengths": None}
    found = diagnose(network.float().eval(), base, x, y, params)
    assert found["unlearnt"] == pytest.approx(np.full(20, 1 / 3)) and "unlearnt" not in diagnose(base, None, x, y, params)
    learning, rows = slept(base, dataset, conv2="learning")
    assert unlearnt(learning, base) == 0
    assert not torch.allclose(learning.conv2.weight, expected) and (rows[rows.layer == "conv2"].spikes > 0).all()


def test_slow_sleep_may_be_shown_spikes(dataset, base):
    network, rows = slept(base, dataset, rates=[1, 0.5, 1])
    assert (rows.spikes > 0).all() and network.conv1.weight.isfinite().all()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"examples": 10}, "slow sleep: 10 examples do not fill a batch of 32; raise examples"),
        ({"rates": [1]}, "slow sleep: 1 rates for 3 levels; there must be one for each"),
    ],
)
def test_a_slow_sleep_that_will_not_do_is_one_sentence(dataset, base, change, sentence):
    with pytest.raises(UserError, match=sentence):
        slept(base, dataset, **change)


def test_the_network_handed_back_has_the_statistics_that_are_asked_for(dataset, base):
    asleep = deepsleep.fit(dataset, TRAINING | WHOLE, base=base, seed=1)
    assert isinstance(asleep, SpikingLeNet) and asleep.precision == torch.float32
    fresh, carried, estimated = (
        deepsleep.fit(dataset, TRAINING | BACK | {"statistics": one}, base=base, seed=1, of=asleep)
        for one in ("fresh", "carried", "estimated")
    )
    assert (fresh.norm1.running_mean == 0).all() and (fresh.norm2.running_var == 1).all()
    assert torch.equal(carried.norm2.running_mean, asleep.norm2.running_mean)
    given = estimated.conv1(torch.from_numpy(dataset.train_x).reshape(-1, 1, 28, 28))
    torch.testing.assert_close(estimated.norm1.running_mean, given.mean((0, 2, 3)), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(estimated.norm1.running_var, given.var((0, 2, 3)), rtol=1e-3, atol=1e-5)
    for one in (fresh, carried, estimated):
        assert all(torch.equal(one.get_parameter(name), own) for name, own in asleep.named_parameters() if "spike" not in name)


def test_statistics_that_are_not_those_of_the_images_are_found(dataset, base):
    """A channel whose stored mean is 3 stored standard deviations off, and one whose standard deviation is a fourth."""
    x, network = torch.from_numpy(dataset.train_x), copy_of(base)
    estimate_statistics(network, x, size=len(x))
    assert mismatch(network, x) < 0.01
    network.norm2.running_mean[4] += 3 * network.norm2.running_var[4].sqrt()
    assert mismatch(network, x) == pytest.approx(3, rel=0.01)
    network.norm2.running_mean[4] -= 3 * network.norm2.running_var[4].sqrt()
    network.norm2.running_var[7] /= 16
    assert mismatch(network, x) == pytest.approx(2, rel=0.01)
    network.norm2.running_var[7] *= 16
    network.norm1.running_var[:] = 1e9  # all else is then off as well
    assert mismatch(network, x) > 3


def test_a_sleep_that_goes_on_from_another_variants_is_the_sleep_of_both(dataset, base):
    whole = deepsleep.fit(dataset, TRAINING | WHOLE | {"statistics": "carried"}, base=base, seed=1)
    slow = deepsleep.fit(dataset, TRAINING | WHOLE | {"fast": None}, base=base, seed=1)
    before = {name: values.clone() for name, values in slow.state_dict().items()}
    then_fast = TRAINING | BACK | {"statistics": "carried", "fast": FAST}
    of_both = deepsleep.fit(dataset, then_fast, base=base, seed=1, of=slow)
    assert all(torch.equal(values, whole.state_dict()[name]) for name, values in of_both.state_dict().items())
    assert all(torch.equal(values, before[name]) for name, values in slow.state_dict().items())
    asleep = deepsleep.fit(dataset, then_fast | {"statistics": None}, base=base, seed=1, of=slow)
    back = deepsleep.fit(dataset, TRAINING | BACK | {"statistics": "carried"}, base=base, seed=1, of=asleep)
    assert all(torch.equal(values, whole.state_dict()[name]) for name, values in back.state_dict().items())


def test_without_any_sleep_the_control_comes_back_with_other_statistics(dataset, base):
    network = deepsleep.fit(dataset, TRAINING | WHOLE | {"statistics": "fresh", "slow": None, "fast": None}, base=base, seed=1)
    assert torch.equal(network.conv1.weight, base.conv1.weight) and not torch.equal(
        network.norm1.running_mean, base.norm1.running_mean
    )


def test_the_mixture_that_noise_is_made_on_moves_with_the_network(dataset, base, monkeypatch):
    seen = []

    def noise(attacked, fast, bounds, rng):
        def change(x, targets):
            seen.append([attacked.conv1.weight.clone(), attacked.linear.weight.clone(), attacked.norm1.running_mean.clone()])
            return x

        return change

    monkeypatch.setattr(deepsleep, "_noise", noise)
    for made_on, moves in (("mixture", True), ("control", False)):
        seen.clear()
        deepsleep.fit(dataset, TRAINING | WHOLE | {"fast": FAST | {"made_on": made_on}}, base=base, seed=1)
        assert torch.equal(seen[0][0], seen[-1][0]) != moves
        assert all(torch.equal(linear, base.linear.weight.double()) for _, linear, _ in seen)
        assert all(torch.equal(mean, base.norm1.running_mean.double()) for *_, mean in seen)


def test_a_network_may_be_awake_under_the_same_noise(dataset, base):
    awake = WHOLE | {"slow": None, "fast": FAST | {"neurons": "relu", "made_on": "control"}}
    network = deepsleep.fit(dataset, TRAINING | awake | {"statistics": "carried"}, base=base, seed=1)
    assert type(network) is LeNet and not torch.equal(network.conv1.weight, base.conv1.weight)
    assert (network.norm1.running_var != 1).all()
    with pytest.raises(UserError, match="fast sleep: its neurons are relu, which are shown images; set input to image"):
        deepsleep.fit(dataset, TRAINING | awake | {"fast": awake["fast"] | {"input": "spikes"}}, base=base, seed=1)


def test_another_kind_of_network_is_one_sentence(dataset):
    relu = control.fit(
        dataset, {"sizes": [784, 5, 4], "dropout": 0, "weight_spread": 0.1} | TRAINING | {"network": "relu"}, seed=1
    )
    with pytest.raises(UserError, match="deepsleep: it takes networks of the kind lenet, not relu"):
        deepsleep.fit(dataset, TRAINING | WHOLE, base=relu, seed=1)
    small = Dataset(dataset.train_x[:, :100], dataset.train_y, dataset.test_x[:, :100], dataset.test_y, (0.0, 1.0), (10, 10))
    with pytest.raises(UserError, match=r"network is lenet, which takes images of 28 × 28 pixels, not of shape \(10, 10\)"):
        control.fit(small, TRAINING, seed=1)


def test_adversarial_train_withstands_what_it_was_trained_on(dataset, base):
    x, y = torch.from_numpy(dataset.test_x), torch.from_numpy(dataset.test_y)
    params = {"by": "fgsm", "strength": 0.3, "step": None, "share": 1, "epochs": 6, "examples": 160}
    trained = adversarial_train.fit(dataset, TRAINING | params, base=base, seed=1)
    own = {"objective": "loss", "epsilon_step": 0.3, "steps": 1}
    left = [fgsm.run(network, x, y, own, torch.Generator()).details["right"][:, 1].mean() for network in (base, trained)]
    assert left[1] > left[0]


def test_a_student_learns_from_its_teacher_at_its_temperature(dataset, base):
    params = TRAINING | {"of": None, "temperature": 10, "attacked_at": 1, "teacher": "trained", "double_softmax": False}
    params |= {"teacher_epochs": 20, "epochs": 20, "examples": 1000}
    student = distilled.fit(dataset, params, base=base, seed=1)
    right = student.predict(torch.from_numpy(dataset.test_x)).numpy() == dataset.test_y
    assert right.mean() > 0.9 and student.temperature == 1
    kept = distilled.fit(dataset, params | {"of": "a", "attacked_at": 10}, base=base, seed=1, of=student)
    assert kept.temperature == 10 and torch.equal(kept.linear.weight, copy_of(student).linear.weight)
    again = distilled.fit(dataset, params | {"double_softmax": True, "epochs": 1}, base=base, seed=1)
    assert not torch.equal(again.linear.weight, student.linear.weight)
    fewer = distilled.fit(dataset, params | {"examples": 32, "epochs": 1}, base=base, seed=1)
    of_few = dataclasses.replace(dataset, train_x=dataset.train_x[:32], train_y=dataset.train_y[:32])
    assert torch.equal(fewer.linear.weight, distilled.fit(of_few, params | {"epochs": 1}, base=base, seed=1).linear.weight)


def test_a_softmax_taken_twice_is_nearly_flat():
    """However sure a network of two classes is, the loss lies between ln(1 + 1/e) and ln(1 + e)."""
    network = LeNet(classes=2, temperature=1.0)
    logits, targets = torch.tensor([[50.0, 0.0], [0.0, 50.0]]), torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    expected = torch.log1p(torch.exp(torch.tensor([-1.0, 1.0])))
    torch.testing.assert_close(distilled.doubled(network, logits, targets), expected)


def test_a_relu_network_has_its_own_loss(dataset):
    relu = {"sizes": [784, 5, 4], "dropout": 0, "weight_spread": 0.1} | TRAINING | {"network": "relu"}
    twice = {
        "of": None,
        "temperature": 10,
        "attacked_at": 1,
        "teacher": "untrained",
        "double_softmax": True,
        "teacher_epochs": 1,
        "epochs": 1,
        "examples": 8,
    }
    with pytest.raises(UserError, match="a relu network is trained by its own loss; set double_softmax to false"):
        distilled.fit(dataset, relu | twice, seed=1)
