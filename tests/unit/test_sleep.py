"""Sleep as it is called: many at once, and one sentence for what cannot be slept over."""

import logging
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from asleep import CPU, ENGINES, busy, same

from sleep_robustness.errors import UserError
from sleep_robustness.spiking import SleepParameters, phase, sleep, sleep_many
from sleep_robustness.spiking.engines import cuda

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered")  # meant here


def test_many_sleeps_are_so_many_sleeps():
    networks = [busy(seed)[0] for seed in range(5)]
    _, spikes, parameters = busy(9)
    many = sleep_many(networks, [lambda: spikes], [parameters], "printed", workers=2)
    for network, result in zip(networks, many, strict=True):
        same(result, sleep(network, spikes, parameters, "printed", "event"))


@pytest.mark.parametrize("engine", ["reference", "event", "cuda"])
def test_a_sleep_that_spikes_too_often_is_given_up(engine, monkeypatch):
    """One neuron that spikes in every step, and in every other; the spikes are counted every five steps, and at the end."""
    monkeypatch.setattr(phase, "LOOK", 5)
    often, seldom = (SleepParameters([1.0], [threshold], 0.0, 0.0, decay=1.0) for threshold in (1.0, 2.0))
    given = [[np.ones((1, 1))]], [np.ones((15, 1), bool)], [often, seldom, often]

    def counts(most):
        return [result and int(result.spike_counts[1][0]) for result in sleep_many(*given, engine=engine, most_spikes=most)]

    assert counts(14) == [None, 7, None] and counts(15) == [15, 7, 15]


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


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (
            {"is_available": lambda: False, "cuda_error": lambda: "CUDA driver\ntoo old"},
            "finds no GPU here (CUDA driver too old)",
        ),
        (
            {"to_device": lambda array: np.no_such_name},
            "cannot compile for the GPU here (AttributeError: module 'numpy' has no attribute 'no_such_name'); "
            "install the versions of the README",
        ),
    ],
)
def test_where_no_gpu_works_the_event_engine_stands_in_and_says_why(monkeypatch, caplog, broken, sentence):
    cuda.trouble.cache_clear()
    for name, its in broken.items():
        monkeypatch.setattr(cuda.cuda, name, its)
    weights, spikes, parameters = busy(0)
    with caplog.at_level(logging.WARNING, "sleep_robustness"):
        result = sleep(weights, spikes, parameters, engine="cuda")
    cuda.trouble.cache_clear()
    same(result, sleep(weights, spikes, parameters, engine="event"))
    assert [record.message for record in caplog.records] == [
        f"sleep: numba {sentence}; the event engine does the work of the cuda engine."
    ]


