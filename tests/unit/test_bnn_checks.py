"""What is in doubt about networks that learnt tasks, how far their weights have grown, and what they keep at what price."""

import numpy as np
import pandas as pd
import pytest

from sleep_robustness.papers.bnn.curves import trade_points
from sleep_robustness.papers.bnn.doubts import CHECKS, FEWEST, attack_checks, check_rows, with_doubts
from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.papers.bnn.tables.table_checks import table_checks
from sleep_robustness.papers.bnn.tables.table_weights import table_weights, weight_rows

STATE = {"after": 6, "task": 6, "norm": "own", "statistics": "running", "strength": 0.1}


def flags(**right):
    """One network's flags, by "ATTACK__WINDOW", each of FEWEST images."""
    return Flags.of(
        [
            (STATE | dict(zip(("by", "window"), name.split("__"), strict=True)), np.repeat(np.array(own, bool), FEWEST))
            for name, own in right.items()
        ]
    )


def values(found):
    return found.set_index("measure").value.to_dict()


def test_a_check_is_the_share_of_what_stronger_attacks_leave_that_a_weaker_one_fools():
    found = flags(
        fgsm__1=[1, 1, 1, 1, 0],
        pgd__1=[1, 1, 1, 0, 0],
        pgd__3=[1, 1, 0, 0, 0],
        transfer__1=[0, 1, 1, 1, 1],
        uniform__1=[0, 0, 1, 1, 1],
    )
    # window: pgd's own window leaves three, another fools one of them; what all gradients leave is the first two images
    assert values(attack_checks(found)) == {"window": pytest.approx(1 / 3), "transfer": 0.5, "uniform": 1.0}


def test_a_check_of_few_images_right_is_none_and_clean_images_are_no_attack():
    enough = flags(fgsm__1=[0, 1], uniform__1=[0, 1])
    assert values(attack_checks(enough)) == {"uniform": 0.0}
    few = Flags(enough.conditions, enough.right[:, :-1])
    assert attack_checks(few).empty
    clean = Flags(enough.conditions.assign(strength=0.0), enough.right)
    assert attack_checks(clean).empty


def test_a_check_is_of_the_own_batchnorm_and_the_state_where_it_is_largest():
    first, last = flags(fgsm__1=[1, 1], uniform__1=[1, 0]), flags(fgsm__1=[1, 1], uniform__1=[0, 0])
    last.conditions["norm"] = "last"
    early = flags(fgsm__1=[1, 1], uniform__1=[1, 1])
    early.conditions["after"] = early.conditions["task"] = 1
    assert values(attack_checks(Flags.together([first, last, early]))) == {"uniform": 0.5}


def test_a_check_fails_where_it_does_for_one_network():
    every = {
        ("fgsm", 1): flags(fgsm__1=[1, 1, 1, 1]),
        ("fgsm", 2): flags(fgsm__1=[1, 1, 1, 1]),
        ("uniform", 1): flags(uniform__1=[1, 1, 1, 1]),
        ("uniform", 2): flags(uniform__1=[0, 1, 1, 1]),
    }
    files = {
        by: Flags.together([own.with_axes(member=1, seed=seed) for (name, seed), own in every.items() if name == by])
        for by in ("fgsm", "uniform")
    }
    for own in files.values():
        own.conditions = own.conditions.drop(columns="by")
    runs = pd.DataFrame(
        {"reading": "audited", "grid": "g", "member": 1, "seed": seed, "by": by, "path": by} for by, seed in every
    )
    who = {"reading": "audited", "grid": "g", "member": 1}
    networks = pd.DataFrame(
        who | {"seed": seed, "measure": measure, "layer": layer, "value": value}
        for seed in (1, 2)
        for measure, layer, value in (("unmoved", 1, 0.0), ("unmoved", 2, 0.01), ("last", 1, 0.5))
    )
    rows = check_rows(networks, runs, files.get).set_index("measure")
    assert set(rows.index) == {"unmoved", "uniform"}
    assert (rows.value["unmoved"], rows.largest["unmoved"], rows.passed["unmoved"]) == (0.01, 0.01, True)
    assert (rows.value["uniform"], rows.largest["uniform"], rows.networks["uniform"]) == (0.125, 0.25, 2)
    assert not rows.passed["uniform"]
    shown = table_checks(rows.reset_index())
    assert shown["Check"].tolist() == [CHECKS["unmoved"].says, CHECKS["uniform"].says + ", ε 0.1"]
    assert shown["audited"][1] == "0.125; 0.250 at most: in doubt (n = 2)"


