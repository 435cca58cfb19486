"""Split CIFAR: tasks by classes, corrupted features, FGSM through what makes features, and what figures show. Bad input tried:
classes in two tasks, one task, tasks of different sizes, and wrong configurations."""

import re

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from conftest import ROOT

from sleep_robustness.configuration import check, load
from sleep_robustness.data import Dataset
from sleep_robustness.errors import UserError
from sleep_robustness.networks.binary import BinaryNetwork
from sleep_robustness.papers.bnn import plan as bnn
from sleep_robustness.papers.bnn.evaluation import clean_flags, featured_flags
from sleep_robustness.papers.bnn.learnt import Learnt, learn
from sleep_robustness.papers.bnn.plots.final_fig_7 import final_fig_7
from sleep_robustness.papers.bnn.plots.final_fig_8 import final_fig_8
from sleep_robustness.papers.bnn.plots.final_fig_9 import final_fig_9
from sleep_robustness.papers.bnn.split import attacked_values, corrupted_values, task_values
from sleep_robustness.papers.bnn.tasks import ClassTasks, Tasks, tasks_of
from sleep_robustness.papers.bnn.through import image_flags
from sleep_robustness.plan import Plan

BASE = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
READINGS = {"as_described": {"statistics": ["running"]}, "audited": {"statistics": ["running", "estimated"]}}
REFERENCE = ROOT / "workflow/papers/bnn/reference"


# tasks


def test_a_task_has_the_images_of_its_classes():
    tasks, x, y = ClassTasks([[0, 2], [1, 3]]), np.arange(16.0).reshape(8, 2), np.array([0, 1, 2, 3, 3, 2, 1, 0])
    images, labels = tasks.shown(x, y, 1)
    np.testing.assert_array_equal(labels, [0, 2, 2, 0])
    np.testing.assert_array_equal(images, x[[0, 2, 5, 7]])
    np.testing.assert_array_equal(tasks.shown(x, y, 2, count=3)[1], [1, 3, 3])


def test_permuted_tasks_show_all_images():
    tasks = Tasks(np.array([[0, 1], [1, 0]]))
    images, labels = tasks.shown(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5, 6]), 2, count=1)
    np.testing.assert_array_equal(images, [[2.0, 1.0]])
    np.testing.assert_array_equal(labels, [5])


def test_the_config_says_which_tasks_there_are():
    assert tasks_of({"classes": [[0], [1]]}, 9, 1) == ClassTasks([[0], [1]])
    wanted = Tasks.permuted({"number": 2, "first": "plain"}, 9, 1)
    np.testing.assert_array_equal(tasks_of({"number": 2, "first": "plain"}, 9, 1).orders, wanted.orders)


@pytest.mark.parametrize(
    ("classes", "says"),
    [([[0, 1]], "there are 1; a network must learn two or more"), ([[0, 1], [1, 2]], "class 1 is in two tasks")],
)
def test_other_tasks_are_refused(classes, says):
    with pytest.raises(UserError, match=says):
        ClassTasks(classes)


@pytest.mark.parametrize("labels", [[0, 0, 1], [2, 2]])
def test_tasks_without_as_many_images_are_refused(labels):
    with pytest.raises(UserError, match="all must have the same number, and some"):
        ClassTasks([[0], [1]]).shown(np.zeros((len(labels), 1)), np.array(labels), 1)


