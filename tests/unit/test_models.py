import numpy as np
import pytest
import torch

from sleep_robustness.networks import GRID, copy_of, load, save
from sleep_robustness.networks.relu import ReluNetwork, from_weights


def network(sizes=(4, 6, 5, 3), dropout=0.2, seed=0):
    net = ReluNetwork(sizes, dropout)
    net.initialise(1.0, torch.Generator().manual_seed(seed))
    return net


def test_forward_is_relu_layers_with_hidden_units_scaled_by_kept_share():
    net, x = network(), np.random.default_rng(0).random((7, 4)).astype(np.float32)
    w1, w2, w3 = (w.detach().numpy() for w in net.weights)
    hidden = np.maximum(x @ w1.T, 0) * 0.8
    hidden = np.maximum(hidden @ w2.T, 0) * 0.8
    logits = hidden @ w3.T
    np.testing.assert_allclose(net.logits(torch.from_numpy(x)).detach(), logits, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(net(torch.from_numpy(x)).detach(), np.maximum(logits, 0), rtol=1e-5, atol=1e-6)


def test_masks_replace_the_scaling():
    net, x = network(), torch.rand(3, 4)
    ones = [torch.ones(3, 6), torch.ones(3, 5)]
    assert torch.allclose(net.logits(x, ones) * 0.8**2, net.logits(x))
    zeros = [torch.zeros(3, 6), torch.ones(3, 5)]
    assert (net.logits(x, zeros) == 0).all()


def test_dropout_zeroes_its_share_of_units():
    masks = network(sizes=(2, 400, 300, 2), dropout=0.25).dropout_masks(100, torch.Generator().manual_seed(1))
    assert [tuple(m.shape) for m in masks] == [(100, 400), (100, 300)]
    assert all(abs(m.float().mean().item() - 0.75) < 0.01 for m in masks)


def test_initial_weights_are_uniform_in_the_spread_and_follow_the_generator():
    first, again = ReluNetwork((784, 100, 10)), ReluNetwork((784, 100, 10))
    for net in (first, again):
        net.initialise(0.01, torch.Generator().manual_seed(3))
    weight = first.weights[0].detach()
    assert weight.abs().max() <= 0.01 and abs(weight.std().item() - 0.01 / 3**0.5) < 1e-4
    assert torch.equal(weight, again.weights[0])


def test_prediction_is_class_0_where_all_outputs_are_0_and_the_first_on_ties():
    net = from_weights([torch.tensor([[-1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])], dropout=0.0)
    assert net.predict(torch.tensor([[1.0, 0.0], [0.0, 1.0]])).tolist() == [0, 1]


def test_delta_is_the_gradient_of_the_loss_where_the_output_relu_passes_and_unmasked_where_not():
    logits = torch.tensor([[0.5, 2.0, -1.0]], requires_grad=True)
    target = torch.tensor([[0.0, 1.0, 1.0]])
    net = ReluNetwork((2, 3))
    net.loss(logits, target).sum().backward()
    assert logits.grad.tolist() == [[0.5, 1.0, 0.0]]
    assert net.delta(logits, target).tolist() == [[0.5, 1.0, -1.0]]


def test_softmax_at_a_temperature_has_cross_entropy_whose_delta_is_not_divided_by_it():
    net = ReluNetwork((2, 3), temperature=50.0)
    logits = torch.tensor([[30.0, -20.0, 5.0]], dtype=torch.float64, requires_grad=True)
    target = torch.tensor([[0.0, 0.3, 0.7]], dtype=torch.float64)
    net.loss(logits, target).sum().backward()
    torch.testing.assert_close(net.delta(logits, target), logits.grad * 50)
    torch.testing.assert_close(net.outputs(logits), torch.softmax(logits / 50, dim=1))
    assert ReluNetwork((2, 3), temperature=1.0).outputs(1000 * logits).tolist() == [[1.0, 0.0, 0.0]]  # saturated: delta 0


def test_a_softmax_network_predicts_its_largest_logit_even_where_all_are_negative():
    net = from_weights([torch.tensor([[-2.0], [-1.0]])], temperature=1.0)
    assert net.predict(torch.ones(1, 1)).item() == 1
    net.temperature = None
    assert net.predict(torch.ones(1, 1)).item() == 0


def test_activations_end_in_the_outputs():
    net, x = network(), torch.rand(3, 4)
    layers = net.activations(x)
    assert [layer.shape[1] for layer in layers] == [6, 5, 3]
    assert torch.equal(layers[-1], net(x))


def test_a_copy_is_a_network_of_its_own():
    net = network()
    other = copy_of(net)
    with torch.no_grad():
        other.layers[0].zero_()
    assert net.weights[0].abs().sum() > 0 and other.dropout == net.dropout


def test_save_and_load_keep_everything(tmp_path):
    net = network()
    net.temperature, net.largest = 50.0, [1.5, 2.0]
    save({"sleep/found/3": net, "sleep/found/4": network()}, tmp_path / "model.pt")
    back = load([tmp_path / "model.pt", tmp_path / "model.pt"])["sleep/found/3"]
    for known in ("sizes", "dropout", "bounds", "temperature", "largest"):
        assert getattr(back, known) == getattr(net, known)
    assert all(torch.equal(a, b) for a, b in zip(net.weights, back.weights, strict=True))


def test_equal_networks_are_equal_files(tmp_path, monkeypatch):
    save({"control/released/1": network()}, tmp_path / "one.pt")
    monkeypatch.setattr("os.getpid", lambda: 12345678)
    save({"control/released/1": network()}, tmp_path / "other.pt")
    assert (tmp_path / "one.pt").read_bytes() == (tmp_path / "other.pt").read_bytes()


def test_an_interrupted_save_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(torch, "save", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        save({"control/released/1": network()}, tmp_path / "model.pt")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("dropout", [0.0, 0.2])
def test_no_logit_and_no_difference_of_two_is_steeper_than_steepness(dropout):
    """Of a network of one layer the bound is reached; of a deeper one it is a bound."""
    rng = torch.Generator().manual_seed(0)
    row = torch.randn(1, 6, generator=rng)
    assert from_weights([row]).steepness().item() == pytest.approx(row.norm().item())
    network = from_weights([torch.randn(8, 6, generator=rng), torch.randn(3, 8, generator=rng)], dropout=dropout)
    x, moved = (torch.randn(2000, 6, generator=rng) for _ in range(2))
    moved = x + 0.01 * moved
    change = (network.logits(moved) - network.logits(x)) / (moved - x).norm(dim=1, keepdim=True)
    steepest = (change[:, :, None] - change[:, None]).abs().amax(0) + torch.diag(change.abs().amax(0))
    assert (0.1 * network.steepness() < steepest).all() and (steepest <= network.steepness()).all()


def test_weights_that_become_float32_are_multiples_of_the_grid_so_that_a_tiny_difference_near_0_is_none():
    weights = [torch.tensor([[3e-10, 0.1, -0.3], [1.5, 1e-20, -2.7]], dtype=torch.float64)]
    nudged = [weights[0] + torch.tensor([[1e-15, -1e-17, 1e-17], [2e-16, 1e-15, 0]], dtype=torch.float64)]
    one, other = (from_weights(own).double() for own in (weights, nudged))
    for network, own in ((one, weights), (other, nudged)):
        network.layers[0].data = own[0].clone()
        network.to_precision(torch.float32)
    kept = one.weights[0].detach()
    assert torch.equal(kept, other.weights[0]) and kept.dtype == torch.float32
    assert torch.equal(kept.double() / GRID, (kept.double() / GRID).round())
    assert (kept - weights[0]).abs().max() <= GRID / 2
    assert torch.equal(one.to_precision(torch.float32).weights[0], kept)  # once more changes nothing


def test_weights_that_stay_float64_are_left_as_they_are():
    precise = network().double()
    precise.layers[0].data += 1e-15
    before = precise.weights[0].detach().clone()
    assert torch.equal(precise.to_precision(torch.float64).weights[0], before)


def test_the_weights_of_a_loaded_network_ask_for_no_gradient_and_a_copys_do(tmp_path):
    save({"net": network()}, tmp_path / "nets.pt")
    loaded = load([tmp_path / "nets.pt"])["net"]
    assert not any(weight.requires_grad for weight in loaded.parameters())
    assert all(weight.requires_grad for weight in copy_of(loaded).parameters())
