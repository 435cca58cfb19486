import numpy as np
import pytest
import scipy.io
import torch
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from sleep_robustness.errors import UserError
from sleep_robustness.models import ReluNetwork, from_weights
from sleep_robustness.spiking import SleepParameters, sleep
from sleep_robustness.spiking.encode import encode, presented
from sleep_robustness.spiking.normalise import normalisation
from sleep_robustness.spiking.plasticity import RULES, released

GOLDEN = {
    name: scipy.io.loadmat(ROOT / f"tests/golden/{name}.mat", simplify_cells=True) for name in ("a_patches", "b_small3layer")
}
A, B = GOLDEN["a_patches"], GOLDEN["b_small3layer"]
RUNS_A = [name for name in A if name.startswith("rate")]


class Stored:
    """A generator that gives stored uniform numbers [steps, inputs] in order."""

    def __init__(self, uniform):
        self.uniform, self.at = uniform, 0

    def random(self, shape):
        rows = self.uniform[self.at : self.at + shape[0]]
        self.at += shape[0]
        return rows


@pytest.mark.parametrize("name", RUNS_A)
def test_patches_asleep_as_in_the_original_program(name):
    run = A[name]
    order = "mean" if name.endswith("mean") else "storage"
    examples = presented(A["X"], 2000, order, np.random.default_rng(0))
    spikes = encode(A["X"], run["max_rate"], 2, examples, Stored(A["U"].T))
    np.testing.assert_array_equal(spikes, run["raster_in"].astype(bool))
    parameters = SleepParameters([run["alpha"]], [np.ravel(A["beta"])[0]], A["inc"], A["dec"], A["decay"])
    for checkpoint, step in enumerate(run["checkpoints"]):
        result = sleep([A["W0"]], spikes[: int(step)], parameters)
        np.testing.assert_allclose(result.weights[0], run["W_checkpoints"][:, :, checkpoint], rtol=0, atol=1e-12)
        np.testing.assert_array_equal(result.spike_counts[1], run["raster_out"][: int(step)].sum(0))
    np.testing.assert_allclose(result.voltages[0], run["mem_final"], atol=1e-12)


@pytest.mark.parametrize("name", ["active", "silenced"])
def test_three_layers_asleep_as_in_the_original_program(name):
    run = B[name]
    weights = [run[f"W{layer}_initial"] for layer in (1, 2, 3)]
    parameters = SleepParameters(run["alpha"], run["beta"], B["inc"], B["dec"], B["decay"])
    for step in run["checkpoints"]:
        result = sleep(weights, run["raster_L1"][: int(step)].astype(bool), parameters)
        for layer in (1, 2, 3):
            np.testing.assert_allclose(result.weights[layer - 1], run[f"W{layer}_t{int(step)}"], rtol=0, atol=1e-12)
            counts = run[f"raster_L{layer + 1}"][: int(step)].sum(0)
            np.testing.assert_array_equal(result.spike_counts[layer], counts)
    for layer in (1, 2, 3):
        np.testing.assert_allclose(result.voltages[layer - 1], run[f"mem_final_L{layer + 1}"], atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_mnist_network_asleep_as_in_the_original_program(golden, mnist, dtype):
    """27 105 steps: the input raster, the normalisation, 39 hidden spikes, and every weight."""
    stored = np.load(golden / "c_control_s1_weights.npz")
    weights = [stored[f"W{layer}"].astype(dtype) for layer in (1, 2, 3)]
    run = scipy.io.loadmat(golden / "c_sleep_fgsm.mat", simplify_cells=True)
    factors = normalisation(
        from_weights([torch.from_numpy(stored[f"W{n}"]) for n in (1, 2, 3)], 0.2), torch.from_numpy(mnist.train_x)
    )
    np.testing.assert_allclose(factors, stored["norm_constants"], rtol=1e-5)
    spikes = np.unpackbits(run["input_raster_packed"], axis=1)[:, :784].astype(bool)
    uniform = np.random.RandomState(20200426).random_sample((2000, 784))
    drawn = encode(mnist.train_x, run["max_rate"], 2, np.arange(2000), Stored(uniform))
    assert (drawn != spikes[:2000]).sum() == 0
    parameters = SleepParameters(run["alpha"], run["beta"], run["inc"], run["dec"], run["decay"])
    result = sleep(weights, spikes, parameters)
    assert [int(counts.sum()) for counts in result.spike_counts[1:]] == [39, 0, 0]
    expected = weights[0].astype(np.float64)
    expected[run["W1_t27105_changed_rows"]] = run["W1_t27105_rows"]
    np.testing.assert_allclose(result.weights[0], expected, rtol=0, atol=1e-12 if dtype == np.float64 else 1e-5)
    assert all(np.array_equal(before, after) for before, after in zip(weights[1:], result.weights[1:], strict=True))


def small(seed, steps=60):
    """Random weights, spikes and parameters of a network 8 → 6 → 4 that is busy."""
    rng = np.random.default_rng(seed)
    weights = [rng.normal(0.3, 0.5, (6, 8)), rng.normal(0.3, 0.5, (4, 6))]
    parameters = SleepParameters([1.0, 1.0], [1.5, 1.0], 0.05, 0.04)
    return weights, rng.random((steps, 8)) < 0.3, parameters


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), rule=st.sampled_from(list(RULES)))
def test_only_neurons_that_spiked_change_and_the_input_stays(seed, rule):
    weights, spikes, parameters = small(seed)
    before = [weight.copy() for weight in weights]
    result = sleep(weights, spikes, parameters, rule)
    for weight, old, new, counts in zip(weights, before, result.weights, result.spike_counts[1:], strict=True):
        assert np.array_equal(weight, old)
        assert np.array_equal(new[counts == 0], old[counts == 0])
        assert not np.array_equal(new[counts > 0], old[counts > 0]) or not (counts > 0).any()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), rule=st.sampled_from(list(RULES)))
