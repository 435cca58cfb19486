"""The engines of sleep against the original authors' program, against each other, and against what must hold of any sleep."""

import os
from dataclasses import replace

import numpy as np
import pytest
import scipy.io
import torch
from asleep import CPU, ENGINES, busy, same
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from sleep_robustness.networks.relu import from_weights
from sleep_robustness.spiking import SleepParameters, sleep, sleep_many
from sleep_robustness.spiking.encode import encode, presented
from sleep_robustness.spiking.engines import cuda, event
from sleep_robustness.spiking.normalise import normalisation
from sleep_robustness.spiking.plasticity import RESETS, RULES

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered")  # meant here, and in a rule's exp
GOLDEN = {
    name: scipy.io.loadmat(ROOT / f"tests/golden/{name}.mat", simplify_cells=True) for name in ("a_patches", "b_small3layer")
}
A, B = GOLDEN["a_patches"], GOLDEN["b_small3layer"]
ON_GPU = pytest.param("cuda", "float64", marks=pytest.mark.gpu)
RUNS_A = [name for name in A if name.startswith("rate")]
CLOSE = {"reference": 1e-12, "event": 1e-9, "cuda": 1e-9}
rules = st.sampled_from(list(RULES))
seeds = st.integers(0, 10_000)


class Stored:
    """A generator that gives stored uniform numbers [steps, inputs] in order."""

    def __init__(self, uniform):
        self.uniform, self.at = uniform, 0

    def random(self, shape):
        rows = self.uniform[self.at : self.at + shape[0]]
        self.at += shape[0]
        return rows


@pytest.mark.parametrize(("engine", "dtype"), [("reference", "float64"), ("event", "float64"), ("event", "float32"), ON_GPU])
@pytest.mark.parametrize("name", RUNS_A)
def test_patches_asleep_as_in_the_original_program(name, engine, dtype):
    """One layer, 2 000 steps, from the stored uniform numbers."""
    run, close = A[name], 1e-5 if dtype == "float32" else CLOSE[engine]
    examples = presented(A["X"], 2000, "mean" if name.endswith("mean") else "storage", np.random.default_rng(0))
    spikes = encode(A["X"], run["max_rate"], 2, examples, Stored(A["U"].T))
    np.testing.assert_array_equal(spikes, run["raster_in"].astype(bool))
    parameters = SleepParameters([run["alpha"]], [np.ravel(A["beta"])[0]], A["inc"], A["dec"], A["decay"])
    steps = [int(step) for step in run["checkpoints"]]
    result = sleep([A["W0"].astype(dtype)], spikes, parameters, engine=engine, checkpoints=steps, rasters=True)
    np.testing.assert_array_equal(result.rasters[1], run["raster_out"].astype(bool))
    for checkpoint, step in enumerate(steps):
        np.testing.assert_allclose(result.checkpoints[step][0], run["W_checkpoints"][:, :, checkpoint], rtol=0, atol=close)
    np.testing.assert_allclose(result.voltages[0], run["mem_final"], atol=max(close, 1e-4 * (dtype == "float32")))


@pytest.mark.parametrize(
    ("engine", "name"),
    [(engine, name) for engine in CPU for name in ("active", "silenced")]
    + [("reference", "dc_inh")]
    + [pytest.param("cuda", name, marks=pytest.mark.gpu) for name in ("active", "silenced")],
)
def test_three_layers_asleep_as_in_the_original_program(name, engine):
    """1 000 steps; dc_inh with a current into the last layer and inhibition, which the reference engine alone knows."""
    run = B[name]
    weights = [run[f"W{layer}_initial"] for layer in (1, 2, 3)]
    parameters = SleepParameters(run["alpha"], run["beta"], B["inc"], B["dec"], B["decay"], run["DC"], run["W_inh"])
    steps = [int(step) for step in run["checkpoints"]]
    result = sleep(weights, run["raster_L1"].astype(bool), parameters, engine=engine, checkpoints=steps, rasters=True)
    for layer in (1, 2, 3):
        np.testing.assert_array_equal(result.rasters[layer], run[f"raster_L{layer + 1}"].astype(bool))
        np.testing.assert_allclose(result.voltages[layer - 1], run[f"mem_final_L{layer + 1}"], atol=1e-12)
        for step in steps:
            stored = run[f"W{layer}_t{step}"]
            np.testing.assert_allclose(result.checkpoints[step][layer - 1], stored, rtol=0, atol=CLOSE[engine])


@pytest.fixture(scope="module")
def mnist_asleep(golden):
    """The original program's MNIST network, its sleep, and the input raster."""
    stored = np.load(golden / "c_control_s1_weights.npz")
    run = scipy.io.loadmat(golden / "c_sleep_fgsm.mat", simplify_cells=True)
    return stored, run, np.unpackbits(run["input_raster_packed"], axis=1)[:, :784].astype(bool)


