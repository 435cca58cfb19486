"""Each check on arrays made to fail it, and on arrays that pass; then on a network whose attack is known to be at fault."""

import json

import numpy as np
import pandas as pd
import pytest
import torch

from sleep_robustness.attacks import fgsm
from sleep_robustness.attacks.diagnosis import diagnose
from sleep_robustness.diagnostics import CHECKS, DIAGNOSIS, check_rows
from sleep_robustness.names import CHECKS as WORDS
from sleep_robustness.networks.relu import from_weights

INF = np.inf


def side_car(objective="loss", **transfer):
    return np.array(json.dumps({"parameters": {"objective": objective} | transfer, "bounds": [0, 1]}))


def sound():
    """What was kept of a network on four images whose attacks are sound."""
    examples = np.arange(4)
    own = {"example": examples, "strength": np.array([0, 0.1, 0.1, 0.2]), "success": np.array([False, True, True, True])}
    own["distance"] = np.array([0, 0.1, 0.1, 0.1])
    flags = {name: np.zeros(4, bool) for name in ("zero_gradient", "wrong_way", "left")}
    right = np.array([[False, False], [True, False], [True, False], [True, False]])
    graded = own | {"label": np.array([0, 1, 2, 3]), "right": right, "strengths": np.array([0, 0.2]), "side_car": side_car()}
    loss = graded | flags
    all_ranges = {"right": np.column_stack([right, [True, False, False, False]]), "strengths": np.array([0, 0.2, 0.5])}
    near = {"outside": np.zeros(4, bool), "believed": np.array([-1, 0.1, 0.1, 0.2])}
    return {
        ("fgsm", "loss"): loss,
        ("fgsm", "margin"): loss | {"side_car": side_car("margin")},
        ("deepfool", "plain"): own | near,
        ("boundary", "printed"): own | near | {"strength": np.array([0, 0.3, 0.3, 0.3])},
        ("pgd", "linf"): graded | {"again": np.zeros(4, bool), "left": np.zeros(4, bool)},
        ("pgd", "shared"): graded | {"side_car": side_car(source="control/a")},
        ("autoattack", "standard"): graded | all_ranges,
        DIAGNOSIS: {"example": examples, "transfer": np.array([0, 0.2, 0.2, 0.2]), "logit_scale": np.ones(4)}
        | {"before": np.arange(4), "mismatch": np.full(4, 0.1), "unlearnt": np.zeros(4)},
    }


# check: run, array, what it becomes, the number that the check then finds
FAULTS = {
    "zero_gradient": (("fgsm", "loss"), "zero_gradient", [True, True, False, False], 0.5),
    "wrong_way": (("fgsm", "loss"), "wrong_way", [True, False, False, False], 0.25),
    "logit_scale": (DIAGNOSIS, "logit_scale", [10.0, 20, 30, 40], 25),
    "left": (("pgd", "linf"), "left", [True, False, False, False], 0.25),
    "only_by_margin": (("fgsm", "loss"), "strength", [0, INF, INF, 0.1], 2 / 3),
    "transfer": (DIAGNOSIS, "transfer", [0, 0.05, INF, INF], 1 / 3),
    "boundary": (("boundary", "printed"), "strength", [0, 0.05, 0.05, 0.3], 2 / 3),
    "farther": (("boundary", "printed"), "strength", [0, INF, 0.3, 0.3], 1 / 3),
    "fgsm_sooner": (("pgd", "linf"), "right", [[True, True]] * 4, 1),
    "autoattack_sooner": (("pgd", "linf"), "right", [[False, False], [True, True], [True, False], [True, False]], 1 / 3),
    "restarts": (("pgd", "linf"), "again", [False, True, True, False], 0.5),
    "positive_control": (("deepfool", "plain"), "strength", [0, 0.1, INF, INF], 2 / 3),
    "unfounded": (("deepfool", "plain"), "success", [False, True, True, False], 1 / 3),
    "transferred": (("pgd", "shared"), "right", [[False, False], [False, False], [True, False], [True, False]], 1 / 3),
    "grey": (("autoattack", "standard"), "right", [[True, False, False]] + [[True, True, True]] * 3, 0.5),
    "one_class": (DIAGNOSIS, "before", [2, 2, 2, 2], 1),
    "mismatch": (DIAGNOSIS, "mismatch", [3.0] * 4, 3),
    "unlearnt": (DIAGNOSIS, "unlearnt", [0.5] * 4, 0.5),
    "outside": (("deepfool", "plain"), "outside", [False, False, False, True], 0.25),
}


