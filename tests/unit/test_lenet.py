"""DeepSleep's networks: the LeNet, and its spiking form against the released recurrence written out."""

import pytest
import torch
from torch.nn.functional import max_pool2d

from sleep_robustness.networks import in_float64, load, save
from sleep_robustness.networks.lenet import LeNet, images
from sleep_robustness.networks.spiking_lenet import SpikingLeNet


def begun(kind, seed=0):
    network = kind()
    network.initialise(torch.Generator().manual_seed(seed))
    return network


def test_a_lenet_has_the_released_codes_parameters_and_torchs_initial_weights():
    network = begun(LeNet)
    assert sum(weight.numel() for weight in network.parameters()) == 8510
    for layer, inputs in ((network.conv1, 25), (network.conv2, 250), (network.linear, 320)):
        assert layer.bias is None and layer.weight.abs().max() <= inputs**-0.5
        assert layer.weight.std().item() == pytest.approx((3 * inputs) ** -0.5, rel=0.1)  # uniform in ± inputs^-½
    assert network.logits(torch.rand(3, 784)).shape == (3, 10)
    assert not torch.equal(network.linear.weight, begun(LeNet, 1).linear.weight)


@pytest.mark.parametrize("kind", [LeNet, SpikingLeNet])
def test_a_network_is_saved_with_its_statistics(kind, tmp_path):
    network, x = begun(kind), torch.rand(4, 784)
    network.train().logits(x)
    network.eval()
    save({"a": network}, tmp_path / "model.pt")
    back = load([tmp_path / "model.pt"])["a"]
    assert type(back) is kind and torch.equal(back.logits(x), network.logits(x)) and back.norm1.running_mean.abs().sum() > 0


class Spike(torch.autograd.Function):
    """A spike, with the released code's derivative."""

    @staticmethod
    def forward(context, voltage):
        context.save_for_backward(voltage)
        return (voltage > 0.5).to(voltage)

    @staticmethod
    def backward(context, gradient):
        (voltage,) = context.saved_tensors
        return gradient * (2 - 4 * (voltage - 0.5).abs()).clamp(min=0)


def recurrence(network, x):
    """m ← m + (I − m)/2, s = [m > ½], m ← m(1 − s), with everything computed anew at each of 8 steps."""
    first = second = total = torch.zeros((), dtype=x.dtype)
    for _ in range(8):
        first = first + (network.norm1(network.conv1(images(x))) - first) / 2
        spikes = Spike.apply(first)
        first = first * (1 - spikes.detach())
        second = second + (network.norm2(network.conv2(max_pool2d(spikes, 2))) - second) / 2
        spikes = Spike.apply(second)
        second = second * (1 - spikes.detach())
        total = total + network.linear(max_pool2d(spikes, 2).flatten(1))
    return total / 8


def test_the_spiking_network_is_the_released_recurrence_with_its_gradients_and_statistics():
    own, other = (in_float64(begun(SpikingLeNet)).train() for _ in range(2))
    other.norm1.momentum = other.norm2.momentum  # the recurrence shows the first BatchNorm the same batch eight times
    x, y = torch.rand(16, 784, dtype=torch.float64), torch.arange(16) % 10
    logits, expected = own.logits(x), recurrence(other, x)
    torch.testing.assert_close(logits, expected, rtol=0, atol=1e-12)
    assert logits.abs().max() > 0
    for values in (logits, expected):
        torch.nn.functional.cross_entropy(values, y).backward()
    for one, two in zip(own.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(one.grad, two.grad, rtol=0, atol=1e-12)
        assert one.grad.abs().max() > 0
    for one, two in zip((own.norm1, own.norm2), (other.norm1, other.norm2), strict=True):
        torch.testing.assert_close(one.running_mean, two.running_mean)
        torch.testing.assert_close(one.running_var, two.running_var)


def test_the_spiking_network_may_be_shown_spikes():
    network, x = begun(SpikingLeNet), torch.rand(4, 784)
    image = network.logits(x)
    network.draws = torch.Generator().manual_seed(0)
    drawn, again = network.logits(x), network.logits(x)
    assert not torch.equal(drawn, image) and not torch.equal(drawn, again)
    assert torch.equal(network.logits(torch.ones(2, 784)), network.logits(torch.ones(2, 784)))
