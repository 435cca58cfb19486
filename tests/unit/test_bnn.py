"""Networks that learn tasks one after the other: what is kept, what is evaluated, and what claims compare of it."""

import re

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from conftest import ROOT

from sleep_robustness.configuration import check, load
from sleep_robustness.corruptions import NAMES, corrupt
from sleep_robustness.data import Dataset
from sleep_robustness.errors import UserError
from sleep_robustness.metrics import mean_of_networks
from sleep_robustness.papers.bnn.checks import network_checks
from sleep_robustness.papers.bnn.evaluation import attacked_flags, clean_flags, corrupted_flags, transferred_flags
from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.papers.bnn.learnt import Learnt, accuracy, learn, partial_file, predictions, remove_partial
from sleep_robustness.papers.bnn.summary import at_strengths, contrast_rows, gathered, level_rows, with_mean, with_worst
from sleep_robustness.papers.bnn.tables.table_gradient import gradient_rows, table_gradient
from sleep_robustness.papers.bnn.tasks import Tasks
from sleep_robustness.training.metaplastic import train

NETWORK = {
    "width": 30,
    "layers": 2,
    "real": False,
    "m": 1.35,
    "form": "squared",
    "lipschitz": 0,
    "epochs": 3,
    "batch": 20,
    "learning_rate": 0.005,
    "decay": 1e-7,
    "spread": 0.05,
    "examples": 400,
    "estimated_on": 200,
}
TASKS = {"number": 3, "first": "plain"}
BASE = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def dataset():
    """Three classes, each of noisy images of one kind."""
    rng = np.random.default_rng(0)
    kinds, y = rng.random((3, 25)), rng.integers(3, size=700)
    x = np.clip(kinds[y] + 0.15 * rng.standard_normal((700, 25)), 0, 1).astype(np.float32)
    return Dataset(x[:400], y[:400], x[400:], y[400:], (0.0, 1.0), (5, 5))


@pytest.fixture(scope="module")
def tasks():
    return Tasks.permuted(TASKS, 25, seed=1)


@pytest.fixture(scope="module")
def learnt(dataset, tasks):
    return learn(dataset, tasks, NETWORK, seed=1)[0]


# the configuration


@pytest.mark.parametrize(
    ("overlay", "says"),
    [
        ({"tasks": {"number": 1}}, "tasks.number is 1; it must be a whole number from 2 to 100"),
        ({"grids": {"squared": {"m": [-1]}}}, "grids.squared.m.0 is -1; it must be a number from 0 to 1000"),
        ({"grids": {"squared": {"m": [float("nan")]}}}, "grids.squared.m.0 is nan; it must be a number from 0 to 1000"),
        ({"grids": {"squared": {"widths": ["huge"]}}}, "grids.squared.widths names 'huge'; it must be among sizes.widths"),
        ({"grids": {"squared": {"m": [0, 1]}}}, "has still and squared, which both have weights binary, width base"),
        ({"corruptions": {"before": {"severities": [6]}}}, "severities.0 is 6; it must be a whole number from 1 to 5"),
        ({"corruptions": {"before": {"names": ["rain"]}}}, "names.0 is 'rain'; it must be a corruption that"),
        ({"readings": {"audited": {"corruptions": "x"}}}, "readings.audited.corruptions is 'x'; it must be among isotropic"),
        ({"attacks": {"pgd": {"linf": {"examples": 50}}}}, "fgsm.margin has 200 examples and pgd.linf 50; all need the same"),
        (
            {"readings": {"audited": {"transfers": {"pgd_loss": "released"}}}},
            "transfers.pgd_loss is 'released'; it must be a variant that keeps its images: kept",
        ),
        (
            {
                "readings": {
                    "audited": {"grids": ["still"]},
                    "as_described": {"grids": ["still"]},
                    "as_released": {"grids": ["still"]},
                }
            },
            "no reading has a network of weights real, width base, epochs base, lipschitz none, m 0, on which `transfers` are",
        ),
        ({"readings": {"audited": {"grids": ["x"]}}}, "readings.audited.grids names 'x'; it must be among still, squared"),
        (
            {"grids": {"still": {"m": [0.1]}}},
            "no reading has a network of weights binary, width base, epochs base",
        ),
        ({"attacks": {"fgsm": {"logit": {"windows": [0]}}}}, "windows.0 is 0; it must be a number above 0, tanh or none"),
        ({"contrasts": {"wider": [{"m": 1}, {"width": "base"}]}}, "wider has terms of ['m'] and of ['width']; all must name"),
        ({"contrasts": {"wider": [{"x": 1}, {"x": 2}]}}, "contrasts.wider names 'x'; it must be among weights, width"),
        ({"contrasts": {"wider": [{"m": 1, "times": "x"}, {"m": 2}]}}, "wider has times 'x'; it must be a number"),
        ({"defences": {"control": {}}}, "it must be {}, since the paper has stages of its own"),
        ({"datasets": {"mnist": {"training": {}}}}, "unknown key 'training' in datasets.mnist"),
    ],
)
def test_a_wrong_config_is_one_sentence(overlay, says):
    with pytest.raises(UserError, match=re.escape(says)) as error:
        check(load({**BASE, "papers": {"bnn": overlay}}, ROOT / "config/papers"))
    assert "\n" not in str(error.value)


