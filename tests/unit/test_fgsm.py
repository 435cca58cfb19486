import eagerpy as ep
import foolbox
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sleep_robustness.attacks import fgsm
from sleep_robustness.errors import UserError
from sleep_robustness.networks.relu import ReluNetwork, from_weights

PARAMS = {"objective": "margin", "epsilon_step": 0.005, "steps": 80}


def random_network(seed, sizes=(12, 30, 20, 4), dropout=0.2):
    net = ReluNetwork(sizes, dropout)
    net.initialise(0.5, torch.Generator().manual_seed(seed))
    return net


def examples(net, n=200, seed=0):
    """Inputs with the labels the network gives them, one in ten wrong."""
    x = torch.rand(n, net.sizes[0], generator=torch.Generator().manual_seed(seed))
    y = net.predict(x)
    y[::10] = (y[::10] + 1) % net.sizes[-1]
    return x, y


@pytest.mark.parametrize("objective", ["loss", "margin"])
def test_smallest_epsilon_on_a_linear_network_has_a_closed_form(objective):
    """Two classes with outputs w·x and v·x: the margin falls by ε‖w − v‖₁, so the smallest ε is margin / ‖w − v‖₁."""
    rng = np.random.default_rng(0)
    net = from_weights([torch.from_numpy(rng.random((2, 50)) * 0.02)], dropout=0.0, bounds=(-10.0, 10.0)).double()
    weights = net.weights[0]
    x = torch.from_numpy(rng.random((100, 50)))
    y = net.predict(x)
    margin = (x @ (weights[0] - weights[1])) * (1 - 2 * y)
    if objective == "margin":
        smallest = margin / (weights[0] - weights[1]).abs().sum()
    else:  # sign of (a − y)·W, with positive weights: (a₀ − 1)·w + a₁·v for class 0
        out = net(x)
        gradient = (out - torch.eye(2).double()[y]) @ weights
        fall = (gradient.sign() @ (weights[0] - weights[1])) * (1 - 2 * y)
        smallest = torch.where(fall < 0, margin / -fall, torch.inf)
    params = {"objective": objective, "epsilon_step": 1e-4, "steps": 10_000}
    result = fgsm.run(net, x, y, params, None)
    expected = np.where(smallest.detach() <= 1.0, smallest.detach(), np.inf)
    finite = np.isfinite(expected)
    assert finite.sum() > 20
    np.testing.assert_array_equal(np.isfinite(result.strength), finite)
    assert ((result.strength - expected)[finite] >= -1e-9).all() and ((result.strength - expected)[finite] <= 1e-4 + 1e-9).all()
    for row in np.flatnonzero(finite)[:20]:  # a step of 1e-7 to either side of it
        for factor, found in ((1 - 1e-7, False), (1 + 1e-7, True)):
            own = fgsm.run(
                net, x[[row]], y[[row]], {"objective": objective, "epsilon_step": expected[row] * factor, "steps": 1}, None
            )
            assert np.isfinite(own.strength[0]) == found


def test_a_class_0_without_output_is_fooled_by_the_rivals_rise_alone():
    """z₁ = x₁ − 0.1·x₂ − 0.3 by a hidden unit, z₀ = −x₂: while no output is above 0 the class is 0, whatever z₀ is."""
    net = from_weights([torch.tensor([[0.0, -1.0, 0.0], [1.0, -0.1, -0.3]])], bounds=(0.0, 1.0))
    x, y = torch.tensor([[0.1, 0.5, 1.0]]), torch.tensor([0])
    assert net.predict(x) == 0 and (net.logits(x) < 0).all()
    gradient = fgsm.margin(net, net.logits(x), y)
    assert gradient.tolist() == [[0, 1]]
    assert fgsm.margin(net, torch.tensor([[0.2, -1.0]]), y).tolist() == [[-1, 1]]
    assert fgsm.margin(net, torch.tensor([[-0.2, 1.0]]), torch.tensor([1])).tolist() == [[1, -1]]
    softmax = from_weights([torch.eye(2)], temperature=1.0)
    assert fgsm.margin(softmax, torch.tensor([[-0.2, -1.0]]), y).tolist() == [[-1, 1]]


def test_strengths_may_be_listed_in_place_of_a_grid():
    assert fgsm.grid({"strengths": [0.5, 0.1], "epsilon_step": None, "steps": None}).tolist() == [0, 0.1, 0.5]
    for both_or_neither in (PARAMS | {"strengths": [0.1]}, {"strengths": None, "epsilon_step": 0.1, "steps": None}):
        with pytest.raises(
            UserError, match="fgsm: it needs either strengths or both epsilon_step and steps; set the others to"
        ):
            fgsm.grid(both_or_neither)


def test_a_network_that_gets_everything_wrong_has_nothing_to_attack():
    net = random_network(5)
    x, _ = examples(net)
    result = fgsm.run(
        net, x, (net.predict(x) + 1) % net.sizes[-1], {"objective": "margin", "epsilon_step": 0.1, "steps": 3}, None
    )
    assert (result.strength == 0).all() and (result.distance == 0).all() and not result.success.any()


def test_what_no_epsilon_fools_is_tried_with_the_whole_range():
    """By the loss of a network whose true output exceeds 1 the gradient points the wrong way, however large ε is."""
    net = from_weights([torch.tensor([[3.0, 0.0], [0.0, 1.0]])])
    x, y = torch.tensor([[0.9, 0.2], [0.3, 0.2], [0.2, 0.9]]), torch.tensor([0, 0, 0])
    params = {"epsilon_step": 0.01, "steps": 2}
    by_loss, by_margin = (fgsm.run(net, x, y, params | {"objective": objective}, None) for objective in ("loss", "margin"))
    assert by_loss.details["left"].tolist() == [True, False, False] and not by_margin.details["left"].any()
    assert by_margin.details["right"][:, -1].tolist() == [True, True, False]