def test_mnist_encoded_and_normalised_as_in_the_original_program(mnist_asleep, mnist):
    stored, run, spikes = mnist_asleep
    network = from_weights([torch.from_numpy(stored[f"W{layer}"]) for layer in (1, 2, 3)], 0.2)
    np.testing.assert_allclose(normalisation(network, torch.from_numpy(mnist.train_x)), stored["norm_constants"], rtol=1e-5)
    uniform = np.random.RandomState(20200426).random_sample((2000, 784))
    assert np.array_equal(encode(mnist.train_x, run["max_rate"], 2, np.arange(2000), Stored(uniform)), spikes[:2000])


@pytest.mark.parametrize(("engine", "dtype"), [("reference", "float64"), ("event", "float64"), ("event", "float32"), ON_GPU])
def test_mnist_network_asleep_as_in_the_original_program(mnist_asleep, engine, dtype):
    """27 105 steps with the released parameters: 39 spikes, at their times, and every weight at every checkpoint."""
    stored, run, spikes = mnist_asleep
    weights = [stored[f"W{layer}"].astype(dtype) for layer in (1, 2, 3)]
    parameters = SleepParameters(run["alpha"], run["beta"], run["inc"], run["dec"], run["decay"])
    steps = [500, 2000, 5000, 27105]
    result = sleep(weights, spikes, parameters, engine=engine, checkpoints=steps, rasters=True)
    assert [int(counts.sum()) for counts in result.spike_counts[1:]] == [39, 0, 0]
    times = np.argwhere(result.rasters[1]) + 1
    spike_times = next(run[key] for key in run if "spike_times" in key and np.shape(run[key]) == (39, 2))
    assert sorted(times.tolist()) == sorted(np.asarray(spike_times, int).tolist())
    for step in steps:
        for layer in (1, 2, 3):
            expected = stored[f"W{layer}"].astype(float)
            if np.size(run[f"W{layer}_t{step}_changed_rows"]):
                expected[run[f"W{layer}_t{step}_changed_rows"]] = run[f"W{layer}_t{step}_rows"]
            close = 1e-5 if dtype == "float32" else CLOSE[engine]
            np.testing.assert_allclose(result.checkpoints[step][layer - 1], expected, rtol=0, atol=close)


@settings(max_examples=40, deadline=None)
@given(seed=seeds, rule=rules, widths=st.lists(st.integers(1, 140), min_size=2, max_size=4))
def test_the_engines_agree(seed, rule, widths):
    """Layers narrower and wider than the event engine's blocks and words."""
    weights, spikes, parameters = busy(seed, widths)
    by_engine = [sleep(weights, spikes, parameters, rule, engine, rasters=True) for engine in CPU]
    same(*by_engine, atol=1e-9)
    assert all(np.array_equal(a, b) for a, b in zip(by_engine[0].rasters, by_engine[1].rasters, strict=True))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rule", RULES)
