"""The table of all papers. Bad input that was tried: attacks that are missing, too many or of several variants; a row that
stands against none that there is; a network of bnn without m; sources and seeds that there are not."""

import copy
import re

import numpy as np
import pandas as pd
import pytest
import torch
from conftest import SMOKE_WHOLE, WHOLE

from sleep_robustness.configuration import check_paper
from sleep_robustness.data import Dataset
from sleep_robustness.defences import adversarial_train, control
from sleep_robustness.errors import UserError
from sleep_robustness.evaluation import Attacked, attack_all
from sleep_robustness.networks import spiking_lenet
from sleep_robustness.networks.binary import BinaryNetwork
from sleep_robustness.networks.relu import ReluNetwork
from sleep_robustness.papers.bnn.learnt import Learnt
from sleep_robustness.papers.bnn.tasks import Tasks
from sleep_robustness.papers.together import plan as together
from sleep_robustness.papers.together import price
from sleep_robustness.papers.together.answer import answer
from sleep_robustness.papers.together.dose import dosed, left
from sleep_robustness.papers.together.dose_rows import AWAKE, dose_rows
from sleep_robustness.papers.together.forgetting import learn_in_turn, learnt_in_turn
from sleep_robustness.papers.together.found import Found, with_transfers
from sleep_robustness.papers.together.networks import refereed, stored_bytes, views
from sleep_robustness.papers.together.plots.fig_1 import fig_1
from sleep_robustness.papers.together.plots.fig_dose import fig_dose
from sleep_robustness.papers.together.points import points
from sleep_robustness.papers.together.summary import difference_rows, level_rows, measured
from sleep_robustness.papers.together.tables.table_1 import table_1, table_rows
from sleep_robustness.plan import Plan

PAPER = WHOLE["papers"]["together"]
LINF = {"fgsm": PAPER["attacks"]["fgsm"]["margin"], "pgd": {"steps": 3, "targets": 0, "restarts": 1}}
SLEEP = {"rule": "released", "order": "storage", "spike_factor": 1, "rate": 300, "steps": 200, "thresholds": [0.5, 0.5]}
SLEEP |= {"current": 2.0, "increase": 0.05, "decrease": 0.02, "decay": 0.99, "presentations": 1, "updates": None}


def attacked(**right):
    """What two attacks by gradient leave of four images at two strengths, and others beside."""
    left = np.array([[1, 1], [1, 0], [1, 1], [0, 0]], bool)
    own = {"fgsm": left, "pgd": left} | {name: np.array(flags, bool) for name, flags in right.items()}
    return Attacked(
        np.array([0.1, 0.2]), own, {"cw": np.array([3, 2, 1, 0.0]), "ddn": np.array([2, 3, 1, 0.0])}, np.zeros(4, bool)
    )


def test_the_worst_is_taken_image_by_image_and_what_beats_gradients_is_marked():
    found = attacked(square=[[1, 1], [1, 1], [1, 1], [1, 1]])
    assert found.worst.tolist() == [[True, True], [True, False], [True, True], [False, False]] and found.doubts(0) == ""
    assert found.nearest.tolist() == [2, 2, 1, 0]
    shown = with_transfers(found, {"lenet": np.array([[1, 1], [1, 1], [0, 1], [1, 1]], bool)})
    assert shown.worst[:, 0].tolist() == [True, True, False, False]
    assert shown.worst[:, 1].tolist() == [True, False, False, False]  # what fools at a smaller strength counts at a larger one
    assert shown.doubts(0) == "Images of lenet fooled 0.33 of what gradients leave"
    beaten = attacked(square=[[1, 1], [0, 0], [0, 0], [1, 1]])
    assert "Square fooled 0.67" in beaten.doubts(0) and beaten.loses("pgd", 0) == "pgd leaves more than square"
    assert beaten.told("pgd", 0) == f"{beaten.doubts(0)}; pgd leaves more than square" and beaten.told("square", 0) == ""
    assert found.loses("fgsm", 0) == shown.loses("fgsm", 0) == ""