def test_a_network_learns_classes_and_is_tested_on_those_of_each_task():
    rng, y = np.random.default_rng(0), np.tile(np.arange(4), 50)
    kinds = rng.standard_normal((4, 20))
    x = (kinds[y] + 0.3 * rng.standard_normal((200, 20))).astype(np.float32)
    dataset, tasks = Dataset(x[:120], y[:120], x[120:], y[120:], (-100.0, 100.0), (20,)), ClassTasks([[0, 1], [2, 3]])
    params = {"width": 20, "layers": 1, "real": False, "m": 0, "form": "squared", "lipschitz": 0, "epochs": 10, "batch": 10}
    params |= {"learning_rate": 0.005, "decay": 0, "spread": 0.05, "examples": None, "estimated_on": 60}
    learnt, _ = learn(dataset, tasks, params, seed=1)
    assert learnt.done[0]["right"][0] > 0.9 and learnt.done[1]["right"][1] > 0.9
    flags = clean_flags(learnt, tasks, dataset.test_x, dataset.test_y)
    assert flags.right.shape[1] == 40
    last = flags.conditions.query("after == 2 and norm == 'own' and statistics == 'running'").index
    np.testing.assert_allclose(flags.right[last].mean(1), learnt.done[1]["right"])


# closed forms: a real network whose first two outputs are its inputs


@pytest.fixture
def same():
    """After both tasks, and by both BatchNorms, output c is input c, but for a factor that all have."""
    form = {"sizes": (3, 2), "real": True, "bounds": (0.0, 1.0)}
    state = BinaryNetwork(**form).norms.state_dict()
    known = {"weights": [torch.tensor([[1.0, 0, 0], [0, 1.0, 0]])], "norms": {"running": state, "estimated": state}}
    return Learnt(form, [known, known])


def test_corrupted_features_are_judged_task_by_task(same):
    x, y = np.array([[1.0, 0, 0], [0, 1, 0], [0.9, 0, 0], [0.2, 0.1, 0]], np.float32), np.array([0, 1, 0, 1])
    features = {("original", 0): x, ("fog", 1): x[:, [1, 0, 2]]}
    flags = featured_flags({7: same}, ClassTasks([[0], [1]]), features, y, statistics=["running"], seed=3)
    found = {(row.corruption, row.task, row.norm): flags.right[row.Index].tolist() for row in flags.conditions.itertuples()}
    assert found[("original", 1, "own")] == [True, True] and found[("original", 2, "last")] == [True, False]
    assert found[("fog", 1, "own")] == [False, False] and found[("fog", 2, "own")] == [False, True]
    assert set(flags.conditions.member) == {7} and set(flags.conditions.seed) == {3}


@pytest.mark.parametrize("objective", ["margin", "loss", "logit"])
def test_images_are_attacked_through_what_makes_features_of_them(same, objective):
    """Features are half the pixels, of images of 1 × 1. An image whose true channel is ahead by .1 is fooled by ε above .05, or
    above .1 where the gradient is that of the true class's output alone."""
    x = torch.tensor([[0.6, 0.5, 0.5], [0.5, 0.6, 0.5]]).reshape(2, 1, 1, 3)
    found = image_flags(
        {(1, 1): same},
        ClassTasks([[0], [1]]),
        x,
        np.array([0, 1]),
        features=lambda images: images.flatten(1) / 2,
        objective=objective,
        strengths=[0.04, 0.06, 0.12],
        statistics=["running"],
    )
    right = found.conditions.assign(right=found.right[:, 0]).set_index(["after", "task", "strength"]).right
    assert sorted(set(right.index.droplevel("strength"))) == [(1, 1), (2, 1), (2, 2)]
    for state in ((1, 1), (2, 1), (2, 2)):
        wanted = [True, True, objective == "logit", False]
        assert [right[(*state, epsilon)] for epsilon in (0, 0.04, 0.06, 0.12)] == wanted


def test_images_stay_in_their_range(same):
    """A pixel at 0 cannot fall: with the true channel at 1 and the other at 0 the image is right up to an ε of one half."""
    x = torch.tensor([[1.0, 0, 0], [0, 1.0, 0]]).reshape(2, 1, 1, 3)
    given = []

    def features(images):
        given.append(images.detach())
        return images.flatten(1)

    named = {"features": features, "objective": "margin", "strengths": [0.4, 0.6], "statistics": ["running"]}
    found = image_flags({(1, 1): same}, ClassTasks([[0], [1]]), x, np.array([0, 1]), **named)
    right = found.conditions.assign(right=found.right[:, 0]).groupby("strength").right.all()
    assert right.to_dict() == {0: True, 0.4: True, 0.6: False}
    assert all(images.min() >= 0 and images.max() <= 1 for images in given)