def test_an_attack_that_is_not_told_by_strength_is_refused():
    config = load(BASE, ROOT / "config/papers")
    deepfool = config["papers"]["tadros"]["attacks"]["deepfool"]["plain"] | {"windows": [1]}
    own = {"attacks": {"deepfool": {"plain": {key: one for key, one in deepfool.items() if key != "networks"}}}}
    own["readings"] = {"audited": {"attacks": {"deepfool": "plain"}}}
    with pytest.raises(UserError, match="attacks has 'deepfool'; it must be one that is told by strength: fgsm, pgd"):
        check(load({**BASE, "papers": {"bnn": own}}, ROOT / "config/papers"))


def test_the_schema_has_the_corruptions_that_there_are():
    schema = yaml.safe_load((ROOT / "workflow/papers/bnn/config.schema.yaml").read_text(encoding="utf-8"))
    assert schema["$defs"]["corruptions"]["properties"]["names"]["items"]["enum"] == list(NAMES)


# tasks


def test_tasks_are_orders_of_the_pixels_drawn_by_seed_and_task(tasks):
    x = np.random.default_rng(1).random((4, 25))
    np.testing.assert_array_equal(tasks.images(x, 1), x)
    shown = tasks.images(x, 2)
    assert (shown != x).any()
    np.testing.assert_array_equal(np.sort(shown), np.sort(x))
    more = Tasks.permuted({"number": 5, "first": "permuted"}, 25, seed=1)
    np.testing.assert_array_equal(more.orders[1:3], tasks.orders[1:])
    assert (more.orders[0] != np.arange(25)).any()
    assert (Tasks.permuted(TASKS, 25, seed=2).orders[1] != tasks.orders[1]).any()


@pytest.mark.parametrize(
    ("orders", "says"),
    [
        (np.arange(5)[None], "there are 1; a network must learn two or more"),
        (np.array([[0, 1, 2], [0, 1, 1]]), "the pixels in task 2 is no permutation"),
        (np.array([[1, 2, 3], [0, 1, 2]]), "the pixels in task 1 is no permutation"),
    ],
)
def test_other_orders_are_refused(orders, says):
    with pytest.raises(UserError, match=says):
        Tasks(orders)


def test_images_of_another_size_are_refused(tasks):
    with pytest.raises(UserError, match="they must have 25 pixels each"):
        tasks.images(np.zeros((2, 24)), 1)


# learning


def test_each_task_is_learnt_and_the_first_is_tested_by_its_own_batchnorm(dataset, tasks, learnt):
    right = [own["right"] for own in learnt.done]
    assert all(own[task] > 0.8 for task, own in enumerate(right))
    network = learnt.network(after=3, norm=1)
    assert accuracy(network, tasks.images(dataset.test_x, 1), dataset.test_y) == right[2][0]
    running = learnt.done[0]["norms"]["running"]["0.running_mean"]
    torch.testing.assert_close(network.norms[0].running_mean, running.double(), rtol=0, atol=0)


