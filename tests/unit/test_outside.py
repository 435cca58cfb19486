"""Networks of a user's own, evaluated and put to sleep. Bad input that was tried: images that are bytes, outside 0 to 1, not
square, none; no image to attack, no strength, one of 0; labels that are not one for each; networks that give no logits,
probabilities, or another answer each time; for sleep biases, two linear layers in a row, a convolution, no Sequential, params
that are missing, misspelt or out of range."""

import re

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

import sleep_robustness
from sleep_robustness import evaluate, evaluation, sleep_network
from sleep_robustness.asleep import PARAMETERS
from sleep_robustness.errors import UserError
from sleep_robustness.networks.relu import from_weights
from sleep_robustness.randomness import numpy_stream
from sleep_robustness.spiking import SleepParameters, sleep
from sleep_robustness.spiking.encode import encode
from sleep_robustness.spiking.normalise import normalisation
from sleep_robustness.vision import torchvision

SLEEP = {"rule": "released", "order": "storage", "spike_factor": 1, "rate": 200, "steps": 300, "thresholds": [1.0, 1.0]}
SLEEP |= {"current": 2.0, "increase": 0.05, "decrease": 0.02, "decay": 0.99, "presentations": 1, "updates": None}


@pytest.fixture(scope="module")
def halves():
    """Images of 8 × 8 whose left or right half is the brighter by .4, in four classes by which half and how bright it is."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 4, 80)
    x = np.full((80, 8, 8), 0.3, np.float32)
    x[:, :, :4] += np.where(y % 2 == 0, 0.4, 0)[:, None, None].astype(np.float32)
    x[:, :, 4:] += np.where(y % 2 == 1, 0.4, 0)[:, None, None].astype(np.float32)
    x[:, 0] = np.where(y < 2, 0, 1)[:, None]
    return x, y


@pytest.fixture(scope="module")
def linear():
    """A network that tells the halves apart by their sums, and bright from dark by the first row."""
    left, top = torch.zeros(8, 8), torch.zeros(8, 8)
    left[1:, :4], left[1:, 4:] = 1 / 28, -1 / 28
    top[0], offset = 1 / 8, torch.tensor([0.0, 0.0, -1.0, -1.0])
    layer = nn.Linear(64, 4)
    with torch.no_grad():
        layer.weight.copy_(torch.stack([left, -left, left + 2 * top, -left + 2 * top]).flatten(1))
        layer.bias.copy_(offset)
    return nn.Sequential(nn.Flatten(), layer)


@pytest.fixture(scope="module")
def table(halves, linear):
    return evaluate(linear, *halves, strengths=(0.1, 0.3), attacked=40)


def value(table, column, by="", strength=None):
    rows = table[(table.column == column) & (table.by == by)]
    (found,) = rows.value if strength is None else rows.value[np.isclose(rows.strength, strength)]
    return found


def test_it_is_what_attacks_on_a_linear_network_leave(table):
    """The halves differ by .4, so that ε above .2 makes the other one the brighter, and no smaller one does."""
    assert value(table, "clean") == 1
    for by in (*evaluation.LINF, "worst"):
        assert value(table, "linf", by, 0.1) == 1
        assert value(table, "linf", by, 0.3) <= (0.6 if by == "square" else 0)  # it asks for no gradient, and finds fewer
    # by .5 in each of the 8 pixels of the first row; the halves are farther, by .2 in each of 56 pixels
    assert value(table, "l2", "best") == pytest.approx(0.5 * 8**0.5, rel=0.03)
    assert value(table, "l2", "best") <= min(value(table, "l2", by) for by in evaluation.L2)
    assert (table.doubts == "").all()


def test_it_counts_what_the_network_costs(table):
    assert value(table, "multiply_adds") == 64 * 4 and value(table, "bytes") == (64 * 4 + 4) * 4


def test_shares_have_wilsons_intervals_and_say_of_how_many(table):
    clean, worst = table[table.column == "clean"].iloc[0], table[table.by == "worst"].iloc[0]
    assert (clean.n, worst.n) == (80, 40) and clean.high == 1 and clean.low == pytest.approx(1 / (1 + 1.96**2 / 80), abs=1e-3)
    assert table[table.column == "corruptions"].by.item() == "18 of 19"


def test_the_same_seed_gives_the_same_and_the_network_stays_as_it_was(halves, linear, table):
    linear.train()
    before = {name: own.clone() for name, own in linear.state_dict().items()}
    pd.testing.assert_frame_equal(evaluate(linear, *map(torch.from_numpy, halves), strengths=(0.1, 0.3), attacked=40), table)
    assert linear.training and all(own.requires_grad for own in linear.parameters())
    assert all(torch.equal(own, before[name]) for name, own in linear.state_dict().items())
    linear.eval()


class Hiding(nn.Module):
    """A network whose answers stay, and whose gradient is gone."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        return self.network(torch.round(x * 50) / 50)


def test_a_network_that_hides_its_gradient_is_in_doubt(halves, linear):
    table = evaluate(Hiding(linear), *halves, strengths=(0.3,), attacked=40)
    doubted = table[table.doubts != ""]
    assert (
        set(doubted.by) == {*evaluation.BY_GRADIENT, evaluation.WORST}
        and doubted.doubts.str.contains("the gradient is 0 at 1.00").all()
    )
    assert value(table, "linf", "worst", 0.3) < 0.5 < value(table, "linf", "fgsm", 0.3)


