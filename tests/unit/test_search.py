"""The search for sleep's parameters: its objectives in closed form, one search however often it is interrupted."""

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from conftest import CONFIG, ROOT

from sleep_robustness.attacks import fgsm
from sleep_robustness.data import patches
from sleep_robustness.defences import control, sleep
from sleep_robustness.errors import UserError
from sleep_robustness.metrics import best
from sleep_robustness.papers.tadros.plots.fig_search import fig_search
from sleep_robustness.papers.tadros.search import MEASURES, Judge, flat, rescored, tune, values, variant
from sleep_robustness.papers.tadros.tables.searches import least_accuracies, search_titles, searches_table
from sleep_robustness.statistics import of_all

TRAINING = {"sizes": [100, 30, 20, 4], "dropout": 0.2, "weight_spread": 0.3, "epochs": 100, "batch": 4, "learning_rate": 0.1}
ATTACK = {"objective": "margin", "epsilon_step": 0.05, "steps": 20}
FIXED = {"rule": "released", "spike_factor": 2, "decay": 0.999, "presentations": 1, "updates": None}
SPACE = {"rate": [20, 200], "steps": [50, 400], "thresholds": [[0.2, 2]] * 3, "current": [1, 5]}
SPACE |= {"increase": [0.002, 0.1], "decrease": [0.002, 0.1]}
START = {"rate": 60, "steps": 300, "thresholds": [0.6, 0.5, 0.5], "current": 2.0, "increase": 0.02, "decrease": 0.01}
PARAMS = {"space": SPACE, "fixed": FIXED, "objective": "printed", "accuracy": 0.8, "evaluations": 8, "population": 3, "seed": 1}
PARAMS |= {"cases": [[1, "storage"], [2, 1]], "spikes": 0, "most_spikes": None}


@pytest.fixture(scope="module")
def judge():
    dataset = patches.load()
    controls = {seed: control.fit(dataset, TRAINING | {"momentum": 0.5}, seed=seed) for seed in (1, 2)}
    return Judge(dataset, controls, np.arange(4), ATTACK)


@pytest.fixture(scope="module")
def history(judge):
    return tune(judge, PARAMS)


def measured(strength, awake):
    return {name: of_all(MEASURES[name], told) for name, told in values(np.array(strength), np.array(awake)).items()}


def test_what_each_measure_counts():
    """Wrong: 0; never fooled: ∞. F leaves both out, I counts the second, the gain is over what both networks get right."""
    found = measured([0, 0.1, 0.2, np.inf, 0.3], [0.1, 0, 0.1, 0.1, 0.2])
    assert found["clean"] == 0.8 and found["F"] == 0.2
    assert found["I"] == pytest.approx(0.25) and found["gain"] == pytest.approx(0.3 - 0.1)


def test_forgetting_the_hard_examples_wins_the_printed_score_and_no_gain():
    awake = np.array([0.05, 0.1, 0.15, 0.2])
    forgetful = np.where(awake < 0.12, 0, awake)
    found = measured(forgetful, awake)
    assert found["F"] > of_all(MEASURES["F"], awake) and found["gain"] == 0


def test_nothing_right_has_no_score():
    found = measured([0, 0], [0.1, 0.1])
    assert found["clean"] == 0 and np.isnan(found["F"]) and np.isnan(found["gain"])


@pytest.mark.parametrize("changed", [{}, {"presentations": 3}, {"updates": 20_000}])
def test_a_case_in_storage_order_is_the_defence(judge, changed):
    """The judge's sleep is the one that the found parameters then give as a variant of the defence."""
    candidate = variant(flat(START), FIXED | changed)
    own = candidate | {"order": "storage"}
    network = sleep.fit(judge.dataset, own, judge.controls[1], seed=1)
    expected = fgsm.run(network, judge.x, judge.y, ATTACK, torch.Generator()).strength
    (((found, spikes), (shuffled, _)),) = judge.strengths([candidate], [(1, "storage"), (1, 7)], workers=2)
    np.testing.assert_array_equal(found, expected)
    assert shuffled.shape == found.shape and network.history.spikes.min() > 0
    assert spikes == (network.history.spikes / [30, 20, 4]).min()


def test_candidates_keep_to_the_space_and_the_best_is_found(history):
    assert list(history.evaluation) == list(range(1, 9))
    for name, (low, high) in flat(SPACE).items():
        assert history[name].between(low, high).all(), name
    assert (history.steps == history.steps.astype(int)).all() and history.allowed.all()
    assert best(history).value == history.value.max()
    assert len(set(history.value)) > 1 and (history.value == history.F.fillna(-1)).all()


def test_a_seed_fixes_the_search_whatever_the_workers(judge, history):
    pd.testing.assert_frame_equal(tune(judge, PARAMS, workers=2), history)
    assert not tune(judge, PARAMS | {"seed": 2}).equals(history)


@pytest.mark.parametrize("done", [3, 6, 7, 8])
def test_an_interrupted_search_goes_on_where_it_was(judge, history, done, tmp_path, monkeypatch):
    """From the file of a history, of whole generations or cut within one, what is known is not evaluated again."""
    history.head(done).to_csv(tmp_path / "known.csv", index=False)
    evaluated = []
    real = judge.strengths
    monkeypatch.setattr(judge, "strengths", lambda asked, *rest: evaluated.extend(asked) or real(asked, *rest))
    known = pd.read_csv(tmp_path / "known.csv")
    pd.testing.assert_frame_equal(tune(judge, PARAMS, known=known), history)
    assert len(evaluated) == 8 - {3: 3, 6: 6, 7: 6, 8: 8}[done]