def test_a_launch_takes_as_many_networks_as_the_gpus_memory_holds(monkeypatch):
    weights, spikes, parameters = busy(0)
    size, launches = sum(weight.nbytes for weight in weights), []
    context = SimpleNamespace(get_memory_info=lambda: (5 * size, 9 * size))
    monkeypatch.setattr(cuda.cuda, "current_context", lambda: context)
    advance_all = cuda.advance_all
    monkeypatch.setattr(cuda, "advance_all", lambda states, *rest: launches.append(len(states)) or advance_all(states, *rest))
    results = list(sleep_many([weights], [spikes[:5]], [parameters] * 5, engine="cuda"))
    assert launches == [2, 2, 1]
    for result in results:
        same(result, sleep(weights, spikes[:5], parameters))
    context.get_memory_info = lambda: (1.9 * size, 9 * size)
    with pytest.raises(UserError, match=r"GB free, too little for a network of .* GB and its spikes; free some, or take"):
        list(sleep_many([weights], [spikes], [parameters] * 2, engine="cuda"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"thresholds": [1.0, 0.0]}, r"thresholds \[1.0, 0.0\] must be above 0"),
        ({"thresholds": 1.0}, "thresholds 1.0 must be a list of numbers, one for each layer"),
        ({"gains": "ab"}, "gains 'ab' must be a list of numbers"),
        ({"thresholds": [1.0, -1.0]}, "threshold .* must be .*finite and not negative"),
        ({"gains": [], "thresholds": []}, "thresholds .* must be above 0, one for each layer"),
        ({"gains": [1.0]}, "1 gains for 2 thresholds"),
        ({"gains": [np.nan, 1.0]}, "gain .* must be .*finite and not negative"),
        ({"decrease": -0.1}, "decrease .* must be .*finite and not negative"),
        ({"increase": np.inf}, "increase .* must be .*finite and not negative"),
        ({"decay": 1.1}, "decay 1.1 must be 1 at most"),
        ({"inhibition": -0.1}, "inhibition .* must be .*finite and not negative"),
        ({"reset": "half"}, "there is no reset 'half'; there are zero, subtract, none"),
        ({"reset": ["zero"]}, r"there is no reset \['zero'\]; there are"),
        ({"gains": [None, 1.0]}, r"gain \[None, 1.0\] must be numbers, each finite and not negative"),
        ({"gains": ["1", "2"]}, "gain .* must be numbers, each finite"),
        ({"increase": None}, r"increase \[None\] must be a number, finite and not negative"),
        ({"decrease": [0.1, 0.2]}, "decrease .* must be a number, finite"),
        ({"decay": np.array([0.9, 0.8])}, "decay .* must be a number, finite"),
        ({"increase": True}, r"increase \[True\] must be a number"),
        ({"thresholds": [np.ones(8), np.ones(6)]}, "thresholds .* must be a list of numbers, one for each layer"),
        ({"thresholds": [[1.0, 1.0], [1.0, 1.0]]}, "thresholds .* must be a list of numbers, one for each layer"),
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
        ({"weights": None}, "weights None must be a list of arrays, one for each layer"),
        ({"spikes": spikes[:, :5]}, r"layer 1 has weights \[out, in\] of shape \[6, 8\] but is given 5 inputs"),
        ({"weights": [first, second[:, :3]]}, r"layer 2 has weights \[out, in\] of shape \[4, 3\] but is given 6 inputs"),
        ({"weights": [first * np.nan, second]}, "layer 1 has a weight that is not finite"),
        ({"weights": [first, second.astype(int)]}, "layer 2 has weights of int64; all must be float32, or all float64"),
        ({"weights": [first, second.astype(np.float32)]}, "layer 2 has weights of float32"),
        ({"spikes": spikes[:0]}, r"spikes of shape \[0, 8\] are empty"),
        ({"spikes": spikes * 0.5}, r"spikes must be \[steps, inputs\] of bool, or of 0 and 1, not float64"),
        ({"spikes": spikes * 2}, r"spikes must be \[steps, inputs\] of bool, or of 0 and 1, not int64"),
        ({"spikes": spikes[0]}, r"spikes must be \[steps, inputs\] of bool, or of 0 and 1, not bool of shape \[8\]"),
        ({"spikes": np.ma.masked_array(spikes)}, "an array has a mask, which would be lost; fill it first"),
        ({"weights": [np.ma.masked_array(first), second]}, "an array has a mask, which would be lost; fill it first"),
        ({"rule": ["printed"]}, r"no rule \['printed'\]; there are printed, released, inverted"),
        ({"rule": "naps"}, "no rule 'naps'; there are printed, released, inverted"),
        ({"engine": "steam"}, "no engine 'steam'; there are auto, reference, event, cuda"),
        ({"params": replace(parameters, reset="none"), "engine": "cuda"}, "the cuda engine resets a voltage to zero alone"),
        ({"params": extended, "engine": "event"}, "the event engine knows no direct_current or inhibition"),
        ({"weights": [first.tolist(), second]}, "the weights of each layer must be arrays of NumPy or tensors of torch"),
        ({"voltages": [np.full(6, 9.0), np.zeros(4)]}, "voltages of layer 1 reach 9; they must begin below 1.2"),
        ({"checkpoints": [3.5]}, r"checkpoints \[3.5\] must be whole numbers from 1 to 60"),
        ({"voltages": [np.zeros(6)]}, "must be finite, one a neuron"),
        ({"voltages": [np.zeros(6), np.full(4, np.nan)]}, "must be finite, one a neuron"),
        ({"checkpoints": [61]}, r"checkpoints \[61\] must be whole numbers from 1 to 60"),
        ({"checkpoints": 5}, "checkpoints 5 must be whole numbers from 1 to 60"),
        ({"checkpoints": [np.nan]}, r"checkpoints \[nan\] must be whole numbers from 1 to 60"),
        ({"checkpoints": "12"}, "checkpoints 12 must be whole numbers from 1 to 60"),
    ]:
        with pytest.raises(UserError, match=sentence):
            sleep(**(good | change))


def test_tensors_and_rasters_of_0_and_1_are_slept_over_as_arrays_of_bool():
    weights, spikes, parameters = busy(0)
    wanted = sleep(weights, spikes, parameters).weights
    tensors = [torch.from_numpy(weight).requires_grad_() for weight in weights]
    for raster in (
        spikes.astype(np.uint8),
        spikes.astype(np.float32),
        torch.from_numpy(spikes),
        torch.from_numpy(spikes).float(),
    ):
        (many,) = sleep_many([tensors], [raster], [parameters])
        for found in (sleep(tensors, raster, parameters), many):
            assert all(np.array_equal(one, other) for one, other in zip(found.weights, wanted, strict=True))


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