def test_a_learning_that_was_killed_goes_on_to_the_same_bytes(dataset, tasks, learnt, tmp_path, monkeypatch):
    partial, calls = tmp_path / "partial.pt", []

    def killed(*given, **named):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        train(*given, **named)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("sleep_robustness.papers.bnn.learnt.train", killed)
        learn(dataset, tasks, NETWORK, 1, partial)
    assert len(Learnt.load(partial).done) == 2
    again, seconds = learn(dataset, tasks, NETWORK, 1, partial)
    assert list(seconds) == [3]
    learnt.save(tmp_path / "one.pt")
    again.save(tmp_path / "other.pt")
    assert (tmp_path / "one.pt").read_bytes() == (tmp_path / "other.pt").read_bytes()


def test_what_was_learnt_by_other_code_or_parameters_is_not_taken_up(tmp_path):
    code, file = tmp_path / "code.py", tmp_path / "seed1.pt"
    code.write_text("one")
    names = {partial_file(file, [code], {"m": 0}), partial_file(file, [code], {"m": 1})}
    code.write_text("two")
    names.add(partial_file(file, [code], {"m": 0}))
    assert len(names) == 3
    other = partial_file(tmp_path / "seed10.pt", [code], {"m": 0})
    for name in (*names, other):
        name.touch()
    remove_partial(file)
    assert [name for name in (*names, other) if name.exists()] == [other]


def test_a_checkpoint_predicts_as_when_it_was_written_whatever_was_loaded_before(dataset, tasks, learnt):
    x = tasks.images(dataset.test_x, 1)
    first = learnt.network(1, 1)
    learnt.network(3, 3)
    assert accuracy(first, x, dataset.test_y) == accuracy(learnt.network(1, 1), x, dataset.test_y) == learnt.done[0]["right"][0]


def test_the_released_reload_knows_tasks_that_the_network_had_not_seen(dataset, tasks, learnt):
    """After task 1 a network is at chance on task 3; by the reload it knows it, since its weights are those of the end."""
    flags = clean_flags(learnt, tasks, dataset.test_x, dataset.test_y)
    conditions = flags.conditions
    reloaded = flags.right[(conditions.norm == "reloaded") & (conditions.after == 1) & (conditions.task == 3)].mean()
    assert reloaded > learnt.done[0]["right"][2] + 0.2


@pytest.mark.parametrize("kind", ["running", "estimated", "afterwards"])
def test_a_batchnorm_that_is_not_kept_is_refused(learnt, kind):
    with pytest.raises(UserError, match=f"it keeps no BatchNorm \\({kind}\\) of task 4"):
        learnt.network(3, 4, kind)


@pytest.mark.parametrize("value", [0.0, float("nan"), float("inf")])
def test_a_file_with_weights_that_have_no_sign_is_refused(learnt, tmp_path, value):
    learnt.save(tmp_path / "seed1.pt")
    damaged = Learnt.load(tmp_path / "seed1.pt")
    damaged.done[1]["weights"][0][0, 0] = value
    damaged.save(tmp_path / "seed1.pt")
    with pytest.raises(UserError, match="after task 2 a hidden weight is 0 or not finite; delete the file"):
        Learnt.load(tmp_path / "seed1.pt")


def test_training_that_diverges_is_one_sentence(dataset, tasks):
    with pytest.raises(UserError, match="training diverged in epoch 1"):
        learn(dataset, tasks, NETWORK | {"learning_rate": 1e200}, seed=1)


# evaluation


def test_a_hundred_images_give_batchnorm_their_statistics(dataset, tasks, learnt):
    x, y = dataset.test_x[:300], dataset.test_y[:300]
    flags = clean_flags(learnt, tasks, x, y)
    row = flags.conditions.query("task == 1 and norm == 'own' and statistics == 'batch'").index[0]
    network = learnt.network(3, 1)
    for norm in network.norms:
        norm.train()
    with torch.no_grad():
        wanted = [network.logits(some).argmax(1).numpy() for some in torch.from_numpy(x).double().split(100)]
    np.testing.assert_array_equal(flags.right[row], np.concatenate(wanted) == y)