def test_a_number_has_the_doubts_that_concern_it():
    checks = pd.DataFrame(
        {"measure": measure, "strength": strength, "value": 0.3, "largest": 0.6, "networks": 3, "passed": measure == "unmoved"}
        for measure, strength in (("unmoved", np.nan), ("stale", np.nan), ("window", 0.1), ("square", 0.1), ("square", 0.05))
    )
    table = pd.DataFrame(
        [
            {"statistics": "running", "by": "fgsm", "window": "1", "strength": 0.1},
            {"statistics": "estimated", "by": "pgd", "window": "1", "strength": 0.1},
            {"statistics": "estimated", "by": "pgd", "window": "3", "strength": 0.05},
            {"statistics": "estimated", "by": "worst", "window": "worst", "strength": 0.1},
        ]
    )
    stale, window, square = (f"{CHECKS[name].says}: 0.30, 0.60 in one network" for name in ("stale", "window", "square"))
    assert with_doubts(table, checks).doubts.tolist() == [f"{stale}; {square}", f"{window}; {square}", square, ""]
    of_two = table.assign(by=np.nan, window=np.nan)  # a contrast of one attack with another
    assert with_doubts(of_two, checks).doubts.tolist() == [stale if one == "running" else "" for one in table.statistics]
    clean = table[["statistics"]].drop_duplicates()
    assert with_doubts(clean, checks).doubts.tolist() == [stale, ""]


def test_weights_are_told_layer_by_layer():
    about = {"reading": "audited", "weights": "binary", "width": "base", "epochs": "base", "lipschitz": "medium", "m": 0.7}
    networks = pd.DataFrame(
        about | {"seed": seed, "measure": measure, "layer": layer, "value": seed * layer * (2 if measure == "last" else 1)}
        for seed in (1, 2, 3)
        for measure in ("first", "last", "stale")
        for layer in (1, 2)
    )
    rows = weight_rows(networks)
    assert len(rows) == 4 and (rows.networks == 3).all()
    assert rows.set_index(["measure", "layer"]).value["last", 2] == pytest.approx(8)
    (shown,) = table_weights(rows, {"base": 128}, {"medium": 0.0003}).to_dict("records")
    assert (shown["Units"], shown["β"], shown["m"], shown["n"]) == (128, "0.0003", "0.7", 3)
    assert shown["Layer 2, after the last task"].startswith("8.000")


def test_a_point_is_what_a_network_keeps_and_what_the_worst_attack_leaves():
    network = {"weights": "binary", "width": "base", "epochs": "base", "lipschitz": "none", "m": 1.35}
    state = network | {"after": "last", "norm": "own", "statistics": "estimated"}
    numbers = {"low": 0.1, "high": 0.9, "examples": 600, "networks": 3}
    clean = pd.DataFrame(
        state | numbers | {"reading": reading, "task": task, "value": value}
        for reading in ("as_released", "audited")
        for task, value in (("1", 0.3), ("earlier", 0.4), ("last", 0.9))
    )
    attacked = pd.DataFrame(
        state | numbers | {"reading": reading, "task": task, "by": by, "strength": strength, "value": value}
        for reading, by, value in (("as_released", "fgsm", 0.5), ("audited", "fgsm", 0.5), ("audited", "worst", 0.2))
        for task in ("1", "last")
        for strength in (0.0, 0.05)
    )
    readings = {name: {"statistics": ["running", "estimated"]} for name in ("as_released", "audited")}
    points = trade_points(clean, attacked, readings).set_index("reading")
    assert points.by.to_dict() == {"as_released": "fgsm", "audited": "worst"}
    assert points.value.to_dict() == {"as_released": 0.5, "audited": 0.2} and (points.kept == 0.4).all()
