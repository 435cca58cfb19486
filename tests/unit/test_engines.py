"""The engines of sleep against the original authors' program, against each other, and against what must hold of any sleep."""

import logging
from itertools import pairwise

import numpy as np
import pytest
import scipy.io
import torch
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from sleep_robustness.errors import UserError
from sleep_robustness.models import from_weights
from sleep_robustness.spiking import SleepParameters, sleep, sleep_many
from sleep_robustness.spiking.encode import encode, presented
from sleep_robustness.spiking.engines import cuda
from sleep_robustness.spiking.normalise import normalisation
from sleep_robustness.spiking.plasticity import RULES

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered")  # meant here, and in a rule's exp
GOLDEN = {
    name: scipy.io.loadmat(ROOT / f"tests/golden/{name}.mat", simplify_cells=True) for name in ("a_patches", "b_small3layer")
}
A, B = GOLDEN["a_patches"], GOLDEN["b_small3layer"]
RUNS_A = [name for name in A if name.startswith("rate")]
CLOSE = {"reference": 1e-12, "event": 1e-9}
CPU = list(CLOSE)
ENGINES = [*CPU, "cuda"]
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


@pytest.mark.parametrize(("engine", "dtype"), [("reference", "float64"), ("event", "float64"), ("event", "float32")])
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
    ("engine", "name"), [(engine, name) for engine in CPU for name in ("active", "silenced")] + [("reference", "dc_inh")]
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


@pytest.mark.parametrize(("engine", "dtype"), [("reference", "float64"), ("event", "float64"), ("event", "float32")])
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


def busy(seed, sizes=(8, 6, 4), steps=60):
    """Random weights, spikes and parameters of a network that spikes much."""
    rng = np.random.default_rng(seed)
    weights = [rng.normal(0.3, 0.5, (after, before)) for before, after in pairwise(sizes)]
    thresholds = [0.15 * before for before in sizes[:-1]]
    return weights, rng.random((steps, sizes[0])) < 0.3, SleepParameters([1.0] * len(weights), thresholds, 0.05, 0.04)


def same(one, other, atol=0.0):
    """Whether two sleeps gave the same spikes and, to a tolerance, the same weights and voltages."""
    for a, b in zip(one.spike_counts, other.spike_counts, strict=True):
        np.testing.assert_array_equal(a, b)
    for a, b in zip([*one.weights, *one.voltages], [*other.weights, *other.voltages], strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=atol)


@settings(max_examples=40, deadline=None)
@given(seed=seeds, rule=rules, widths=st.lists(st.integers(1, 140), min_size=2, max_size=4))
def test_the_engines_agree(seed, rule, widths):
    """Layers narrower and wider than the event engine's blocks and words."""
    weights, spikes, parameters = busy(seed, widths)
    by_engine = [sleep(weights, spikes, parameters, rule, engine, rasters=True) for engine in CPU]
    same(*by_engine, atol=1e-9)
    assert all(np.array_equal(a, b) for a, b in zip(by_engine[0].rasters, by_engine[1].rasters, strict=True))


@pytest.mark.parametrize("rule", RULES)
def test_the_cuda_kernel_agrees(rule):
    """On a GPU where there is one, else in numba's simulator: two networks, of which one sleeps longer."""
    first, second = busy(1), busy(2, steps=40)
    parameters = SleepParameters([1.0, 0.9], [1.0, 1.1], 0.03, 0.05, 0.99)
    many = list(sleep_many([first[0], second[0]], [first[1], second[1][:13]], [first[2], parameters], rule, "cuda"))
    same(many[0], sleep(*first, rule, "reference"), atol=1e-9)
    same(many[1], sleep(second[0], second[1][:13], parameters, rule, "reference"), atol=1e-9)
    assert many[0].spike_counts[2].sum() > 0 and many[1].spike_counts[1].sum() > 0


@pytest.mark.gpu
def test_mnist_networks_asleep_on_a_gpu(mnist_asleep):
    """The original program's sleep, four times in one launch."""
    stored, run, spikes = mnist_asleep
    weights = [stored[f"W{layer}"] for layer in (1, 2, 3)]
    parameters = SleepParameters(run["alpha"], run["beta"], run["inc"], run["dec"], run["decay"])
    for result in sleep_many([weights] * 4, [spikes], [parameters], engine="cuda"):
        same(result, sleep(weights, spikes, parameters), atol=1e-5)


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