def test_an_attack_is_run_on_the_network_itself_by_own_and_last_batchnorm(dataset, tasks, learnt):
    params = {
        "objective": "margin",
        "epsilon_step": None,
        "steps": None,
        "strengths": [0.05, 0.2],
        "among": "all",
        "keep": False,
        "windows": [1, "none"],
    }
    how = {"name": "fgsm", "params": params, "statistics": ["running"], "seed": 1}
    flags = attacked_flags(learnt, tasks, dataset.test_x, dataset.test_y, **how)
    assert set(flags.conditions.window) == {"1", "none"}
    axes = ["after", "task", "norm", "strength"]
    accuracies = flags.conditions.assign(value=flags.right.mean(1)).query("window == '1'").set_index(axes).value
    assert set(flags.conditions.strength) == {0, 0.05, 0.2}
    assert accuracies[1, 1, "own", 0.2] == accuracies[1, 1, "last", 0.2] < accuracies[1, 1, "own", 0.0]
    assert accuracies[3, 1, "own", 0.0] == pytest.approx(learnt.done[2]["right"][0])
    assert accuracies[3, 1, "own", 0.0] != accuracies[3, 1, "last", 0.0]


def test_images_made_on_the_twin_are_shown_to_the_network(dataset, tasks, learnt):
    params = {"strengths": [0.1], "steps": 5, "step": 0.25, "relative": True, "keep": True, "windows": [1]}
    how = {"name": "pgd_loss", "params": params, "statistics": ["running"], "seed": 1}
    twin = learn(dataset, tasks, NETWORK | {"real": True, "m": 0}, seed=1)[0]
    x, y = dataset.test_x, dataset.test_y
    flags = transferred_flags(learnt, twin, tasks, x, y, **how)
    itself = transferred_flags(twin, twin, tasks, x, y, **how)
    own = attacked_flags(twin, tasks, x, y, **how)
    assert flags.conditions.equals(itself.conditions) and set(flags.conditions.window) == {"1"}
    at = (itself.conditions.norm == "own").to_numpy()
    np.testing.assert_array_equal(itself.right[at], own.right[(own.conditions.norm == "own").to_numpy()])
    clean = (flags.conditions.strength == 0) & (flags.conditions.after == 3) & (flags.conditions.norm == "own")
    np.testing.assert_array_equal(flags.right[clean][0], predictions(learnt.network(3, 1), tasks.images(x, 1)) == y)
    assert (flags.right.mean(1)[(flags.conditions.strength == 0.1).to_numpy() & at] > 0).any()


def test_what_can_be_seen_in_a_network(dataset, tasks, learnt):
    found = network_checks(learnt, tasks, dataset.test_x, dataset.test_y).set_index(["measure", "layer"]).value
    assert found["last", 1] == pytest.approx(learnt.done[-1]["weights"][0].abs().mean().item())
    assert found["first", 2] == pytest.approx(learnt.done[0]["weights"][1].abs().mean().item())
    assert (found["unmoved"] < 0.05).all() and (found["unmoved_norm"] < 0.05).all() and found["zero_gradient", 0] < 0.05
    still = Learnt(learnt.form, [learnt.done[0], learnt.done[0] | {"norms": dict(learnt.done[1]["norms"])}])
    still.done[1]["norms"]["estimated"] = still.done[1]["norms"]["running"]
    found = network_checks(still, Tasks(tasks.orders[:2]), dataset.test_x, dataset.test_y).set_index(["measure", "layer"]).value
    assert (found["unmoved"] == 1).all() and (found["unmoved_norm"] < 0.05).all()
    before = learnt.done[0]["norms"]
    away = (before["running"]["0.running_mean"] - before["estimated"]["0.running_mean"]).abs()
    assert found["stale", 1] == pytest.approx((away / before["estimated"]["0.running_var"].sqrt()).mean().item())