# the plan and the configuration


def test_split_cifar_has_networks_of_its_own_and_the_readings_statistics_and_objectives():
    config = load(BASE, ROOT / "config/papers")["papers"]["bnn"]
    split = bnn.split(Plan("bnn", config))
    runs = bnn.attacked_runs(split)
    assert {run["m"] for run in runs} == {0, 1, 1.3}
    variants = {(run["reading"], run["by_variant"]) for run in runs}
    assert variants == {("as_described", "loss"), ("as_released", "logit"), ("audited", "margin")}
    attack = split.attack_params(bnn.CIFAR, "fgsm", "margin")
    assert attack["strengths"] == config["cifar"]["features"] and attack["examples"] == "all"
    assert bnn.statistics(split, "fgsm", "margin") == ["estimated", "running"]
    assert bnn.shown_statistics(split, "fgsm", "margin") == ["estimated"]
    assert bnn.parameters(split.config, "squared", 2)["m"] == 1.3


def test_split_cifar_100_differs_from_cifar_10_in_tasks_training_and_sizes_alone():
    config = load(BASE, ROOT / "config/papers")["papers"]["bnn"]
    one, other = (bnn.split(Plan("bnn", config), dataset).config for dataset in (bnn.CIFAR, bnn.CIFAR_100))
    assert {key for key in one if one[key] != other[key]} == {"tasks", "training", "sizes", "learns"}
    assert [label for own in other["tasks"]["classes"] for label in own] == list(range(96))
    assert {len(own) for own in other["tasks"]["classes"]} == {16} and len(other["tasks"]["classes"]) == 6
    sizes = bnn.parameters(other, "squared", 1)
    assert (sizes["layers"], sizes["batch"], sizes["decay"], sizes["width"], sizes["epochs"]) == (2, 20, 0, 256, 30)
    seeds = {"cifar100": config["datasets"]["cifar100"] | {"seeds": [4, 5, 6]}}
    other = bnn.split(Plan("bnn", config | {"datasets": config["datasets"] | seeds}), bnn.CIFAR_100)
    assert {run["seed"] for run in bnn.read_runs(other)} == {4, 5, 6}


def test_networks_of_the_same_parameters_are_learnt_once():
    plan = Plan("bnn", load(BASE, ROOT / "config/papers")["papers"]["bnn"])
    dead, live = (bnn.runs(plan, [grid]) for grid in ("penalised_dead", "penalised"))
    assert bnn.learnt_paths(plan, "{grid}/{member}/{seed}", dead) == ["squared/2/1", "squared/2/2", "squared/2/3"] * 2
    assert bnn.learnt_paths(plan, "{grid}/{member}/{seed}", live)[0] == "penalised/1/1"


def test_wide_networks_have_seeds_and_tasks_of_their_own_and_the_last_readings_statistics():
    config = load(BASE, ROOT / "config/papers")["papers"]["bnn"]
    wide = bnn.wide(Plan("bnn", config))
    runs = bnn.read_runs(wide)
    assert {(run["reading"], run["seed"]) for run in runs} == {("audited", 1)}
    networks = [("base", 0), ("base", 1.35), ("narrow", 1.35), ("narrowest", 1.35)]
    assert sorted((run["width"], run["m"]) for run in runs) == networks
    sizes = bnn.parameters(wide.config, "squared", 1)
    assert (sizes["width"], sizes["epochs"], sizes["examples"]) == (1024, 10, 60000)
    assert wide.config["tasks"]["number"] == 5 and config["tasks"]["number"] == 6 and not bnn.attacked_runs(wide)