def checked(runs, defence="control"):
    table = pd.DataFrame([
        {"dataset": "mnist", "defence": defence, "variant": "b", "seed": seed, "attack": key[0], "attack_variant": key[1]}
        | {"path": key}
        for seed in (1, 2, 3)
        for key in runs
    ])  # fmt: skip
    return check_rows(table, lambda key: runs[key])


def test_every_check_has_a_fault_here_and_words_for_a_reader():
    assert set(FAULTS) == set(CHECKS) == set(WORDS)


def test_sound_attacks_pass_every_check():
    rows = checked(sound())
    assert rows.passed.all() and set(rows.check) == set(CHECKS) and (rows.says == "").all()
    assert (rows.networks == 3).all()


@pytest.mark.parametrize("name", CHECKS)
def test_a_fault_is_found_and_said(name):
    runs = sound()
    key, array, values, number = FAULTS[name]
    runs[key] = runs[key] | {array: np.array(values)}
    rows = checked(runs)
    failed = rows[(rows.check == name) & ~rows.passed]
    assert len(failed) >= 1
    np.testing.assert_allclose(failed.value.iloc[0], number)
    assert CHECKS[name].says.format(number) == failed.says.iloc[0]
    assert (failed.low <= failed.value).all() and (failed.value <= failed.high).all()


def test_images_of_several_attacks_on_another_network_are_one_number_of_each_network():
    """However many attacks are shown, and of how many images: here of four and of three, of which one fools more."""
    runs = sound()
    fewer = {name: runs["pgd", "shared"][name][:3] for name in ("example", "strength", "label")}
    right = np.array([[False, False], [True, False], [False, False]])
    runs["pgd_loss", "shared"] = runs["pgd", "shared"] | fewer | {"right": right}
    rows = checked(runs)
    own = rows[(rows.check == "transferred") & (rows.attack == "pgd")]
    assert len(own) == 1 and own.networks.item() == 3 and own.value.item() == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("name", "few", "many"),
    [
        ("zero_gradient", [True, True, False, False], [True, True, True, False]),  # of all images, more than half
        ("unfounded", [False, True, True, False], [False, True, False, False]),  # of the three right ones, more than half
        ("positive_control", [0, 0.1, 0.1, 0.1], [0, 0.1, 0.1, INF]),  # more than a tenth
    ],
)
def test_an_attack_fails_only_beyond_its_bound(name, few, many):
    """Below, the check may cast doubt, and claims are tested all the same."""
    for values, fails in ((few, False), (many, True)):
        runs = sound()
        key, array, _, _ = FAULTS[name]
        runs[key] = runs[key] | {array: np.array(values)}
        own = checked(runs).query("check == @name and attack == @key[0] and attack_variant == @key[1]")
        assert own.failed.item() == fails


def test_what_fgsm_makes_on_the_control_is_not_held_against_itself():
    runs = sound()
    runs[DIAGNOSIS] |= {"transfer": np.array([0, 0.05, 0.05, 0.05])}
    runs["fgsm", "shared"] = runs["fgsm", "loss"] | {"side_car": side_car("loss", source="control/released")}
    failed = checked(runs).query("check == 'transfer'")
    assert set(failed.attack_variant) == {"loss", "margin"} and not failed.passed.any()