def test_corruptions_are_of_tasks_or_of_the_images_that_these_put_in_order(dataset, tasks, learnt):
    params = {"names": ["gaussian_blur"], "severities": [1], "columns_alone": False, "truncated": False}
    x, y, found = dataset.test_x, dataset.test_y, {}
    for order in ("before", "after"):
        how = {"shape": dataset.shape, "params": params | {"order": order}, "statistics": ["running"], "seed": 1}
        flags = corrupted_flags({("still", 1): learnt}, tasks, x, y, photographs=[], **how)
        keys = flags.conditions[flags.conditions.norm == "own"][["corruption", "task"]].itertuples(index=False, name=None)
        found[order] = dict(zip(keys, flags.right[flags.conditions.norm == "own"], strict=True))
    for task in (1, 2, 3):
        assert found["after"]["original", task].mean() == pytest.approx(learnt.done[2]["right"][task - 1])
    blurred = corrupt(x.reshape(-1, 5, 5), "gaussian_blur", 1, np.random.default_rng(0)).reshape(x.shape)
    wanted = predictions(learnt.network(3, 2), tasks.images(blurred, 2)) == y
    np.testing.assert_array_equal(found["before"]["gaussian_blur", 2], wanted)
    # the first task's order is the usual one
    np.testing.assert_array_equal(found["after"]["gaussian_blur", 1], found["before"]["gaussian_blur", 1])
    assert (found["after"]["gaussian_blur", 2] != found["before"]["gaussian_blur", 2]).any()


def test_features_are_not_corrupted(tasks, learnt, dataset):
    params = {"names": ["contrast"], "severities": [1], "order": "before", "columns_alone": False, "truncated": False}
    how = {"shape": (25,), "params": params, "statistics": ["running"], "seed": 1, "photographs": []}
    with pytest.raises(UserError, match="corruptions are for one or more square images"):
        corrupted_flags({("still", 1): learnt}, tasks, dataset.test_x, dataset.test_y, **how)


# flags and what is compared


def flags_of(rows, examples=40, seed=0):
    rng = np.random.default_rng(seed)
    return Flags(pd.DataFrame(rows), rng.random((len(rows), examples)) < 0.6)


def test_flags_that_are_no_flags_are_refused(tmp_path):
    (file := tmp_path / "a.npz").write_bytes(b"<html>")
    with pytest.raises(UserError, match=r"a\.npz is not what a job writes, or is cut; delete it"):
        Flags.load(file)


def test_flags_are_read_as_they_were_written(tmp_path):
    flags = flags_of([{"norm": "own", "task": 1, "strength": 0.1}, {"norm": "last", "task": 2, "strength": 0.0}], examples=13)
    flags.save(tmp_path / "flags.npz")
    read = Flags.load(tmp_path / "flags.npz")
    pd.testing.assert_frame_equal(read.conditions, flags.conditions)
    np.testing.assert_array_equal(read.right, flags.right)


def grid():
    """Two m, three seeds, three tasks, clean and under one strength, in the form that `gathered` gives."""
    return flags_of(
        [
            {"m": m, "seed": seed, "norm": "own", "strength": strength, "task": task}
            for m in (0.0, 1.35)
            for seed in (1, 2, 3)
            for strength in (0.0, 0.1)
            for task in ("1", "2", "last")
        ]
    )


def of(flags, **axes):
    return flags.right[np.logical_and.reduce([flags.conditions[name] == one for name, one in axes.items()])].astype(float)


def test_the_earlier_task_is_the_mean_of_all_but_the_last():
    flags = grid()
    rows = level_rows(flags).set_index(["m", "strength", "task"])
    wanted = np.mean([of(flags, m=0, strength=0.1, task=task).mean() for task in ("1", "2")])
    assert rows.value[0, 0.1, "earlier"] == pytest.approx(wanted)
    assert rows.value[0, 0.1, "last"] == pytest.approx(of(flags, m=0, strength=0.1, task="last").mean())
    assert (rows.networks == 3).all() and (rows.examples == 120).all()