def test_many_neurons_that_spike_together_are_changed_as_each_by_itself(rule, dtype, monkeypatch):
    """The event engine's two ways to change its copy of the weights, bit for bit, where a fifth of them spike in a step."""
    rng = np.random.default_rng(3)
    weights = [(rng.standard_normal(shape) / 10).astype(dtype) for shape in ((150, 90), (70, 150))]
    spikes, parameters = rng.random((400, 90)) < 0.4, SleepParameters([1.0, 0.6], [0.3, 0.5], 0.002, 0.0005, 0.9)
    together = sleep(weights, spikes, parameters, rule, "event")
    monkeypatch.setattr(event, "MANY", 1000)
    event._block.cache_clear()
    alone = sleep(weights, spikes, parameters, rule, "event")
    event._block.cache_clear()
    assert together.spike_counts[1].sum() > 400 * 150 / 5
    for kind in ("weights", "spike_counts", "voltages"):
        for one, other in zip(getattr(together, kind), getattr(alone, kind), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("rule", RULES)
def test_the_cuda_kernel_agrees(rule):
    """On a GPU where there is one, else in numba's simulator: two networks, of which one sleeps longer."""
    first, second = busy(1), busy(2, steps=40)
    parameters = SleepParameters([1.0, 0.9], [1.0, 1.1], 0.03, 0.05, 0.99)
    many = list(sleep_many([first[0], second[0]], [first[1], second[1][:13]], [first[2], parameters], rule, "cuda"))
    same(many[0], sleep(*first, rule, "reference"), atol=1e-9)
    same(many[1], sleep(second[0], second[1][:13], parameters, rule, "reference"), atol=1e-9)
    assert many[0].spike_counts[2].sum() > 0 and many[1].spike_counts[1].sum() > 0


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rule", RULES)
def test_the_cuda_kernel_gives_the_event_engines_bits(rule, dtype):
    """In the simulator; on a GPU the exp of the released rule may round otherwise."""
    weights, spikes, parameters = busy(3, (13, 9, 5), steps=25)
    parameters = replace(parameters, gains=[0.7 * gain for gain in parameters.gains], decay=0.9)  # products that are rounded
    weights = [weight.astype(dtype) for weight in weights]
    one, other = (sleep(weights, spikes, parameters, rule, engine, rasters=True) for engine in ("cuda", "event"))
    rounding = 0.0 if rule != "released" or os.environ.get("NUMBA_ENABLE_CUDASIM") else 2 * np.finfo(dtype).eps
    same(one, other, atol=rounding)
    assert all(np.array_equal(a, b) for a, b in zip(one.rasters, other.rasters, strict=True))
    assert one.spike_counts[2].sum() > 0


@pytest.mark.gpu
@pytest.mark.parametrize("rule", ["printed", "inverted"])
def test_the_gpus_code_fuses_no_product(rule):
    weights, spikes, parameters = busy(0)
    sleep([weight.astype(np.float32) for weight in weights], spikes, parameters, rule, "cuda")
    kernel = cuda._kernel(RULES[rule], cuda.float32, 8 + cuda.FOURS, 10)
    assert all("fma" not in code and "mul.rn.f32" in code for code in kernel.inspect_asm().values())


@pytest.mark.gpu
def test_mnist_networks_asleep_on_a_gpu(mnist_asleep):
    """The original program's sleep, four times in one launch."""
    stored, run, spikes = mnist_asleep
    weights = [stored[f"W{layer}"] for layer in (1, 2, 3)]
    parameters = SleepParameters(run["alpha"], run["beta"], run["inc"], run["dec"], run["decay"])
    for result in sleep_many([weights] * 4, [spikes], [parameters], engine="cuda"):
        same(result, sleep(weights, spikes, parameters), atol=2 * np.finfo(np.float32).eps)  # the GPU's exp may round otherwise


@pytest.mark.parametrize("engine", CPU)
@settings(max_examples=25, deadline=None)
@given(seed=seeds, rule=rules)
def test_only_neurons_that_spiked_change_and_the_input_stays(engine, seed, rule):
    weights, spikes, parameters = busy(seed)
    before = [weight.copy() for weight in weights]
    result = sleep(weights, spikes, parameters, rule, engine)
    for weight, old, new, counts in zip(weights, before, result.weights, result.spike_counts[1:], strict=True):
        assert np.array_equal(weight, old)
        assert np.array_equal(new[counts == 0], old[counts == 0])
        if rule != "released":  # whose gate lets positive weights be
            assert (new[counts > 0] != old[counts > 0]).any(axis=1).all()


@pytest.mark.parametrize("engine", CPU)
@settings(max_examples=25, deadline=None)
@given(seed=seeds, rule=rules)
def test_permuting_hidden_neurons_permutes_the_result(engine, seed, rule):
    weights, spikes, parameters = busy(seed)
    order = np.random.default_rng(seed).permutation(6)
    result = sleep(weights, spikes, parameters, rule, engine)
    other = sleep([weights[0][order], weights[1][:, order]], spikes, parameters, rule, engine)
    np.testing.assert_allclose(other.weights[0], result.weights[0][order])
    np.testing.assert_allclose(other.weights[1], result.weights[1][:, order])


@pytest.mark.parametrize("engine", CPU)
@settings(max_examples=25, deadline=None)
@given(seed=seeds, rule=rules, stop=st.integers(1, 59))
def test_going_on_from_a_state_is_one_longer_sleep(engine, seed, rule, stop):
    weights, spikes, parameters = busy(seed)
    whole = sleep(weights, spikes, parameters, rule, engine, checkpoints=[stop])
    first = sleep(weights, spikes[:stop], parameters, rule, engine)
    second = sleep(first.weights, spikes[stop:], parameters, rule, engine, voltages=first.voltages)
    assert all(np.array_equal(a, b) for a, b in zip(whole.weights, second.weights, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(whole.voltages, second.voltages, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(whole.checkpoints[stop], first.weights, strict=True))


@pytest.mark.parametrize("engine", ENGINES)
def test_without_a_post_spike_nothing_changes(engine):
    """Many input spikes, under thresholds that nothing reaches."""
    weights, spikes, _ = busy(0)
    result = sleep(weights, spikes, SleepParameters([1.0, 1.0], [1e9, 1e9], 0.05, 0.04), engine=engine)
    assert all(np.array_equal(a, b) for a, b in zip(weights, result.weights, strict=True))
    assert result.spike_counts[0].any() and not any(counts.any() for counts in result.spike_counts[1:])
    assert result.voltages[0].any()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_voltage_at_the_threshold_spikes(engine):
    """Twice .5 · 1 without decay is exactly 1."""
    parameters = SleepParameters([0.5], [1.0], 0.25, 0.5, decay=1.0)
    result = sleep([np.array([[1.0], [0.5]])], np.ones((2, 1), bool), parameters, "printed", engine, rasters=True)
    assert result.rasters[1].tolist() == [[False, False], [True, False]]
    assert result.weights[0].tolist() == [[1.25], [0.5]] and result.voltages[0].tolist() == [0, 0.5]


def test_the_cuda_engine_goes_on_from_voltages_and_gives_traces():
    weights, spikes, parameters = busy(4, steps=30)
    voltages = [np.full(6, 0.3), np.full(4, -0.2)]
    asked = {"voltages": voltages, "checkpoints": [10, 25], "rasters": True}
    one, other = (sleep(weights, spikes, parameters, "printed", engine, **asked) for engine in ("cuda", "reference"))
    same(one, other, atol=1e-9)
    assert all(np.array_equal(a, b) for a, b in zip(one.rasters, other.rasters, strict=True))
    for step in (10, 25):
        assert all(np.allclose(a, b) for a, b in zip(one.checkpoints[step], other.checkpoints[step], strict=True))


@pytest.mark.parametrize("engine", CPU)
@pytest.mark.parametrize("width", [1, 8, 13, 64])
def test_a_raster_may_lie_in_memory_as_it_likes(engine, width):
    rng = np.random.default_rng(width)
    spikes, weights = rng.random((width, 50)) < 0.4, [rng.normal(0.3, 0.5, (5, width))]
    parameters = SleepParameters([1.0], [1.0], 0.05, 0.04)
    same(sleep(weights, spikes.T, parameters, engine=engine), sleep(weights, spikes.T.copy(), parameters, engine=engine))


@pytest.mark.parametrize("engine", CPU)
def test_a_neuron_by_hand(engine):
    """v: 1, then .9 · 1 + 1 = 1.9 ≥ 1.5 spikes, weight + .1 and v = 0, then 1.1."""
    parameters = SleepParameters([1.0], [1.5], 0.1, 0.2, decay=0.9)
    result = sleep([np.array([[1.0]])], np.ones((3, 1), bool), parameters, "printed", engine)
    np.testing.assert_allclose([result.weights[0][0, 0], result.voltages[0][0], result.spike_counts[1][0]], [1.1, 1.1, 1])


@pytest.mark.parametrize("engine", CPU)
def test_float32_stays_float32(engine):
    weights, spikes, parameters = busy(0)
    result = sleep([weight.astype(np.float32) for weight in weights], spikes, parameters, engine=engine, checkpoints=[7])
    for arrays in (result.weights, result.voltages, result.checkpoints[7]):
        assert all(array.dtype == np.float32 for array in arrays)


def test_a_fourth_rule_is_one_function_and_may_be_another_later(monkeypatch):
    def halving(weight, increase, decrease):
        return -weight / 2, -weight / 2

    typed = {}
    exec("def third(weight, increase, decrease):\n    return -weight / 3, -weight / 3", typed)  # without a file
    weights, spikes, parameters = busy(3)
    for rule in (halving, typed["third"]):
        monkeypatch.setitem(RULES, "mine", rule)
        same(*(sleep(weights, spikes, parameters, "mine", engine) for engine in CPU), atol=1e-9)


@pytest.mark.parametrize("reset", RESETS)
@settings(max_examples=25, deadline=None)
@given(seed=seeds, rule=rules)
def test_the_engines_agree_on_what_a_spike_leaves_of_the_voltage(reset, seed, rule):
    weights, spikes, parameters = busy(seed)
    same(*(sleep(weights, spikes, replace(parameters, reset=reset), rule, engine) for engine in CPU), atol=1e-9)


@pytest.mark.parametrize("engine", CPU)
@pytest.mark.parametrize(
    ("reset", "spiked", "left"),
    [("zero", [0, 1, 0, 1], 0), ("subtract", [0, 1, 0, 1], 0.6), ("none", [0, 1, 1, 1], 3.6)],
)
def test_a_reset_by_hand(engine, reset, spiked, left):
    """Steps of .9 against a threshold of 1.5, no decay, weights that stay: to 0 at each spike, or 1.5 less, or never."""
    parameters = SleepParameters([0.9], [1.5], 0.0, 0.0, decay=1.0, reset=reset)
    result = sleep([np.array([[1.0]])], np.ones((4, 1), bool), parameters, "printed", engine, rasters=True)
    assert result.rasters[1].ravel().tolist() == spiked
    np.testing.assert_allclose(result.voltages[0], [left])
