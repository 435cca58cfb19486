"""Moments of sleep: against the sleep of the defence, its result, and what must hold of one in which nothing spikes."""

import numpy as np
import pandas as pd
import pytest
import torch

from sleep_robustness.attacks import fgsm
from sleep_robustness.data import patches
from sleep_robustness.defences import control, sleep
from sleep_robustness.papers.tadros.analyses.asleep import moments, trace
from sleep_robustness.papers.tadros.analyses.traces import history_rows, trace_rows
from sleep_robustness.papers.tadros.plots.fig_sleep import ROWS, fig_sleep
from sleep_robustness.papers.tadros.tables.inside import asleep

TRAINING = {"sizes": [100, 30, 20, 4], "dropout": 0.2, "weight_spread": 0.1, "epochs": 20, "batch": 4, "learning_rate": 0.1}
SLEEP = {"rule": "released", "order": "storage", "spike_factor": 2, "decay": 0.999, "rate": 60, "steps": 300, "current": 2.0}
SLEEP |= {"thresholds": [0.6, 0.5, 0.5], "increase": 0.02, "decrease": 0.01, "presentations": 1, "updates": None}
ATTACK = {"objective": "loss", "epsilon_step": 0.05, "steps": 20}


@pytest.fixture(scope="module")
def dataset():
    return patches.load()


@pytest.fixture(scope="module")
def base(dataset):
    return control.fit(dataset, TRAINING | {"momentum": 0.5}, seed=1)


def traced(dataset, base, rule="released", **changed):
    """The trace of a sleep at four moments."""
    x, y = torch.from_numpy(dataset.test_x), torch.from_numpy(dataset.test_y)
    given = sleep.bedded(dataset, SLEEP | changed, base, 1, "cpu")
    return trace(base, given, rule, [1, 20, 100, 300], x, y, ATTACK)


@pytest.mark.parametrize(("steps", "count"), [(27105, 8), (3365, 8), (12, 6), (5, 4), (1, 2)])
def test_moments_grow_to_the_end_of_sleep(steps, count):
    found = moments(steps, count)
    assert found[-1] == steps and found[0] == min(10, steps) and len(found) <= count
    assert (np.diff(found) > 0).all() and all(type(step) is int for step in found)


@pytest.mark.parametrize("rule", ["printed", "released", "inverted"])
def test_the_end_is_the_network_of_the_defence(dataset, base, rule):
    network, found = sleep.fit(dataset, SLEEP | {"rule": rule}, base, seed=1), traced(dataset, base, rule)
    np.testing.assert_array_equal(found["spikes"][-1], network.history.spikes)
    assert network.history.spikes.min() > 0 and (np.diff(found["spikes"], axis=0) >= 0).all()
    pairs = list(zip(network.weights, base.weights, strict=True))
    size = sum(old.numel() for _, old in pairs)
    assert found["raised"][-1] == sum(int((new > old).sum()) for new, old in pairs) / size > 0
    assert found["lowered"][-1] == sum(int((new < old).sum()) for new, old in pairs) / size > 0
    old, new = (np.concatenate([weight.detach().numpy().ravel() for weight in own.weights]) for own in (base, network))
    positive, changed = old > 0, old != new
    assert found["positive"][-1] == pytest.approx((positive & changed).sum() / changed.sum()) and np.isnan(found["positive"][0])
    for name, began in (("moved_positive", positive), ("moved_others", ~positive)):
        far = np.abs(new - old)[began & changed]
        assert found[name][-1] == pytest.approx(far.mean() if len(far) else np.nan, rel=1e-5, nan_ok=True)
    for moment, own in ((0, base), (-1, network)):
        x, y = torch.from_numpy(dataset.test_x), torch.from_numpy(dataset.test_y)
        np.testing.assert_array_equal(found["strength"][moment], fgsm.run(own, x, y, ATTACK, torch.Generator()).strength)