def test_an_architecture_of_torchvision_with_one_channel(halves):
    torch.manual_seed(0)
    network = torchvision.models.squeezenet1_1(num_classes=4)
    network.features[0] = nn.Conv2d(1, 64, 3, stride=1, padding=2)
    x = np.pad(halves[0][:12, None], ((0, 0), (0, 0), (10, 10), (10, 10)))
    optimiser, y = torch.optim.Adam(network.parameters(), 1e-3), torch.from_numpy(halves[1][:12])
    for _ in range(15):
        optimiser.zero_grad()
        nn.functional.cross_entropy(network(torch.from_numpy(x)), y).backward()
        optimiser.step()
    table = evaluate(network, x, halves[1][:12], strengths=(0.2,), attacked=4)
    assert value(table, "clean") >= 0.4 >= value(table, "linf", "worst", 0.2)
    assert value(table, "multiply_adds") > 1e6 and table.value.notna().all()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda x, y: ((255 * x).astype(np.uint8), y), "images are torch.uint8 [80, 8, 8]; they must be floats"),
        (lambda x, y: (x[:0], y[:0]), "they must be floats [n, …], one or more"),
        (lambda x, y: (2 * x, y), "they must lie in 0 to 1"),
        (lambda x, y: (np.where(x == x.max(), np.nan, x), y), "they must lie in 0 to 1"),
        (lambda x, y: (x[:, 1:], y), "images have 56 values; they must be grey and square"),
        (lambda x, y: (x, y[1:]), "they must be one class for each of 80 images"),
        (lambda x, y: (x, np.eye(4)[y]), "they must be one class for each of 80 images"),
        (lambda x, y: (x, y + 9), "labels lie in"),
    ],
)
def test_wrong_images_are_one_sentence(halves, linear, change, says):
    with pytest.raises(UserError, match=re.escape(says)):
        evaluate(linear, *change(*halves))


@pytest.mark.parametrize("wrong", [{"strengths": ()}, {"strengths": (0, 0.1)}, {"attacked": 0}])
def test_without_a_strength_or_an_image_to_attack_there_is_one_sentence(halves, linear, wrong):
    with pytest.raises(UserError, match="evaluate: it needs strengths above 0 and an image to attack"):
        evaluate(linear, *halves, **wrong)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda own: nn.Sequential(own, nn.Softmax(1)), "gives probabilities, which hide its gradient"),
        (lambda own: nn.Sequential(own, nn.Flatten(0)), "it must give [n, classes]"),
        (lambda own: nn.Sequential(own, Noisy()), "answers an image in two ways"),
    ],
)
def test_a_network_that_cannot_be_evaluated_is_one_sentence(halves, linear, wrong, says):
    with pytest.raises(UserError, match=re.escape(says)):
        evaluate(wrong(linear), *halves)


class Noisy(nn.Module):
    """Dropout and its like."""

    def forward(self, x):
        return x + torch.randn_like(x)


@pytest.fixture
def chain():
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 30, bias=False), nn.ReLU(), nn.Dropout(0.2), nn.Linear(30, 4, bias=False))


def test_a_chain_sleeps_as_the_networks_of_the_paper_do(chain, halves):
    before = [chain[1].weight.detach().clone(), chain[4].weight.detach().clone()]
    slept = sleep_network(chain, torch.from_numpy(halves[0]), SLEEP, seed=3)
    network, x = from_weights(before), halves[0].reshape(80, 64)
    factors = normalisation(network, torch.from_numpy(x))
    parameters = SleepParameters([2.0 * factor for factor in factors], [1.0, 1.0], 0.05, 0.02, 0.99)
    rng = numpy_stream("sleep spikes", 3)
    spikes = encode(x, 200, 1, np.arange(300) % 80, rng)
    wanted = sleep([weight.numpy() for weight in before], spikes, parameters, "released")
    for layer, own, old in zip((slept[1], slept[4]), wanted.weights, before, strict=True):
        np.testing.assert_array_equal(layer.weight.detach().numpy(), own)
        assert not torch.equal(layer.weight, old)
    assert torch.equal(chain[1].weight, before[0])


@pytest.mark.parametrize(
    ("network", "says"),
    [
        (nn.Sequential(nn.Linear(64, 4)), "a linear layer has a bias"),
        (nn.Sequential(nn.Linear(64, 5, bias=False), nn.Linear(5, 4, bias=False)), "two linear layers follow each other"),
        (nn.Sequential(nn.Conv2d(1, 2, 3)), "the network has a Conv2d"),
        (nn.Sequential(nn.ReLU()), "the network has no linear layer"),
        (nn.Linear(64, 4, bias=False), "it must be an nn.Sequential"),
    ],
)
def test_a_network_that_cannot_sleep_is_one_sentence(halves, network, says):
    with pytest.raises(UserError, match=re.escape(says)):
        sleep_network(network, halves[0], SLEEP)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"rule": "relesed"}, "rule is 'relesed'; it must be printed, released or inverted"),
        ({"rate": -1}, "rate is -1; it must be a rate in Hz, above 0"),
        ({"thresholds": [1]}, "1 thresholds for 2 layers; give one for each"),
        ({"treshold": 1}, "'treshold' was unexpected"),
    ],
)
def test_wrong_params_of_sleep_are_one_sentence(chain, halves, change, says):
    with pytest.raises(UserError, match=re.escape(says)):
        sleep_network(chain, halves[0], SLEEP | change)
    with pytest.raises(UserError, match="'rule' is a required property"):
        sleep_network(chain, halves[0], {name: SLEEP[name] for name in PARAMETERS if name != "rule"})
    with pytest.raises(UserError, match="the network takes 64 values each"):
        sleep_network(chain, halves[0][:, 1:], SLEEP)
    with pytest.raises(UserError, match="they must lie in 0 to 1"):
        sleep_network(chain, halves[0] + 1, SLEEP)


def test_the_package_has_these_two_names_alone():
    with pytest.raises(AttributeError, match="has no attribute 'slep'"):
        _ = sleep_robustness.slep