def test_what_is_found_is_kept(tmp_path):
    found = Found(attacked(square=np.ones((4, 2))), np.ones((4, 1), bool), np.array([0.1]))
    found.save(tmp_path / "found.npz")
    back = Found.load(tmp_path / "found.npz")
    for part in ("right", "distances"):
        one, two = getattr(found.attacked, part), getattr(back.attacked, part)
        assert list(one) == list(two) and all(np.array_equal(one[name], two[name]) for name in one)
    assert np.array_equal(back.referee, found.referee) and np.array_equal(back.attacked.strengths, found.attacked.strengths)


@pytest.fixture(scope="module")
def binary():
    network = BinaryNetwork([16, 8, 4])
    network.initialise(1.0, torch.Generator().manual_seed(0))
    return network.double().eval().requires_grad_(False)


def test_a_binary_network_is_attacked_through_each_window_and_the_worst_counts(binary):
    own, x = views(binary, [0.3, 1, 3]), torch.rand(40, 16, generator=torch.Generator().manual_seed(1)).double()
    assert [view.window for view in own] == [0.3, 1, 3] and binary.window == 1
    assert all(torch.equal(view.logits(x), binary.logits(x)) for view in own)
    y, how = (
        binary.predict(x),
        {"linf": {"pgd": {"steps": 5, "targets": 0, "restarts": 1}}, "l2": {}},
    )
    each = [attack_all(view, x, y, [0.1, 0.2], 0, **how).right["pgd"] for view in own]
    assert np.array_equal(attack_all(binary, x, y, [0.1, 0.2], 0, **how, views=own).right["pgd"], np.all(each, axis=0))
    real = BinaryNetwork([16, 8, 4], real=True)
    assert views(real, [0.3, 1]) == [real]


def test_autoattack_takes_a_network_in_float64(binary):
    network = BinaryNetwork([784, 8, 4])
    network.initialise(1.0, torch.Generator().manual_seed(0))
    network = network.double().eval().requires_grad_(False)
    x = torch.rand(6, 784, generator=torch.Generator().manual_seed(1)).double()
    params = {"strengths": [0.1, 1.0], "steps": 2, "queries": 2, "keep": False}
    left = refereed(network, x, network.predict(x), params, seed=0)
    assert left.shape == (6, 2) and (left[:, 0] >= left[:, 1]).all() and network.precision == torch.float64


def test_a_binary_weight_is_a_bit(binary):
    assert stored_bytes(binary) == (16 * 8) // 8 + (8 * 4) // 8 + 4 * 2 * (8 + 4)
    assert stored_bytes(BinaryNetwork([16, 8, 4], real=True)) == 4 * (16 * 8 + 8 * 4 + 2 * (8 + 4))
    assert stored_bytes(ReluNetwork([16, 8, 4])) == 4 * (16 * 8 + 8 * 4)