def test_many_sleeps_are_so_many_sleeps():
    networks = [busy(seed)[0] for seed in range(5)]
    _, spikes, parameters = busy(9)
    many = sleep_many(networks, [lambda: spikes], [parameters], "printed", workers=2)
    for network, result in zip(networks, many, strict=True):
        same(result, sleep(network, spikes, parameters, "printed", "event"))


@pytest.mark.parametrize("engine", ["event", "cuda"])
def test_of_many_sleeps_the_one_that_overflows_is_named(engine):
    spikes, good = np.ones((3, 2), bool), SleepParameters([1.0], [1.0], 0.1, 0.1)
    bad = SleepParameters([1.0], [1.0], 1e308, 0.0)
    results = sleep_many([[np.ones((1, 2))]], [spikes], [good, bad, good], "printed", engine)
    assert next(results).spike_counts[1].sum() == 3
    with pytest.raises(UserError, match="sleep 2 of 3: a weight or voltage of layer 1 overflowed in step 2"):
        next(results)


def test_many_sleeps_say_what_is_wrong_with_them():
    weights, spikes, parameters = busy(0)
    for change, sentence in [
        (
            {"networks": [weights] * 2, "params": [parameters] * 3},
            "2 networks for 3 sleeps; there must be one for each, or one",
        ),
        ({"networks": []}, "0 networks for 1 sleeps"),
        ({"spikes": lambda: spikes}, "spikes must be a list, with one for each sleep"),
        ({"networks": (weights for _ in range(2))}, "networks must be a list, with one for each sleep"),
        ({"workers": -1}, "workers is -1; there must be one at least"),
        ({"params": [parameters] * 2, "spikes": [spikes, spikes[:, :3]]}, "sleep 2 of 2: layer 1 has weights"),
    ]:
        with pytest.raises(UserError, match=sentence):
            list(sleep_many(**{"networks": [weights], "spikes": [spikes], "params": [parameters], **change}))


def test_the_cuda_engine_takes_one_shape_at_a_time():
    (small, spikes, parameters), (large, _, _) = busy(0), busy(0, (8, 7, 4))
    with pytest.raises(UserError, match="networks of one shape and type together; take the event engine"):
        list(sleep_many([small, large], [spikes], [parameters], engine="cuda"))
    wide = np.zeros((4000, 8))
    with pytest.raises(UserError, match="too wide for the cuda engine; take the event engine"):
        sleep([wide, np.zeros((1, 4000))], spikes, parameters, engine="cuda")


def test_without_a_gpu_the_event_engine_stands_in_and_says_so(monkeypatch, caplog):
    monkeypatch.setattr(cuda, "usable", lambda: False)
    weights, spikes, parameters = busy(0)
    with caplog.at_level(logging.WARNING, "sleep_robustness"):
        result = sleep(weights, spikes, parameters, engine="cuda")
    same(result, sleep(weights, spikes, parameters, engine="event"))
    assert [record.message for record in caplog.records] == [
        "sleep: numba finds no GPU here; the event engine does the work of the cuda engine."
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"thresholds": [1.0, 0.0]}, r"thresholds \[1.0, 0.0\] must be above 0"),
        ({"thresholds": 1.0}, "thresholds 1.0 must be a list of numbers, one for each layer"),
        ({"gains": "ab"}, "gains 'ab' must be a list of numbers"),
        ({"thresholds": [1.0, -1.0]}, "threshold .* must be finite and not negative"),
        ({"gains": [], "thresholds": []}, "thresholds .* must be above 0, one for each layer"),
        ({"gains": [1.0]}, "1 gains for 2 thresholds"),
        ({"gains": [np.nan, 1.0]}, "gain .* must be finite and not negative"),
        ({"decrease": -0.1}, "decrease .* must be finite and not negative"),
        ({"increase": np.inf}, "increase .* must be finite and not negative"),
        ({"decay": 1.1}, "decay 1.1 must be 1 at most"),
        ({"inhibition": -0.1}, "inhibition .* must be finite and not negative"),
    ],
)
def test_bad_parameters_are_one_sentence(change, sentence):
    good = {"gains": [1.0, 1.0], "thresholds": [1.0, 1.0], "increase": 0.1, "decrease": 0.1}
    with pytest.raises(UserError, match=sentence):
        SleepParameters(**(good | change))


