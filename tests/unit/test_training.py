import numpy as np
import pytest
import torch

from sleep_robustness.data import Dataset
from sleep_robustness.defences import control
from sleep_robustness.errors import UserError
from sleep_robustness.networks.relu import ReluNetwork
from sleep_robustness.training.released import train

PARAMS = {
    "sizes": [6, 20, 3], "dropout": 0.0, "weight_spread": 0.5, "epochs": 30, "batch": 10, "learning_rate": 0.1, "momentum": 0.5,
}  # fmt: skip


def blobs(seed=0, n=90):
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 3
    x = np.clip(0.15 * rng.standard_normal((n, 6)) + np.eye(3, 6)[y], 0, 1).astype(np.float32)
    return Dataset(x[:60], y[:60], x[60:], y[60:], (0.0, 1.0), (6,))


def test_two_batches_follow_the_released_update_rule_by_hand():
    """v ← 0.5 v + 0.1 g, W ← W − v, with g the batch mean and a − y not masked by the output ReLU."""
    rng = np.random.default_rng(1)
    x, y = rng.random((4, 5)), np.eye(3)[[0, 1, 2, 1]]
    net = ReluNetwork((5, 7, 3)).double()
    net.initialise(0.5, torch.Generator().manual_seed(0))
    w1, w2 = (w.detach().numpy().copy() for w in net.weights)
    v1, v2 = np.zeros_like(w1), np.zeros_like(w2)
    order = torch.randperm(4, generator=torch.Generator().manual_seed(9)).numpy()
    for rows in (order[:2], order[2:]):
        hidden = np.maximum(x[rows] @ w1.T, 0)
        delta = (np.maximum(hidden @ w2.T, 0) - y[rows]) / 2
        g2, g1 = delta.T @ hidden, ((delta @ w2) * (hidden > 0)).T @ x[rows]
        v1, v2 = 0.5 * v1 + 0.1 * g1, 0.5 * v2 + 0.1 * g2
        w1, w2 = w1 - v1, w2 - v2
    train(net, torch.from_numpy(x), torch.from_numpy(y), epochs=1, batch=2, learning_rate=0.1, momentum=0.5,
          rng=torch.Generator().manual_seed(9))  # fmt: skip
    np.testing.assert_allclose(net.weights[0].detach(), w1, atol=1e-12)
    np.testing.assert_allclose(net.weights[1].detach(), w2, atol=1e-12)


def test_control_learns_and_the_same_seed_gives_the_same_network():
    data = blobs()
    first, again, other = (control.fit(data, PARAMS, seed=seed) for seed in (1, 1, 2))
    assert (first.predict(torch.from_numpy(data.test_x)).numpy() == data.test_y).mean() > 0.9
    assert list(first.history) == ["epoch", "loss", "accuracy"] and len(first.history) == 30
    assert torch.equal(first.weights[0], again.weights[0]) and not torch.equal(first.weights[0], other.weights[0])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"sizes": [7, 20, 3]}, r"sizes \[7, 20, 3\] must begin with 6"),
        ({"sizes": [6, 20, 4]}, "end with 3, the classes"),
        ({"learning_rate": 1e9}, "training diverged in epoch 1.* lower learning_rate"),
    ],
)
def test_bad_parameters_get_a_sentence(change, sentence):
    with pytest.raises(UserError, match=sentence):
        control.fit(blobs(), PARAMS | change, seed=1)