def test_who_goes_outside_the_bounds_or_by_the_loss_is_no_referee_of_the_distance():
    runs = sound()
    runs["boundary", "printed"] |= {"strength": np.array([0, 0.5, 0.5, 0.5])}
    runs["deepfool", "plain"] |= {"outside": np.array([False, True, False, False])}
    del runs["fgsm", "margin"]
    assert "farther" not in set(checked(runs).check)
    runs["fgsm", "margin"] = runs["fgsm", "loss"] | {"side_car": side_car("margin"), "distance": np.array([0, 0.1, 0.2, 0.01])}
    row = checked(runs).set_index("check").loc["farther"]
    assert row.value == pytest.approx(2 / 3) and row.attack == "boundary" and not row.passed


def test_a_network_with_nothing_to_count_hides_no_fault_of_the_others():
    runs = {seed: sound() for seed in (1, 2, 3)}
    for seed in (1, 2):
        runs[seed]["deepfool", "plain"] |= {"strength": np.full(4, INF), "success": np.zeros(4, bool)}
    runs[3]["deepfool", "plain"] |= {"strength": np.zeros(4), "success": np.zeros(4, bool)}
    table = pd.DataFrame(
        {"dataset": "mnist", "defence": "control", "variant": "b", "seed": seed, "attack": key[0], "attack_variant": key[1]}
        | {"path": (seed, key)}
        for seed in runs
        for key in runs[seed]
    )
    rows = check_rows(table, lambda path: runs[path[0]][path[1]])
    control = rows[rows.check == "positive_control"].set_index("attack").loc["deepfool"]
    assert (control.value, control.networks, control.passed) == (1, 2, False)


def test_checks_compare_the_examples_that_both_attacks_had():
    runs = sound()
    runs["fgsm", "margin"] = {key: values[2:] if values.ndim else values for key, values in runs["fgsm", "margin"].items()}
    runs["fgsm", "margin"] |= {"strengths": np.array([0, 0.2])}
    runs["fgsm", "also"] = runs["fgsm", "margin"]
    runs["fgsm", "loss"] |= {"strength": np.array([0, INF, INF, 0.1])}
    row = checked(runs).set_index(["check", "attack_variant"]).loc["only_by_margin", "loss"]
    assert (row.value, row.examples, row.networks) == (0.5, 6, 3)


def test_that_a_defended_network_is_not_fooled_is_no_fault():
    runs = sound()
    runs["deepfool", "plain"] |= {"strength": np.array([0, INF, INF, INF]), "success": np.zeros(4, bool)}
    assert "positive_control" not in set(checked(runs, "sleep").check)


def test_a_network_that_gets_everything_wrong_is_in_no_doubt():
    runs = sound()
    for key in runs:
        if "strength" in runs[key]:
            runs[key] = runs[key] | {"strength": np.zeros(4), "success": np.zeros(4, bool)}
    rows = checked(runs)
    undefined = rows[rows.value.isna()]
    assert set(undefined.check) >= {"boundary", "only_by_margin"} and undefined.passed.all() and (undefined.examples == 0).all()


def test_saturated_softmax_is_found_out():
    """Scaling the weights by 1 000 masks the gradient of the loss; the logits' lead, and transfer, tell."""
    weights = torch.randn(3, 20, generator=torch.Generator().manual_seed(0))
    x = torch.rand(50, 20, generator=torch.Generator().manual_seed(1))
    plain, masked = (from_weights([factor * weights], temperature=1.0) for factor in (1, 1000))
    y = plain.predict(x)
    params = {"objective": "loss", "epsilon_step": 0.02, "steps": 40}
    own = fgsm.run(masked, x, y, params, torch.Generator())
    found = diagnose(masked, plain, x, y, params)
    assert np.median(found["logit_scale"]) > 16.6 > np.median(diagnose(plain, None, x, y, params)["logit_scale"])
    assert own.details["zero_gradient"].mean() > 0.5
    assert (found["transfer"] < own.strength).mean() > 0.5
    through = fgsm.run(plain, x, y, params, torch.Generator())
    np.testing.assert_array_equal(found["transfer"], through.strength)  # the two decide alike
    assert "transfer" not in diagnose(plain, None, x, y, params)