@pytest.mark.parametrize(
    ("overlay", "says"),
    [
        ({"tasks": {"classes": [[0, 1], [1, 2]]}}, "cifar.tasks.classes is [[0, 1], [1, 2]]; all tasks need as many"),
        ({"tasks": {"classes": [[0, 1], [2]]}}, "all tasks need as many classes, and none of another's"),
        ({"tasks": {"classes": [[0, 10], [2, 3]]}}, "classes.0.1 is 10; it must be a whole number from 0 to 9"),
        ({"grids": {"still": {"widths": ["huge"]}}}, "cifar.grids.still.widths names 'huge'; it must be among cifar.sizes"),
        ({"readings": {"audited": ["x"]}}, "cifar.readings.audited names 'x'; it must be among still, squared, absolute"),
        ({"readings": {"x": ["still"]}}, "cifar.readings names 'x'; it must be among as_described"),
        ({"readings": {"audited": ["squared", "absolute"]}}, "has squared and absolute, which both have weights binary"),
        ({"contrasts": {"harm": [{"x": 1}, {"x": 2}]}}, "cifar.contrasts.harm names 'x'; it must be among weights"),
        ({"images": {"strengths": [0]}}, "cifar.images.strengths.0 is 0; it must be a number above 0, 1 at most"),
        ({"corrupted": {"severities": [6]}}, "cifar.corrupted.severities.0 is 6; it must be a whole number from 1 to 5"),
    ],
)
def test_a_wrong_config_is_one_sentence(overlay, says):
    with pytest.raises(UserError, match=re.escape(says)) as error:
        check(load({**BASE, "papers": {"bnn": {"cifar": overlay}}}, ROOT / "config/papers"))
    assert "\n" not in str(error.value)


FIVE = [[label] for label in range(5)]


@pytest.mark.parametrize(
    ("overlay", "says"),
    [
        ({"cifar100": {"tasks": {"classes": FIVE}}}, "classes is [[0], [1], [2], [3], [4]]; it must be a list of six"),
        ({"cifar100": {"tasks": {"classes": [*FIVE, [4]]}}}, "cifar100.tasks.classes is [[0], [1], [2], [3], [4], [4]]; all"),
        ({"cifar100": {"tasks": {"classes": [*FIVE, [100]]}}}, "classes.5.0 is 100; it must be a whole number from 0 to 99"),
        (
            {"cifar": {"sizes": {"widths": {"wide": 512}}, "grids": {"still": {"widths": ["wide"]}}}},
            "cifar.grids.still.widths names 'wide'; it must be among cifar100.sizes.widths: base.",
        ),
    ],
)
def test_a_wrong_config_of_cifar_100_is_one_sentence(overlay, says):
    with pytest.raises(UserError, match=re.escape(says)) as error:
        check(load({**BASE, "papers": {"bnn": overlay}}, ROOT / "config/papers"))
    assert "\n" not in str(error.value)


# what figures show


def levels(**axes):
    """Rows of both readings, both tasks after the last and the first after it, m 0 and 1.3, by both BatchNorms."""
    states = [("last", "last"), ("last", "1"), ("1", "1"), ("last", "earlier")]
    rows = [
        {"reading": reading, "weights": "binary", "width": "base", "epochs": "base", "lipschitz": "none", "m": m}
        | {"after": after, "task": task, "norm": norm, "statistics": statistics, "dataset": "cifar10"}
        | {"value": 0.5 + 0.1 * m, "low": 0.4, "high": 0.8, "examples": 30, "networks": 3}
        for reading, own in READINGS.items()
        for statistics in own["statistics"]
        for m in (0.0, 1.3)
        for after, task in states
        for norm in ("own", "last")
    ]
    return pd.DataFrame(rows).assign(**axes)