def test_a_contrast_is_paired_by_seed_and_image():
    flags = grid()
    rows = contrast_rows(flags, {"more": [{"m": 1.35}, {"m": 0, "times": -1}]}).set_index(["strength", "task"])
    pairs = [
        of(flags, m=1.35, strength=0.1, task="1", seed=s)[0] - of(flags, m=0, strength=0.1, task="1", seed=s)[0]
        for s in (1, 2, 3)
    ]
    wanted = mean_of_networks(pairs, tested=True)
    row = rows.loc[0.1, "1"]
    for name in ("value", "low", "high", "p"):
        assert row[name] == pytest.approx(wanted[name])
    assert row.level - row.other_level == pytest.approx(row.value) and not row.identical


def test_what_is_right_on_the_same_images_is_identical():
    flags = grid()
    rows = contrast_rows(
        Flags(flags.conditions, flags.right[:1].repeat(len(flags.right), 0)), {"more": [{"m": 1.35}, {"m": 0, "times": -1}]}
    )
    assert rows.identical.all() and (rows.value == 0).all()


def test_a_contrast_may_be_a_second_difference():
    flags = flags_of([{"m": m, "norm": "own", "seed": s, "task": "1"} for m in (0, 0.5, 1) for s in (1, 2, 3)])
    row = contrast_rows(flags, {"bend": [{"m": 1}, {"m": 0.5, "times": -2}, {"m": 0}]}).query("task == '1'").iloc[0]
    means = [of(flags, m=m).mean() for m in (0, 0.5, 1)]
    assert row.value == pytest.approx(means[2] - 2 * means[1] + means[0])
    assert (row.level, row.other_level) == (pytest.approx((means[0] + means[2]) / 2), pytest.approx(means[1]))


def test_among_the_right_are_images_that_all_terms_get_right_at_first():
    flags = grid()
    clean = {"norm": "own", "strength": 0.0}
    rows = contrast_rows(flags, {"more": [{"m": 1.35}, {"m": 0, "times": -1}]}, clean).set_index(["strength", "task", "among"])
    means = []
    for seed in (1, 2, 3):
        first = of(flags, m=0, strength=0, task="1", seed=seed)[0] * of(flags, m=1.35, strength=0, task="1", seed=seed)[0]
        both = of(flags, m=1.35, strength=0.1, task="1", seed=seed)[0] - of(flags, m=0, strength=0.1, task="1", seed=seed)[0]
        means.append(both[first == 1].mean())
    assert rows.value[0.1, "1", "right"] == pytest.approx(np.mean(means))
    assert rows.value[0.0, "1", "right"] == 0
    assert rows.value[0.1, "1", "all"] != pytest.approx(np.mean(means))


def test_contrasts_are_told_at_some_strengths():
    flags = grid()
    few = at_strengths(flags, [0.1])
    assert set(few.conditions.strength) == {0, 0.1} and at_strengths(flags, None) is flags
    assert len(at_strengths(flags, [0.2]).conditions) == len(flags.conditions) / 2
    at = {"m": 0, "task": "1", "seed": 2, "strength": 0.1}
    np.testing.assert_array_equal(of(few, **at), of(flags, **at))
    clean = Flags(flags.conditions.drop(columns="strength"), flags.right)
    assert at_strengths(clean, [0.1]) is clean


def test_contrasts_without_the_networks_or_the_axis_that_they_name_are_left_out():
    assert contrast_rows(grid(), {"none": [{"m": 7}, {"m": 0, "times": -1}]}).empty
    assert contrast_rows(grid(), {"other": [{"by": "pgd"}, {"by": "fgsm", "times": -1}]}).empty


def test_the_mean_over_corruptions_is_image_by_image():
    rows = [{"seed": s, "task": "1", "norm": "own", "corruption": c, "severity": int(c != "original")} for s in (1, 2, 3)
            for c in ("original", "fog", "snow")]  # fmt: skip
    flags = with_mean(flags_of(rows))
    table = level_rows(flags).query("task == '1'").set_index("corruption").value
    assert table["all"] == pytest.approx((table["fog"] + table["snow"]) / 2)