def test_permuting_hidden_neurons_permutes_the_result(seed, rule):
    weights, spikes, parameters = small(seed)
    order = np.random.default_rng(seed).permutation(6)
    result = sleep(weights, spikes, parameters, rule)
    other = sleep([weights[0][order], weights[1][:, order]], spikes, parameters, rule)
    np.testing.assert_allclose(other.weights[0], result.weights[0][order])
    np.testing.assert_allclose(other.weights[1], result.weights[1][:, order])


def test_no_spikes_change_nothing():
    weights, spikes, parameters = small(0)
    result = sleep(weights, np.zeros_like(spikes), parameters)
    assert all(np.array_equal(a, b) for a, b in zip(weights, result.weights, strict=True))
    assert not any(counts.any() for counts in result.spike_counts)


def test_rules_by_hand():
    weights, spiked = np.array([[-1.0, -1.0, 0.0, 0.0, 1.0, 1.0]]), np.array([True, False] * 3)
    by_rule = {name: rule(weights, spiked, 0.1, 0.2) - weights for name, rule in RULES.items()}
    np.testing.assert_allclose(by_rule["printed"], [[0.1, -0.2, 0.1, -0.2, 0.1, -0.2]])
    np.testing.assert_allclose(by_rule["inverted"], [[-0.2, 0.1, -0.2, 0.1, -0.2, 0.1]])
    np.testing.assert_allclose(by_rule["released"], [[0.2, -0.4, 0.1, -0.2, 0.0, 0.0]], atol=1e-12)
    assert np.isfinite(released(np.array([[-1e3]]), np.array([True]), 0.1, 0.2)).all()


def test_a_neuron_by_hand():
    """v: 1, then .9 · 1 + 1 = 1.9 ≥ 1.5 spikes, weight + .1 and v = 0, then 1.1."""
    result = sleep([np.array([[1.0]])], np.ones((3, 1), bool), SleepParameters([1.0], [1.5], 0.1, 0.2, decay=0.9), "printed")
    np.testing.assert_allclose([result.weights[0][0, 0], result.voltages[0][0], result.spike_counts[1][0]], [1.1, 1.1, 1])


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


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"thresholds": [1.0, 0.0]}, r"thresholds \[1.0, 0.0\] must be above 0"),
        ({"gains": [1.0]}, "1 gains for 2 thresholds"),
        ({"gains": [np.nan, 1.0]}, "gain .* must be finite and not negative"),
        ({"decrease": -0.1}, "decrease .* must be finite and not negative"),
    ],
)
def test_bad_parameters_are_one_sentence(change, sentence):
    good = {"gains": [1.0, 1.0], "thresholds": [1.0, 1.0], "increase": 0.1, "decrease": 0.1}
    with pytest.raises(UserError, match=sentence):
        SleepParameters(**(good | change))


def test_bad_input_is_one_sentence():
    weights, spikes, parameters = small(0)
    for arguments, sentence in [
        ((weights[:1], spikes, parameters), "2 thresholds for 1 layers"),
        ((weights, spikes[:, :5], parameters), "layer 1 takes 8 inputs but is given 5"),
        (([weights[0], weights[1][:, :3]], spikes, parameters), "layer 2 takes 3 inputs but is given 6"),
        (([weights[0] * np.nan, weights[1]], spikes, parameters), "layer 1 has a weight that is not finite"),
        ((weights, spikes, parameters, "naps"), "no rule 'naps'; there are printed, released, inverted"),
        (([weights[0] + 1e308, weights[1]], np.ones((5, 8), bool), parameters), "a voltage of layer 1 overflowed in step 1"),
    ]:
        with pytest.raises(UserError, match=sentence), np.errstate(over="ignore", invalid="ignore"):
            sleep(*arguments)


def test_a_network_keeps_its_form_asleep():
    from sleep_robustness.data import patches
    from sleep_robustness.defences import control
    from sleep_robustness.defences import sleep as defence

    data = patches.load()
    training = {"sizes": [100, 4], "dropout": 0.0, "weight_spread": 0.01, "epochs": 1, "batch": 4}
    training |= {"learning_rate": 0.1, "momentum": 0.5}
    params = {"rule": "released", "order": "storage", "spike_factor": 2, "rate": 64, "steps": 2000, "thresholds": [1.045]}
    params |= {"current": 2.5, "increase": 0.0035, "decrease": 0.0002, "decay": 0.999}
    base = control.fit(data, training, seed=1)
    network = defence.fit(data, training | params, base=base, seed=1)
    assert isinstance(network, ReluNetwork) and network.sizes == base.sizes
    assert network.history.spikes[0] > 0 and not torch.equal(network.weights[0], base.weights[0])