@pytest.fixture(scope="module")
def quarters():
    """Images of 6 × 6 pixels in four classes, by the quarter that is bright."""
    rng, y = np.random.default_rng(0), np.arange(80) % 4
    x = 0.2 * rng.random((80, 6, 6), np.float32)
    for image, label in zip(x, y, strict=True):
        image[3 * (label // 2) : 3 * (label // 2) + 3, 3 * (label % 2) : 3 * (label % 2) + 3] += 0.7
    return Dataset(x.reshape(80, 36), y, x.reshape(80, 36), y, (0.0, 1.0), (6, 6))


TRAINING = {
    "sizes": [36, 20, 4],
    "dropout": 0,
    "weight_spread": 0.1,
    "epochs": 20,
    "batch": 4,
    "learning_rate": 0.1,
    "momentum": 0.5,
}


def test_tasks_are_learnt_in_turn_and_sleep_comes_after_each(quarters):
    tasks = Tasks.permuted({"number": 3, "first": "plain"}, 36, seed=1)
    plain = learn_in_turn(quarters, tasks, TRAINING, None, 80, seed=1)
    assert list(zip(plain.after, plain.task, strict=True)) == [(1, 1), (2, 1), (2, 2), (3, 1), (3, 2), (3, 3)]
    assert (plain[plain.after == plain.task].accuracy > 0.9).all()
    still = learn_in_turn(quarters, tasks, TRAINING, SLEEP | {"increase": 0, "decrease": 0}, 80, seed=1)
    pd.testing.assert_frame_equal(still, plain)  # a sleep that changes no weight
    slept = learn_in_turn(quarters, tasks, TRAINING, SLEEP | {"decrease": 5}, 80, seed=1)
    assert slept.accuracy.iloc[0] < plain.accuracy.iloc[0]


def test_a_longer_sleep_changes_more_and_one_of_no_change_nothing(quarters):
    base = control.fit(quarters, TRAINING, seed=1)
    y = quarters.test_y
    found = {}
    for name, sleep in {"slept": SLEEP | {"decrease": 5}, "still": SLEEP | {"increase": 0, "decrease": 0}}.items():
        for steps, network in dosed(base, quarters, sleep, [1, 200], seed=1):
            how = {"attacked": 8, "strength": 0.1, "seed": 1, "linf": LINF}
            found[name, steps] = {seed: left(network, quarters.test_x, y, **how) for seed in (1, 2)}
    assert found["slept", AWAKE][1]["clean"].mean() > 0.9 > found["slept", 200][1]["clean"].mean()
    assert [len(found["slept", 1][1][name]) for name in ("clean", "noise", "fgsm", "pgd")] == [80, 80, 8, 8]
    rows = dose_rows(found).set_index(["base", "steps", "measure", "difference"]).value
    assert (rows["still", 200, :, True] == 0).all()
    assert rows["slept", 200, "clean", True] == pytest.approx(
        rows["slept", 200, "clean", False] - rows["slept", 0, "clean", False]
    )
    table = dose_rows(found).assign(called="A network", strength=0.1)
    assert len(fig_dose(table[~table.difference]).axes) == 2


def test_what_a_network_of_bnn_kept_is_read_from_its_file():
    learnt = Learnt({}, [{"right": [0.9, 0.1, 0.1]}, {"right": [0.6, 0.8, 0.1]}, {"right": [0.3, 0.5, 0.7]}])
    kept = learnt_in_turn(learnt, 3)
    assert kept.accuracy.tolist() == [0.9, 0.6, 0.8, 0.3, 0.5, 0.7]
    shown = [pd.DataFrame(np.ones((2, 3)), columns=pd.MultiIndex.from_tuples([("clean", 0.0), ("noise", 0.5), ("fog", 1.0)]))]
    values = measured([Found(attacked(), np.zeros((4, 0), bool), np.array([]))], shown, [kept])
    numbers = {column: own[0].item() for (column, _, _), own in values.items() if column in ("kept", "forgetting")}
    assert numbers == pytest.approx({"kept": 0.4, "forgetting": (0.6 + 0.3) / 2})


ROWS = {
    "control": PAPER["rows"]["control"],
    "sleep_printed": PAPER["rows"]["sleep_printed"],
    "lenet_strong": PAPER["rows"]["lenet_strong"] | {"against": "control"},
}


@pytest.fixture(scope="module")
def gathered():
    """Three networks of each of three rows, of which the second withstands nothing and the last all but one of Square's."""
    rng, values, found = np.random.default_rng(0), {}, {}
    for name, share in {"control": 0.6, "sleep_printed": 0.0, "lenet_strong": 1.0}.items():
        right = rng.random((3, 50, 1)) < share
        found[name] = [
            Found(
                Attacked(
                    np.array([0.1]),
                    {"fgsm": own, "pgd": own, "square": np.arange(50)[:, None] > (0 if share == 1 else -1)},
                    {"cw": np.full(50, share)},
                    np.zeros(50, bool),
                ),
                own[:, :1] if number == 0 else own[:, :0],
                np.array([0.1] if number == 0 else []),
            )
            for number, own in enumerate(right)
        ]
        columns = pd.MultiIndex.from_tuples([("clean", 0.0), ("noise", 0.5), ("blur", 2.5), ("fog", 1.0), ("fog", 3.0)])
        shown = [pd.DataFrame(rng.random((60, 5)) < 0.9, columns=columns) for _ in range(3)]
        tables = [pd.DataFrame({"after": [1, 2, 2], "task": [1, 1, 2], "accuracy": [0.9, share, 0.9]}) for _ in range(3)]
        values[name] = measured(found[name], shown, [] if name == "lenet_strong" else tables)
    prices = pd.DataFrame({"row": list(ROWS), "multiply_adds": 1000, "training_multiply_adds": 10**9, "bytes": 4000})
    differences = difference_rows(values, [(name, row["against"]) for name, row in ROWS.items() if row["against"]])
    return table_rows(ROWS, [0.1], level_rows(values, found), prices), differences


def test_the_table_has_a_row_for_each_network_and_a_reason_for_each_empty_cell(gathered):
    numbers, _ = gathered
    assert numbers["robust_acc_0.1"].tolist() == pytest.approx([0.6, 0, 1], abs=0.08)
    assert (numbers["robust_acc_0.1_low"] <= numbers["robust_acc_0.1"]).all() and numbers["autoattack_acc_0.1"].notna().all()
    assert numbers.beaten.tolist() == ["", "", "ε 0.1: fgsm leaves more than square; ε 0.1: pgd leaves more than square"]
    assert (numbers.unreliable == "").all()  # one image in fifty puts nothing in doubt
    assert numbers.kept_low.tolist()[:2] == numbers.kept_high.tolist()[:2] == pytest.approx([0.6, 0])  # three alike
    assert numbers.kept.tolist()[:2] == pytest.approx([0.6, 0]) and numbers.forgetting.tolist()[:2] == pytest.approx([0.3, 0.9])
    times = pd.DataFrame({"row": list(ROWS), "seconds": 1e-5})
    shown = table_1(numbers, {"tadros": "Tadros et al.", "deepsleep": "Zhao"}, times)
    assert not (shown == "").any(axis=None) and "its convolutions are for images" in shown["Kept of earlier tasks"].iloc[2]
    assert shown["Doubts"].str.startswith("ε 0.1: fgsm").tolist() == [False, False, True] and shown["Doubts"].iloc[0] == "none"
    assert shown["Robust, claimed"].iloc[1].startswith("0.400") and shown["µs an image, on this machine"].iloc[0] == "10"


def test_differences_are_paired_and_tested(gathered):
    _, differences = gathered
    own = differences[(differences.by == "worst")].set_index("row")
    assert own.value["sleep_printed"] == pytest.approx(own.level["sleep_printed"] - own.other_level["sleep_printed"])
    assert own.high["sleep_printed"] < 0 < own.low["lenet_strong"] and (own.p < 0.05).all()
    assert "kept" not in set(differences[differences.row == "lenet_strong"].column)


def test_the_answer_says_who_is_above_and_who_below(gathered):
    numbers, differences = gathered
    others = differences[differences.row == "sleep_printed"].assign(over="lenet_strong", low=0.5, high=0.6)  # another pair
    said = answer(numbers, pd.concat([differences, others]), 0.1)
    assert said == answer(*gathered, 0.1)
    assert (
        said.startswith("One evaluation for all 1 defences of 1 papers")
        and "is left by: none. Less is left by: Sleep as printed." in said
    )
    assert "the positive control, leaves 0.980" in said


def test_a_point_for_each_row_and_a_line_where_it_claims_both_numbers(gathered):
    table = points(gathered[0], {"tadros": "Tadros et al.", "deepsleep": "Zhao"}, "0.1")
    assert table[table.panel == "measured"].number.tolist() == [1, 2, 3]
    assert table[table.panel == "claimed"].method.tolist() == ["Sleep as printed"]
    assert len(fig_1(table).axes) == 2


@pytest.fixture(scope="module")
def plan():
    plans = {}
    plans |= {name: Plan(name, own, plans) for name, own in SMOKE_WHOLE["papers"].items()}
    return plans["together"]


def test_a_row_leads_to_the_file_of_its_paper(plan):
    rows = plan.config["rows"]
    model, learnt = "{paper}/{dataset}/{networks}/{seeds}", "{grid}/{member}/{seed}"
    assert together.network_file(plan, rows["sleep_found"], 2, model, learnt) == "tadros/mnist/all/1-3"
    assert together.network_file(plan, rows["control"], 2, model, learnt) == "tadros/mnist/control/released/1-3"
    assert together.network_file(plan, rows["binary_1_35"], 2, model, learnt) == "squared/2/2"
    assert len(rows) >= 20 and together.sources(plan, "lenet") == ["control", "real"]
    assert together.strengths(plan.config, rows["sleep_printed"]) == [0.05, 0.1, 0.2, 0.22, 0.3]


def test_what_training_took_is_counted_from_the_config():
    assert price.BPTT_STEPS == spiking_lenet.STEPS and price.PGD_STEPS == adversarial_train.STEPS
    plans = {}
    plans |= {name: Plan(name, own, plans) for name, own in WHOLE["papers"].items()}
    found = price.training_passes(plans["together"], 60_000)
    assert set(found) == set(PAPER["rows"])
    control = 3 * 2 * 60_000  # two epochs
    assert found["control"] == control and found["distillation"] == found["distillation_kept"] == 2 * control + 60_000
    assert found["sleep_printed"] == control + 60_000 + 27_105 and found["adversarial"] == 2 * control
    assert found["cut_slept"] == found["sleep_found"] and found["tuned_fgsm"] == 2 * control + 3 * 5000
    lenet = 3 * 3 * 60_000
    assert found["lenet"] == lenet and found["lenet_adversarial"] == lenet + 2 * 7680 * (3 + 0.5 * 30)
    slow = 800 * 2560 * 2
    assert found["deepsleep_released"] == lenet + slow + 7680 * (3 * 8 + 3 * 0.5) == found["deepsleep_estimated"]
    assert found["awake"] == lenet + 7680 * (3 + 3 * 0.5) and found["binary"] == 3 * 10 * 30_000


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"network": "tadros/mnist/sleep/naps"}, "tadros/mnist/sleep/naps with seed 2 is none of the networks of its paper"),
        ({"network": "tadros/mnits/sleep/found"}, "tadros/mnits/sleep/found with seed 2 is none"),
        ({"network": "tardos/mnist/sleep/found"}, "tardos/mnist/sleep/found with seed 2 is none"),
        ({"network": "bnn/squared", "m": 7}, "bnn/squared, m 7, with seed 2 is none"),
        ({"network": "bnn/round", "m": 0}, "bnn/round, m 0, with seed 2 is none"),
    ],
)
def test_a_network_that_no_paper_makes_is_one_sentence(plan, row, says):
    with pytest.raises(UserError, match=re.escape(says)):
        together.network_file(plan, row, 2, "{paper}", "{grid}")