def test_the_worst_of_all_attacks_leaves_what_is_right_under_each():
    kinds = (
        ("fgsm", "1", 0.0),
        ("fgsm", "1", 0.1),
        ("fgsm", "1", 0.2),
        ("pgd", "1", 0.1),
        ("pgd", "3", 0.1),
        ("pgd", "3", 0.0),
    )
    flags = flags_of(
        [
            {"seed": seed, "task": "1", "norm": "own", "by": by, "window": window, "strength": strength}
            for seed in (1, 2, 3)
            for by, window, strength in kinds
        ]
    )
    worst = with_worst(flags)
    at = [of(flags, by=by, window=window, strength=0.1, seed=2) for by, window in (("fgsm", "1"), ("pgd", "1"), ("pgd", "3"))]
    np.testing.assert_array_equal(of(worst, by="worst", strength=0.1, seed=2), np.logical_and.reduce(at))
    assert set(worst.conditions[worst.conditions.by == "worst"].strength) == {0.0, 0.1}  # FGSM alone has 0.2


def test_what_jobs_found_is_gathered_with_the_axes_of_its_networks():
    kept = flags_of([{"member": 1, "seed": 1, "task": 3, "after": 3}, {"member": 2, "seed": 1, "task": 1, "after": 3}])
    runs = pd.DataFrame([{"grid": "g", "member": k, "seed": 1, "m": m, "path": "file"} for k, m in ((1, 0.0), (2, 1.0))])
    flags = gathered(runs, lambda path: kept, tasks=3)
    assert flags.conditions.to_dict("records") == [
        {"seed": 1, "task": "last", "after": "last", "m": 0.0},
        {"seed": 1, "task": "1", "after": "last", "m": 1.0},
    ]
    np.testing.assert_array_equal(flags.right, kept.right)


def test_of_a_file_of_several_grids_the_runs_asked_for_are_gathered():
    kept = flags_of([{"grid": grid, "member": 1, "seed": 1, "task": 1, "after": 3} for grid in ("a", "b", "c")])
    runs = pd.DataFrame(
        [{"grid": grid, "member": 1, "seed": 1, "m": m, "path": "file"} for grid, m in (("c", 2.0), ("a", 0.0))]
    )
    flags = gathered(runs, lambda path: kept, tasks=3)
    assert flags.conditions.m.tolist() == [0.0, 2.0]
    np.testing.assert_array_equal(flags.right, kept.right[[0, 2]])


def test_what_the_released_gradient_misses_is_what_it_leaves_above_the_worst():
    kinds = (("fgsm", "logit", "1"), ("fgsm", "margin", "1"), ("pgd", "linf", "1"), ("pgd", "linf", "3"))
    places = [(seed, after, task) for seed in (1, 2, 3) for after, task in ((1, 1), (3, 1), (3, 3))]
    files = {}
    for number, (by, variant, window) in enumerate(kinds):
        rows = [
            {"member": 1, "seed": seed, "after": after, "norm": "own", "statistics": "running", "task": task, "window": window}
            | {"strength": strength}
            for seed, after, task in places
            for strength in (0.0, 0.1)
        ]
        files.setdefault(f"{by} {variant}", []).append(flags_of(rows, seed=number))
    files = {name: Flags.together(several) for name, several in files.items()}
    network = {"weights": "binary", "width": "base", "epochs": "base", "lipschitz": "none", "m": 1.35}
    runs = pd.DataFrame(
        {"grid": "g", "member": 1, "seed": seed, "by": by, "by_variant": variant, "path": f"{by} {variant}"} | network
        for by, variant in dict.fromkeys(kind[:2] for kind in kinds)
        for seed in (1, 2, 3)
    )
    rows = gradient_rows(runs, files.get, tasks=3)
    missed = rows[(rows.measure == "accuracy_difference") & (rows.after == "1")].iloc[0]
    each = []
    for seed in (1, 2, 3):
        at = [of(flags, seed=seed, after=1, strength=0.1, window=w)[0] for flags in files.values() for w in
              flags.conditions.window.unique()]  # fmt: skip
        each.append((at[0] - np.min(at, axis=0)).mean())
    assert missed.value == pytest.approx(np.mean(each)) and missed.value > 0
    table = table_gradient(rows, {"base": 128}, tasks=3)
    assert table["After task"].tolist() == ["1", "3", "3"] and table["ε"].tolist() == ["0.1"] * 3
    assert table["Missed by the released gradient"][0].startswith(f"{missed.value:.3f}")