class FoolboxFGSM(foolbox.attacks.LinfFastGradientAttack):
    """Foolbox's own FGSM with another loss to climb."""

    def __init__(self, network, objective):
        super().__init__()
        self.network, self.objective = network, objective

    def get_loss_fn(self, model, labels):
        def loss(inputs):
            logits, y = self.network.logits(inputs.raw), labels.raw
            true = torch.nn.functional.one_hot(y, logits.shape[1]).bool()
            if self.objective == "loss":  # where all true outputs are above 0 the released delta is this loss's gradient
                return ep.astensor(self.network.loss(logits, true.float()).sum())
            return ep.astensor((logits.masked_fill(true, -torch.inf).amax(1) - logits[true]).sum())

        return loss


@pytest.mark.parametrize("objective", ["loss", "margin"])
def test_predictions_equal_foolbox(objective):
    net = random_network(5)
    x, y = examples(net)
    keep = net(x).gather(1, y[:, None])[:, 0] > 0
    x, y = x[keep], y[keep]
    assert len(x) > 100
    result = fgsm.run(net, x, y, PARAMS | {"objective": objective}, None)
    strengths = [0.01, 0.05, 0.1, 0.2, 0.4]
    model = foolbox.PyTorchModel(net.eval(), bounds=(0, 1))
    _, attacked, _ = FoolboxFGSM(net, objective)(model, x, y, epsilons=strengths)
    for strength, theirs in zip(strengths, attacked, strict=True):
        column = np.flatnonzero(np.isclose(result.details["strengths"], strength))[0]
        np.testing.assert_array_equal(result.details["right"][:, column], (net.predict(theirs) == y).numpy())


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), objective=st.sampled_from(["loss", "margin"]))
def test_result_is_consistent(seed, objective):
    net = random_network(seed)
    x, y = examples(net, n=40, seed=seed)
    result = fgsm.run(net, x, y, PARAMS | {"objective": objective}, None)
    right, clean = result.details["right"], (net.predict(x) == y).numpy()
    np.testing.assert_array_equal(right[:, 0], clean)
    np.testing.assert_array_equal(result.strength == 0, ~clean)
    np.testing.assert_array_equal(np.isinf(result.strength), right.all(1))
    np.testing.assert_array_equal(result.success, clean & np.isfinite(result.strength))
    np.testing.assert_array_equal(np.isinf(result.distance), np.isinf(result.strength))
    found = result.success
    assert (result.distance[found] <= result.strength[found] ** 2 + 1e-6).all()  # clipping only shortens


def test_batches_do_not_change_the_result(monkeypatch):
    net = random_network(2)
    x, y = examples(net, n=50)
    whole = fgsm.run(net, x, y, PARAMS, None)
    monkeypatch.setattr(fgsm, "BATCH", 7)
    np.testing.assert_array_equal(fgsm.run(net, x, y, PARAMS, None).strength, whole.strength)


def test_flags_on_hand_made_outputs():
    net = from_weights([torch.eye(3)], dropout=0.0, bounds=(-1.0, 2.0))
    x = torch.tensor([[1.5, 0.0, 0.0], [0.5, 0.1, 0.0], [-1.0, -1.0, -1.0], [1.0, 0.0, 0.0]])
    y = torch.tensor([0, 0, 1, 0])
    flags = fgsm.run(net, x, y, PARAMS | {"objective": "loss"}, None).details
    assert flags["wrong_way"].tolist() == [True, False, False, False]  # true output 1.5 is above 1
    assert flags["zero_output"].tolist() == [False, False, True, False]
    assert flags["zero_gradient"].tolist() == [False, False, False, True]  # outputs equal the target
    assert not fgsm.run(net, x, y, PARAMS, None).details["wrong_way"].any()


def test_grid_is_the_papers():
    grid = fgsm.grid(PARAMS)
    assert len(grid) == 81 and grid[0] == 0 and grid[-1] == 0.4 and 0.35 in grid


def test_original_programs_network_gives_the_original_programs_numbers(golden, mnist):
    """Seed 1 of the authors' program: clean .9470, F .090; 35 % of the images have a true output above 1 (a third of the
    images for the scores, all of them for the rest)."""
    stored = np.load(golden / "c_control_s1_weights.npz")
    net = from_weights([torch.from_numpy(stored[f"W{layer}"]) for layer in (1, 2, 3)], dropout=0.2)
    x, y = torch.from_numpy(mnist.test_x), torch.from_numpy(mnist.test_y)
    at_start = fgsm.run(net, x, y, {"objective": "loss", "epsilon_step": 0.1, "steps": 1}, None)
    assert (at_start.strength > 0).mean() == pytest.approx(0.9470, abs=1e-9)
    assert at_start.details["wrong_way"].mean() == pytest.approx(0.35, abs=5e-3)
    part = fgsm.run(net, x[::3], y[::3], PARAMS | {"objective": "loss"}, None)
    fooled = (part.strength > 0) & np.isfinite(part.strength)
    assert np.median(part.strength[fooled]) == pytest.approx(0.090, abs=0.0051)
    assert np.isinf(part.strength[part.strength > 0]).mean() == pytest.approx(0.323, abs=0.05)


def test_accuracies_may_be_of_what_is_right_before_alone():
    net = random_network(3)
    x, y = examples(net)
    every, right = (fgsm.run(net, x, y, PARAMS | {"among": among}, torch.Generator()) for among in ("all", "right"))
    assert "counted" not in every.details and 0 < right.details["counted"].sum() < len(x)
    np.testing.assert_array_equal(right.details["counted"], right.strength > 0)
    np.testing.assert_array_equal(right.strength, every.strength)