def test_the_sleep_after_each_task_is_that_of_its_paper(plan):
    rows = plan.config["rows"]
    assert together.sleep_of(plan, rows["control"]) is None
    assert together.sleep_of(plan, rows["sleep_inverted"])["rule"] == "inverted"
    assert {"sleep_found", "control"} < set(together.forgetful(plan)) and "binary" in together.learnt(plan)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda own: own["attacks"].pop("cw"), "lacks cw"),
        (lambda own: own["attacks"]["pgd"].update(other=own["attacks"]["pgd"]["linf"]), "several variants"),
        (lambda own: own["attacks"]["pgd"]["linf"].update(examples=7), "numbers of examples"),
        (lambda own: own["rows"]["control"].update(against="nobody"), "rows.control.against names 'nobody'"),
        (lambda own: own["rows"]["binary"].pop("m"), "rows.binary needs an m"),
        (
            lambda own: own["rows"]["control"].update(m=1),
            "rows.control needs an m if its network is of bnn, and none otherwise",
        ),
        (lambda own: own["sources"].append("nobody"), "sources names 'nobody'"),
        (lambda own: own["compared"].append(["control", "nobody"]), "compared names 'nobody'"),
        (lambda own: own["dose"]["bases"]["control"].update(network="control"), "it must be PAPER/DATASET/DEFENCE/VARIANT"),
        (lambda own: own["dose"].update(steps=[0]), "dose.steps.0 is 0; it must be a whole number from 1 to 10 000 000"),
        (lambda own: own["refereed"].append(9), "refereed names the seed 9"),
        (lambda own: own.update(shown=0.15), "shown is 0.15; it must be among strengths: 0.05, 0.1, 0.2, 0.3"),
        (lambda own: own["rows"]["control"].pop("says"), "key 'says' is missing in rows.control"),
        (lambda own: own["rows"]["lenet"]["claimed"].update(clean=3), "rows.lenet.claimed.clean is 3"),
    ],
)
def test_a_wrong_table_is_one_sentence(change, says):
    own = copy.deepcopy(PAPER)
    change(own)
    for reading in own["readings"].values():
        reading["attacks"] = {name: variant for name, variant in reading["attacks"].items() if name in own["attacks"]}
    with pytest.raises(UserError, match=re.escape(says)):
        check_paper(own, "together", WHOLE["datasets"])