def test_bad_input_is_one_sentence():
    (first, second), spikes, parameters = busy(0)
    extended = SleepParameters([1.0, 1.0], [1.0, 1.0], 0.1, 0.1, direct_current=0.3)
    good = {"weights": [first, second], "spikes": spikes, "params": parameters}
    for change, sentence in [
        ({"weights": [first]}, "2 thresholds for 1 layers"),
        ({"spikes": spikes[:, :5]}, r"layer 1 has weights \[out, in\] of shape \[6, 8\] but is given 5 inputs"),
        ({"weights": [first, second[:, :3]]}, r"layer 2 has weights \[out, in\] of shape \[4, 3\] but is given 6 inputs"),
        ({"weights": [first * np.nan, second]}, "layer 1 has a weight that is not finite"),
        ({"weights": [first, second.astype(int)]}, "layer 2 has weights of int64; all must be float32, or all float64"),
        ({"weights": [first, second.astype(np.float32)]}, "layer 2 has weights of float32"),
        ({"spikes": spikes[:0]}, r"spikes of shape \[0, 8\] are empty"),
        ({"spikes": spikes.astype(float)}, r"spikes must be bool \[steps, inputs\], not float64"),
        ({"spikes": spikes[0]}, r"spikes must be bool \[steps, inputs\], not bool of shape \[8\]"),
        ({"rule": "naps"}, "no rule 'naps'; there are printed, released, inverted"),
        ({"engine": "steam"}, "no engine 'steam'; there are auto, reference, event, cuda"),
        ({"params": extended, "engine": "event"}, "the event engine knows no direct_current or inhibition"),
        ({"weights": [first.tolist(), second]}, "spikes and the weights of each layer must be NumPy arrays"),
        ({"weights": [torch.from_numpy(first), torch.from_numpy(second)]}, "must be NumPy arrays"),
        ({"voltages": [np.full(6, 9.0), np.zeros(4)]}, "voltages of layer 1 reach 9; they must begin below 1.2"),
        ({"checkpoints": [3.5]}, r"checkpoints \[3.5\] must be whole numbers from 1 to 60"),
        ({"voltages": [np.zeros(6)]}, "must be finite, one a neuron"),
        ({"voltages": [np.zeros(6), np.full(4, np.nan)]}, "must be finite, one a neuron"),
        ({"checkpoints": [61]}, r"checkpoints \[61\] must be whole numbers from 1 to 60"),
    ]:
        with pytest.raises(UserError, match=sentence):
            sleep(**(good | change))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("weight", "increase", "step"),
    [
        ([[1e308, 1e308]], 0.0, 1),  # a voltage becomes ∞
        ([[-1e308, -1e308]], 0.0, 1),  # −∞, which never spikes
        ([[1.0, 1.0]], 1e308, 2),  # a weight becomes ∞ at the second spike
    ],
)
def test_an_overflow_stops_the_sleep_and_names_the_step(engine, weight, increase, step):
    parameters = SleepParameters([1.0], [1.0], increase, 0.0)
    with pytest.raises(UserError, match=f"a weight or voltage of layer 1 overflowed in step {step};"):
        sleep([np.array(weight)], np.ones((5, 2), bool), parameters, "printed", engine)


@pytest.mark.parametrize("engine", CPU)
def test_an_overflow_late_in_a_deep_layer_is_named_too(engine):
    """The first layer spikes from its first input on; the second is given it, and overflows, in step 40 000."""
    weights = [np.array([[1.0]]), np.array([[1e308], [1e308]])]
    spikes = np.zeros((40_010, 1), bool)
    spikes[39_999:] = True
    with pytest.raises(UserError, match="layer 2 overflowed in step 40000;"):
        sleep(weights, spikes, SleepParameters([1.0, 10.0], [1.0, 1.0], 0.0, 0.0), "printed", engine)
