"""The parts of the sleep phase around its engines: rules, encoding, normalisation, and the defence that joins them."""

import numpy as np
import pytest
import torch

from sleep_robustness.errors import UserError
from sleep_robustness.networks import copy_of
from sleep_robustness.networks.relu import ReluNetwork, from_weights
from sleep_robustness.spiking.encode import encode, presented
from sleep_robustness.spiking.normalise import largest, normalisation
from sleep_robustness.spiking.plasticity import RULES, released


@pytest.mark.filterwarnings("ignore:overflow encountered in exp")  # exp becomes ∞ and the gate is 2
def test_rules_by_hand():
    """Changes of the weights −1, 0 and 1 where the input spiked and where it was silent."""
    weight = np.array([-1.0, 0.0, 1.0])
    by_rule = {name: [change + 0 * weight for change in rule(weight, 0.1, 0.2)] for name, rule in RULES.items()}
    np.testing.assert_allclose(by_rule["printed"], [[0.1] * 3, [-0.2] * 3])
    np.testing.assert_allclose(by_rule["inverted"], [[-0.2] * 3, [0.1] * 3])
    np.testing.assert_allclose(by_rule["released"], [[0.2, 0.1, 0], [-0.4, -0.2, 0]], atol=1e-12)
    assert np.isfinite(released(np.array([-1e3]), 0.1, 0.2)).all()


def test_spike_shares_follow_rate_factor_and_pixel():
    x = np.array([[0.0, 0.25, 1.0, 30.0]])
    for factor in (1, 2):
        spikes = encode(x, 40.0, factor, np.zeros(20_000, int), np.random.default_rng(0))
        np.testing.assert_allclose(spikes.mean(0), [0, 0.01 * factor, 0.04 * factor, 1], atol=0.005)


def test_orders_of_presentation():
    x, rng = np.zeros((3, 1)), np.random.default_rng(0)
    assert presented(x, 7, "storage", rng).tolist() == [0, 1, 2, 0, 1, 2, 0]
    shuffled = presented(x, 6, "shuffled", rng)
    assert sorted(shuffled[:3]) == sorted(shuffled[3:]) == [0, 1, 2]
    assert presented(x, 2, "mean", rng).tolist() == [-1, -1]


def test_normalisation_by_hand():
    """Largest of weight and activation: layer 1 has 4 (an activation), layer 2 has 3 (a weight): d = 4, 3/4."""
    net = from_weights([torch.tensor([[2.0, 2.0]]), torch.tensor([[3.0], [-9.0]])], dropout=0.5)
    np.testing.assert_allclose(normalisation(net, torch.tensor([[2.0, 2.0]])), [1 / 4, 1 / (12 / 4)])


def test_normalisation_takes_what_the_network_knows_and_not_a_copy():
    """As by hand, though the examples are others."""
    net = from_weights([torch.tensor([[2.0, 2.0]]), torch.tensor([[3.0], [-9.0]])], dropout=0.5)
    x = torch.tensor([[2.0, 2.0]])
    net.largest = largest(net, x)
    assert normalisation(net, 100 * x) == normalisation(net, x) == [1 / 4, 1 / (12 / 4)]
    assert normalisation(copy_of(net), 100 * x) != normalisation(net, x)


@pytest.mark.parametrize(
    ("x", "rate", "sentence"),
    [
        (np.ones((1, 2)), -40.0, "the rate, -40.0 Hz, and the spike factor, 2, must be finite and above 0"),
        (np.ones((1, 2)), np.inf, "the rate, inf Hz"),
        (np.array([[1.0, -0.1]]), 40.0, "inputs must be finite and not negative"),
        (np.array([[1.0, np.nan]]), 40.0, "inputs must be finite and not negative"),
        (np.array([[1.0, np.inf]]), 40.0, "inputs must be finite and not negative"),
    ],
)
def test_inputs_that_cannot_be_encoded_are_one_sentence(x, rate, sentence):
    with pytest.raises(UserError, match=sentence):
        encode(x, rate, 2, np.zeros(3, int), np.random.default_rng(0))


def test_nothing_to_present_is_one_sentence():
    with pytest.raises(UserError, match="there is no example to present"):
        presented(np.ones((0, 3)), 5, "storage", np.random.default_rng(0))
    with pytest.raises(UserError, match="there is no input to encode"):
        encode(np.ones((0, 3)), 40.0, 2, np.zeros(0, int), np.random.default_rng(0))


def test_an_unknown_order_is_one_sentence():
    with pytest.raises(UserError, match="no order 'sorted'; there are storage, shuffled, mean"):
        presented(np.ones((2, 3)), 5, "sorted", np.random.default_rng(0))


def test_a_network_keeps_its_form_asleep():
    from sleep_robustness.data import patches
    from sleep_robustness.defences import control
    from sleep_robustness.defences import sleep as defence

    data = patches.load()
    training = {"sizes": [100, 4], "dropout": 0.0, "weight_spread": 0.01, "epochs": 1, "batch": 4}
    training |= {"learning_rate": 0.1, "momentum": 0.5}
    params = {"rule": "released", "order": "storage", "spike_factor": 2, "rate": 64, "steps": 2000, "thresholds": [1.045]}
    params |= {"presentations": 1, "updates": None}
    params |= {"current": 2.5, "increase": 0.0035, "decrease": 0.0002, "decay": 0.999}
    base = control.fit(data, training, seed=1)
    network = defence.fit(data, training | params, base=base, seed=1)
    assert isinstance(network, ReluNetwork) and network.sizes == base.sizes
    assert network.history.spikes[0] > 0 and not torch.equal(network.weights[0], base.weights[0])