def test_figure_7_has_a_value_for_each_task_and_m_beside_print():
    table = task_values(levels(), pd.read_csv(REFERENCE / "final_fig_7.csv"), READINGS)
    ours = table[table.value.notna()]
    assert len(ours) == 8 and set(ours.task) == {1, 2} and set(ours.dataset) == {"cifar10"}
    assert ours[(ours.m == 1.3) & (ours.task == 1)].printed.tolist() == [0.8742, 0.8742]
    assert table[table.dataset == "cifar100"].value.isna().all() and (table.dataset == "cifar100").sum() == 36
    texts = [text.get_text() for axes in final_fig_7(table).axes for text in axes.texts]
    assert texts.count("n = 3 × 10") == 2 and sum("not run" in text for text in texts) == 2


def of_cifar_100():
    """Rows of CIFAR-100: the same of six tasks, all after the last but for one."""
    own = levels()
    tasks = [own[(own.after == "last") & (own.task == "1")].assign(task=str(task)) for task in range(1, 6)]
    others = own[(own.after == "last") & (own.task != "1") | (own.after == "1")]
    return pd.concat([*tasks, others]).assign(dataset="cifar100", examples=48)


def test_figure_7_has_six_tasks_of_cifar_100_beside_print_if_they_were_run():
    table = task_values(pd.concat([levels(), of_cifar_100()]), pd.read_csv(REFERENCE / "final_fig_7.csv"), READINGS)
    ours = table[table.value.notna()]
    assert ours.groupby("dataset").size().to_dict() == {"cifar10": 8, "cifar100": 24}
    own = ours[(ours.dataset == "cifar100") & (ours.reading == "audited") & (ours.m == 1.3)].set_index("task")
    assert own.printed.to_dict() == {1: 0.038, 2: 0.501, 3: 0.546, 4: 0.384, 5: 0.001, 6: 0.0}
    assert own.value.tolist() == pytest.approx([0.63] * 6)
    assert len(table) == 2 * (2 * 3 + 6 * 3)  # what is printed of m 1, which is not among ours, stays
    figure = final_fig_7(table)
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert texts == ["n = 3 × 10", "n = 3 × 16"] * 2
    assert "CIFAR-100" in [axes.get_title("left") for axes in figure.axes]
    assert [len(line.get_xdata()) for line in figure.axes[1].lines if line.get_label() in ("m 0", "m 1.3")] == [6, 6]


def test_figure_8_has_the_mean_of_what_is_printed():
    given = [
        levels(corruption=name, severity=severity) for name, severity in (("original", 0), ("fog", 1), ("all", 1), ("fog", 3))
    ]
    table = corrupted_values(pd.concat(given), pd.read_csv(REFERENCE / "final_fig_8.csv"), READINGS)
    own = table[(table.reading == "audited") & (table.m == 1.3) & (table.task == 2)].set_index("corruption")
    assert own.loc["all"].printed == pytest.approx(own.printed.drop(["all", "original"]).mean())
    assert own.loc["fog"].printed == 0.5146 and own.loc["fog"].value == pytest.approx(0.63)
    assert len(final_fig_8(table).axes) == 4


def test_figure_9_has_features_beside_print_and_images_without():
    features = pd.concat([levels(by=by, strength=epsilon) for by in ("fgsm", "worst") for epsilon in (0.0, 0.05)])
    images = levels(by="fgsm", strength=0.002)
    table = attacked_values(features, images, pd.read_csv(REFERENCE / "final_fig_9.csv"), READINGS)
    assert table[table.space == "images"].printed.isna().all()
    own = table[(table.reading == "audited") & (table.m == 1.3) & (table.strength == 0.05)].set_index(
        ["space", "task", "after"]
    )
    assert own.loc["features", 1, 1].printed == 0.7894 and own.loc["features", 2, 2].printed == 0.6676
    assert np.isnan(own.loc["features", 1, 2].printed) and len(own) == 3
    assert len(final_fig_9(table).axes) == 12