def test_a_sleep_that_ends_by_its_updates_stays_as_it_ended(dataset, base):
    """So that networks of several seeds, which end at other times, can be averaged moment by moment."""
    changed = {"updates": 5000}
    network, found = sleep.fit(dataset, SLEEP | changed, base, seed=1), traced(dataset, base, **changed)
    ended = len(sleep.bedded(dataset, SLEEP | changed, base, 1, "cpu")[1])
    assert 20 < ended < 100 and list(found["steps"]) == [0, 1, 20, 100, 300] and found["spike_steps"][-1] == 300
    after = found["spike_steps"] >= ended
    assert after.sum() > 5 and (found["spikes"][after] == network.history.spikes.to_numpy()).all()
    assert found["raised"][-1] == found["raised"][-2] != found["raised"][-3]
    np.testing.assert_array_equal(found["strength"][-1], found["strength"][-2])


def test_where_nothing_spikes_nothing_changes(dataset, base):
    found = traced(dataset, base, thresholds=[1e6] * 3)
    assert not found["spikes"].any() and not found["raised"].any() and not found["lowered"].any()
    assert (found["strength"] == found["strength"][0]).all()


def test_rows_and_figure_hold_every_moment_of_every_rule(dataset, base):
    rules = ["printed", "released", "inverted"]
    traces = [traced(dataset, base, rule) for rule in rules]
    arrays = {name: np.array([one[name] for one in traces]) for name in traces[0]}
    arrays |= {"rules": rules, "layers": [2, 3, 4]}
    counted = arrays["spike_steps"].shape[1]
    network = {"dataset": "mnist", "defence": "sleep", "variant": "a", "readings": ["released", "audited"], "rule": "released"}
    runs = pd.DataFrame(network | {"seed": k, "path": str(k)} for k in range(3))
    rows = trace_rows(runs, lambda path: arrays)
    measures = 2 + 3
    assert counted > 30 and len(rows) == (3 + 1) * (
        5 * (measures + 3) + 3 * counted
    )  # its own rule once for each of two readings
    assert rows[(rows.measure == "positive") & (rows.step == 0)].note.str.startswith("no such weight").all()
    assert set(rows[rows.rule == "released"].reading) == {"released", "audited"}
    assert set(rows[rows.rule != "released"].reading) == {"beside"}
    last = rows[(rows.rule == "printed") & (rows.step == 300)].set_index(["measure", "layer"])
    assert last.loc[("spikes", 2), "value"].item() == traces[0]["spikes"][-1, 0]
    table = asleep(rows, {"a": SLEEP})
    assert len(table) == 3 * (5 * measures + 3 * counted), "those that the figure draws"
    assert table.title[0] == "a (released, audited)\n60 Hz × 2, 300 ms"
    figure = fig_sleep(table)
    lines = [line for axes in figure.axes for line in axes.lines]
    assert len(figure.axes) == len(ROWS) and len(lines) == 3 * sum(len(measures) for measures, _, _ in ROWS)
    assert sorted({len(line.get_xdata()) for line in lines}) == [5, counted]


def test_histories_are_counted_layer_by_layer(dataset, base):
    networks = [sleep.fit(dataset, SLEEP, base, seed=seed).history for seed in (1, 2, 3)]
    axes = {"dataset": "mnist", "defence": "sleep", "variant": "a", "steps": 300, "readings": ["printed", "audited"]}
    axes |= {"sizes": [one.shape[1] for one in base.weights] + [len(base.weights[-1])]}
    rows = history_rows(pd.DataFrame(axes | {"seed": k, "path": str(k)} for k in range(3)), lambda path: networks[int(path)])
    assert set(rows.layer) == {2, 3, 4} and (rows.networks == 3).all() and set(rows.steps) == {300}
    assert len(rows) == 2 * 3 * 4 and set(rows.reading) == {"printed", "audited"}
    found = rows[rows.reading == "audited"].set_index(["layer", "measure"])
    neurons = len(base.weights[0])
    assert found.value[2, "spikes_each"] == pytest.approx(found.value[2, "spikes"] / neurons)
    assert found.value[4, "spikes_each"] == pytest.approx(found.value[4, "spikes"] / len(base.weights[2]))
    assert found.value[2, "spikes"] == pytest.approx(np.mean([history.spikes[0] for history in networks]))
    assert found.low[2, "spikes"] <= found.value[2, "spikes"] <= found.high[2, "spikes"] and found.value[2, "changed"] <= 1