def test_the_history_of_another_search_is_not_taken(judge, history):
    other = tune(judge, PARAMS | {"seed": 2})
    pd.testing.assert_frame_equal(tune(judge, PARAMS, known=other), history)


def test_starts_come_first_and_must_lie_in_the_space(judge):
    found = tune(judge, PARAMS | {"evaluations": 3}, [START])
    assert {name: found[name].iloc[0] for name in flat(START)} == pytest.approx(flat(START))
    with pytest.raises(UserError, match="search: rate of a start is 700, outside 20 to 200; widen the space"):
        tune(judge, PARAMS, [START | {"rate": 700}])


def test_the_time_constant_of_the_leak_is_a_parameter_like_others(judge):
    """A start's decay is a time constant, and back; no leak at all is the longest one."""
    fixed = {"rule": "printed", "spike_factor": 1, "presentations": 1, "updates": None}
    space = SPACE | {"time_constant": [0.01, 1e5]}
    starts = [START | {"decay": decay} for decay in (0.999, 1)]
    found = tune(judge, PARAMS | {"space": space, "fixed": fixed, "evaluations": 6}, starts)
    assert found.time_constant[:2].to_numpy() == pytest.approx([-0.001 / np.log(0.999), 1e5])
    assert [variant(row, fixed)["decay"] for row in found.head(2).to_dict("records")] == pytest.approx([0.999, 1], abs=2e-8)
    assert np.float32(variant(found.iloc[1].to_dict(), fixed)["decay"]) == 1
    assert found.time_constant.between(0.01, 1e5).all() and found.time_constant.nunique() > 3


def test_a_sleep_with_too_many_spikes_is_given_up_and_not_allowed(judge):
    """The start is, and has no measures then."""
    (((_, spikes), _),) = judge.strengths([variant(flat(START), FIXED)], [(1, "storage"), (2, 1)], workers=1)
    params = PARAMS | {"objective": "constrained", "accuracy": 0, "evaluations": 6}
    bounded = tune(judge, params | {"most_spikes": 100}, [START])
    assert spikes * (30 + 20 + 4) > 100 and np.isnan(bounded.clean[0]) and bounded.value[0] == -1 and not bounded.allowed[0]
    assert bounded.allowed.any() and best(bounded).allowed
    assert tune(judge, params | {"most_spikes": 10**9}, [START]).allowed.all()


def test_every_layer_may_have_to_spike(judge):
    history = tune(judge, PARAMS | {"objective": "constrained", "accuracy": 0, "spikes": 5, "evaluations": 12})
    assert (history.allowed == (history.spikes >= 5)).all() and not history.allowed.all() and history.allowed.any()


def test_other_images_must_be_left_to_score_what_is_found(judge):
    with pytest.raises(UserError, match="no training images are left to score what is found"):
        Judge(judge.dataset, judge.controls, np.arange(4)[4:], ATTACK)


def test_the_configs_found_parameters_are_what_its_kept_search_found():
    """And the searches are those that the config still describes."""
    config = CONFIG
    folder = ROOT / "workflow/papers/tadros/reference/search"
    kept = yaml.safe_load((folder / "searches.yaml").read_text())
    assert kept["searches"] == config["search"]["searches"] and kept["spaces"] == config["search"]["spaces"]
    for name, search in kept["searches"].items():
        history = pd.read_csv(folder / f"{name}_history.csv")
        assert len(history) == search["evaluations"]
        for parameter, (low, high) in flat(kept["spaces"][search["space"]]).items():
            assert history[parameter].between(low, high).all(), (name, parameter)
    found = best(pd.read_csv(folder / "several_history.csv"))
    own, fixed = config["defences"]["sleep"]["found"], kept["searches"]["several"]["fixed"]
    given = variant(found.to_dict(), fixed)
    assert {key: (own | own["mnist"])[key] for key in given} == given and found.clean >= 0.8


def test_a_constrained_search_prefers_what_is_accurate_enough(judge):
    history = tune(judge, PARAMS | {"objective": "constrained", "evaluations": 12})
    assert (history.allowed == (history.clean >= 0.8)).all() and not history.allowed.all()
    assert best(history).allowed and best(history).value == history.value[history.allowed].max()
    none = history.assign(allowed=False)
    assert best(none).value == history.value.max()


def test_rescored_and_the_figure(judge, history):
    """The figure draws each evaluation and each new score; the control asleep without a spike gains nothing."""
    still = variant(flat(START), FIXED) | {"thresholds": [1e6] * 3}
    table = rescored(judge, still, ["storage", 5], workers=1)
    assert set(table.measure) == {*MEASURES, "common", "worst_class"} and list(dict.fromkeys(table.order)) == ["storage", 5]
    assert (table[table.measure == "gain"].value == 0).all() and (table[table.measure == "clean"].value == 1).all()
    one = {
        "objective": "constrained",
        "accuracy": 0.8,
        "spikes": 0,
        "gradient": "loss",
        "cases": [[1, "storage"]],
        "space": "wide",
    }
    searches = {"one": one | {"fixed": FIXED}}
    others = table[table.order == "storage"].assign(seen=False)
    drawn = searches_table({"one": history}, {"one": pd.concat([table.assign(seen=True), others])})
    assert drawn.found.sum() == 1 and drawn[drawn.found == 1].value.item() == history.value.max()
    figure = fig_search(drawn, search_titles(searches), least_accuracies(searches))
    course, scores, again = figure.axes
    assert sum(len(points.get_offsets()) for points in course.collections) == len(history)
    assert len(scores.collections[0].get_offsets()) == len(history) and len(again.containers) == 3
    assert [label.get_text() for label in again.get_xticklabels()] == ["storage", "shuffled\n1", "other\nnetworks"]
