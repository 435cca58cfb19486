"""What a claim asks, how the summaries answer, and what is wrong with a file of claims."""

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import CONFIG, ROOT, WHOLE
from scipy import stats

from sleep_robustness.claim_files import read_claims
from sleep_robustness.claims import (
    COLUMNS,
    HOLDS,
    NO_EFFECT,
    NOT_SHOWN,
    REFUTED,
    UNCLEAR,
    UNTESTED,
    _says,
    counts,
    decide,
    overall,
    questions,
)
from sleep_robustness.errors import UserError
from sleep_robustness.tables.claims import claims_table, notices

READINGS = {"printed": {"defences": {"control": "a", "sleep": "b"}, "attacks": {"fgsm": "loss"}, "distortions": {}}}
AXES = {"dataset": "mnist", "attack": "fgsm", "attack_variant": "loss", "distortion": np.nan, "distortion_variant": np.nan}
NUMBERS = {"value": 0.1, "low": 0.05, "high": 0.15, "examples": 300, "networks": 3}  # of all networks together
DIGITS = AXES | NUMBERS | {"defence": "sleep", "variant": "b", "reading": "printed", "measure": "clean"}
SAME = {"measure": "clean_difference", "value": 0.0, "low": 0.0, "high": 0.0, "identical": True}
INSIDE = {
    "digits": pd.DataFrame(
        [DIGITS | {"label": label, "value": value} for label, value in (("0-7", 0.1), ("8-9", 0.12))]
        + [DIGITS | SAME | {"label": "5"}]
    )
}
CHECKS = pd.DataFrame(
    AXES
    | {"defence": defence, "variant": variant, "attack_variant": attacked, "passed": passed, "says": says}
    | {"check": "zero_gradient", "failed": False}
    for defence, variant, attacked, passed, says in (
        ("control", "a", "loss", False, "the gradient is 0"),
        ("control", "a", "loss", False, "the loss is flat"),
        ("control", "a", "margin", False, "of another variant"),
        ("sleep", "b", "loss", True, "all is well"),
    )
)
ONE = {"says": "It does.", "where": "p. 7", "attack": "fgsm", "dataset": "mnist", "measure": "F", "of": "sleep"}


def stable(table):
    """A table whose intervals stay as they are whichever network is left out, if it does not say how they change."""
    return table.assign(**{f"{name}_without": table.get(f"{name}_without", table[name]) for name in ("low", "high")})


def ask(checks=CHECKS, **part):
    """The row that decides a claim of one part."""
    return decided({"T1": ONE | {"parts": [part]}}, checks).iloc[0]


def decided(claims, checks=CHECKS):
    """The rows that decide claims."""
    level = AXES | NUMBERS | {"defence": "sleep", "variant": "b", "measure": "F", "seed": "mean", "strength": np.nan}
    pair = level | {"reading": "printed", "other": "control", "other_variant": "a", "value": 0.02, "low": 0.0, "high": 0.04}
    pair |= {"examples": 100}  # of one network
    pair |= {
        "ratio": 2.0,
        "ratio_low": 1.6,
        "ratio_high": 2.2,
        "p": 0.04,
        "identical": False,
        "level": 0.5,
        "other_level": 0.48,
    }
    unlike = [pair | {"measure": "I", "value": np.nan, "low": np.nan, "high": np.nan}]
    unlike += [
        pair | {"measure": "Z", "value": 0.03, "low": 0.01, "p": 0.01},
        pair | {"measure": "clean", "low": 0.01, "p": 0.06},
    ]
    unlike += [pair | {"measure": "success", "value": 0.0, "low": 0.0, "high": 0.0, "p": 1.0, "identical": True}]
    unlike += [pair | {"measure": "accuracy", "strength": 0.1, "level": 1.0, "other_level": 0.996}]
    unlike += [pair | {"measure": "accuracy", "strength": 0.2, "level": 0.004, "other_level": 0.0}]
    unlike += [pair | {"measure": "accuracy", "strength": 0.3, "level": 1.0, "other_level": 0.9, "low": 0.01}]
    pairs = pd.DataFrame([pair, *unlike])
    pairs = pairs.assign(ratio_low_without=pairs.ratio_low, ratio_high_without=pairs.ratio_high)
    tables = (stable(pd.DataFrame([level])), stable(pairs), checks)
    inside = {name: stable(table) for name, table in INSIDE.items()}
    return decide(claims, *tables, inside, READINGS, ["mnist"])


@pytest.mark.parametrize(
    ("part", "verdict"),
    [
        ({"above": 0.04}, HOLDS),
        ({"above": 0.05}, NOT_SHOWN),  # the interval touches the bound
        ({"above": 0.12}, NOT_SHOWN),
        ({"above": 0.16}, REFUTED),
        ({"below": 0.2}, HOLDS),
        ({"below": 0.1}, NOT_SHOWN),
        ({"below": 0.04}, REFUTED),
        ({"between": [0, 0.2]}, HOLDS),
        ({"between": [0.1, 0.2]}, NOT_SHOWN),
        ({"between": [0.2, 0.3]}, REFUTED),
        ({"over": "control", "above": 0}, NOT_SHOWN),  # the interval touches no effect
        ({"over": "control", "below": -0.01}, REFUTED),
        ({"over": "control", "as": "ratio", "above": 1.5}, HOLDS),
        ({"over": "control", "as": "ratio", "above": 2.5}, REFUTED),
        ({"over": "control", "as": "ratio", "margin": 1.5}, HOLDS),  # up to 2.5 times the control's
        ({"over": "control", "as": "ratio", "margin": 0.5}, REFUTED),
        ({"over": "control", "as": "ratio", "margin": 1.1}, NOT_SHOWN),
        ({"over": "control", "measure": "Z", "above": 0}, HOLDS),
        ({"over": "control", "measure": "Z", "between": [0, 0.05]}, HOLDS),
        ({"over": "control", "between": [0, 0.05]}, NOT_SHOWN),  # touches no effect
        ({"over": "control", "measure": "clean", "above": 0}, HOLDS),  # whatever its p, which is of images alone
        ({"over": "control", "margin": 0.05}, HOLDS),
        ({"over": "control", "margin": 0.03}, NOT_SHOWN),
        ({"over": "control", "measure": "Z", "margin": 0.005}, REFUTED),
        ({"over": "control", "within": 0.05}, HOLDS),
        ({"over": "control", "within": 0.03}, NOT_SHOWN),
        ({"over": "control", "measure": "Z", "within": 0.005}, REFUTED),
        ({"over": "control", "measure": "success", "margin": 0.05}, HOLDS),  # the network is the control, and does not rise
        ({"over": "control", "measure": "success", "above": 0}, NO_EFFECT),
        ({"over": "control", "measure": "success", "below": 0}, NO_EFFECT),
        ({"over": "control", "measure": "accuracy", "strength": 0.1, "above": 0}, UNTESTED),  # both are right on all
        ({"over": "control", "measure": "accuracy", "strength": 0.1, "within": 0.05}, HOLDS),  # equal all the same
        ({"over": "control", "measure": "accuracy", "strength": 0.2, "above": 0}, UNTESTED),  # both are wrong on all
        ({"over": "control", "measure": "accuracy", "strength": 0.3, "above": 0}, HOLDS),  # only one is right on all
        ({"over": "control/other", "above": 0}, UNTESTED),
        ({"over": "control", "measure": "I", "above": 0}, UNTESTED),
        ({"dataset": "cub200", "above": 0}, UNTESTED),
        ({"table": "digits", "measure": "clean", "rows": {"label": "8-9"}, "above": 0}, HOLDS),
        ({"table": "digits", "measure": "clean", "rows": {"label": "7"}, "above": 0}, UNTESTED),
        ({"table": "digits", "measure": "clean_difference", "rows": {"label": "5"}, "below": 0}, NO_EFFECT),
        ({"table": "weights", "measure": "spread", "above": 0}, UNTESTED),
    ],
)
def test_an_interval_decides(part, verdict):
    assert ask(**part).verdict == verdict


def test_a_verdict_that_hangs_on_one_network_is_not_shown(monkeypatch):
    for limits, verdict in (((0.05, 0.15), HOLDS), ((0.03, 0.15), NOT_SHOWN), ((0.05, 0.3), HOLDS)):
        monkeypatch.setitem(NUMBERS, "low_without", limits[0])
        monkeypatch.setitem(NUMBERS, "high_without", limits[1])
        assert ask(above=0.04).verdict == verdict
        assert ask(below=0.04).verdict == {HOLDS: REFUTED}.get(verdict, verdict)


@pytest.mark.parametrize(
    ("part", "gap"),
    [
        ({"above": 0.05}, 0.05),
        ({"above": 0.08}, 0.02),
        ({"below": 0.11}, 0.01),
        ({"above": 0.11}, 0.01),  # to refute
        ({"between": [0.05, 0.11]}, 0.01),  # the farther of both ends
        ({"between": [0.11, 0.2]}, 0.01),
        ({"above": 0.1}, 0),  # the value is the bound
        ({"above": 0.04}, np.nan),  # decided
    ],
)
def test_what_is_not_shown_says_how_many_networks_would_decide(part, gap):
    """With three networks an interval without one, of two, is here 0.05 to either side."""
    spread = 0.05 / stats.t.ppf(0.975, 1) * np.sqrt(2)  # between networks
    enough = [n for n in range(3, 1001) if stats.t.ppf(0.975, n - 2) * spread / np.sqrt(n - 1) < gap]
    needed = enough[0] if enough else np.nan if np.isnan(gap) else np.inf
    np.testing.assert_equal(ask(**part).needed, needed)
    text = str(claims_table(decided({"T1": ONE | {"parts": [part]}}), {"T1": ONE})["Printed reading"][0])
    assert (f"about {needed:.0f} networks would decide" in text) == np.isfinite(needed)
    assert ("1000 networks would not decide" in text) == bool(np.isinf(needed))


def fails(defence, check, attacked="loss"):
    """A check that says that FGSM failed on a network."""
    row = {"attack_variant": attacked, "passed": False, "says": "99 of 100 stand", "check": check, "failed": True}
    return pd.concat([CHECKS, pd.DataFrame([AXES | row | {"defence": defence, "variant": {"control": "a"}.get(defence, "b")}])])


def test_an_attack_that_fails_tests_nothing():
    """On the undefended network it fails for all; what it wrongly believes on a network concerns that network."""
    control = fails("control", "positive_control")
    for part in ({"above": 0.04}, {"over": "control", "measure": "Z", "above": 0}, {"over": "control", "margin": 0.05}):
        row = ask(control, **part)
        assert row.verdict == UNTESTED and "FGSM fails on Control: 99 of 100 stand" in row.note and row.value > 0
    assert ask(control, over="control", measure="clean", above=0).verdict == HOLDS, "before the attack"
    assert ask(fails("control", "positive_control", "margin"), above=0.04).verdict == HOLDS, "another variant of the attack"
    assert ask(fails("distillation", "unfounded"), above=0.04).verdict == HOLDS, "another network"
    assert ask(fails("sleep", "unfounded"), above=0.04).verdict == UNTESTED


def test_the_definition_is_asked_before_all_else():
    claims = {"T1": ONE | {"unclear": "What is it?", "parts": [{"above": 0.04}, {"dataset": "cub200", "above": 0}]}}
    assert decided(claims).verdict.tolist() == [UNCLEAR, UNCLEAR]


def test_a_row_says_what_it_asked_and_why_it_was_not_answered():
    row = ask(over="control", above=0, printed=0.13)
    assert row.question == "Sleep − Control, FGSM on MNIST, score F" and row.test == "above 0" and row.printed == 0.13
    assert (row.value, row.low, row.high, row.examples, row.networks) == (0.02, 0.0, 0.04, 100, 3)
    assert ask(dataset="cub200", above=0).note == "CUB-200 not run: `make birds` adds it"
    assert ask(over="control", measure="I", above=0).note.endswith("undefined, no example to count")


def test_a_question_says_in_words_which_rows_it_is_of():
    rows = {"norm": "own", "task": "earlier", "contrast": "more_m", "m": 0.7, "window": "1"}
    asked = {
        "table": "contrasts",
        "measure": "accuracy_difference",
        "rows": rows,
        "usually": {"window": "1"},
        "dataset": "mnist",
    }
    said = "clean images (high m less m 0, BatchNorm of the task, earlier tasks, m 0.7) on MNIST, accuracy difference"
    assert _says(asked) == said


def test_a_question_tells_the_variants_that_it_names_apart():
    claims = {"T1": ONE | {"over": "control", "parts": [{"of": f"sleep/{name}", "above": 0} for name in ("b", "c")]}}
    asked = decided(claims).question.tolist()
    assert [one.partition(" − ")[0] for one in asked] == ["Sleep (b)", "Sleep (c)"]


def test_n_is_of_one_network_whatever_the_summary_counts():
    asked = [{"above": 0}, {"over": "control", "above": 0}]
    asked += [{"table": "digits", "measure": "clean", "rows": {"label": "8-9"}, "above": 0}]
    assert [ask(**part).examples for part in asked] == [100, 100, 100]


def test_p_stands_beside_what_is_held_against_no_effect_alone():
    assert (ask(over="control", above=0).p, ask(over="control", above=0).p_holm) == (0.04, 0.04)
    others = [{"above": 0}, {"over": "control", "above": 0.01}, {"over": "control", "margin": 0.1}]
    others += [
        {"over": "control", "as": "ratio", "above": 0},
        {"table": "digits", "measure": "clean", "rows": {"label": "8-9"}, "above": 0},
    ]
    for part in others:
        assert np.isnan(ask(**part).p) and np.isnan(ask(**part).p_holm)


def test_holm_is_over_all_such_questions_of_a_reading():
    part = {"over": "control", "above": 0}
    claims = {
        "T1": ONE | {"parts": [part, part | {"measure": "Z"}]},
        "T2": ONE | {"parts": [part | {"dataset": "cub200"}, {"above": 0}]},
    }
    rows = decided(claims)
    np.testing.assert_allclose(rows.p, [0.04, 0.01, np.nan, np.nan])
    np.testing.assert_allclose(rows.p_holm, [0.04, 0.02, np.nan, np.nan])
    assert rows.verdict.tolist() == [NOT_SHOWN, HOLDS, UNTESTED, HOLDS]


def test_an_attack_in_doubt_is_said_of_the_networks_that_it_was_on():
    assert ask(above=0.04).doubts == "" and ask(table="digits", measure="clean", rows={"label": "8-9"}, above=0).doubts == ""
    claims = {"T1": ONE | {"parts": [{"above": 0.04}, {"over": "control", "measure": "Z", "above": 0}]}}
    rows = decided(claims)
    assert rows.doubts.tolist() == ["", "FGSM on Control: the gradient is 0; the loss is flat"]
    assert ask(over="control", measure="clean", above=0).doubts == ""  # the same whatever the attack
    cell = claims_table(rows, claims)["Printed reading"][0]
    assert str(cell).endswith("). Is the attack at fault? FGSM on Control: the gradient is 0; the loss is flat.")
    assert "<summary>2 holds; 1 in doubt</summary>" in cell.__html__()


def test_a_question_may_be_of_some_readings_alone():
    claims = {"T1": ONE | {"parts": [{"above": 0}, {"above": 1, "readings": ["another"]}]}}
    assert decided(claims, CHECKS).test.tolist() == ["above 0"]


def test_lists_ask_a_question_for_each_entry():
    asked = list(questions(ONE | {"over": ["a", "b"], "parts": [{"strength": [1, 2], "above": 0}, {"over": "c", "below": 1}]}))
    assert [(one["over"], one.get("strength")) for one in asked] == [("a", 1), ("a", 2), ("b", 1), ("b", 2), ("c", None)]


def test_a_question_that_several_rows_answer_is_refused_and_rows_may_stand_with_the_claim():
    with pytest.raises(UserError, match=r"Sleep, FGSM on MNIST, clean accuracy is answered by 2 rows; name the variant"):
        ask(table="digits", measure="clean", above=0)
    parts = [{"above": 0}, {"rows": {"label": "8-9"}, "below": 1}, {"rows": {"layer": 4}, "below": 1}]
    asked = list(questions(ONE | {"rows": {"layer": [2, 3]}, "parts": parts}))
    told = [{"layer": 2}, {"layer": 3}, {"layer": 2, "label": "8-9"}, {"layer": 3, "label": "8-9"}, {"layer": 4}]
    assert [one["rows"] for one in asked] == told


def test_what_is_usual_is_asked_and_not_told_unless_it_is_otherwise():
    usually = {"layer": 2, "label": "8-9"}
    claims = {"T1": ONE | {"table": "digits", "measure": "clean", "usually": {"label": "8-9"}, "parts": [{"above": 0}]}}
    claims["T1"]["parts"].append({"rows": {"label": "0-7"}, "above": 0})
    asked = list(questions(ONE | {"usually": usually, "rows": {"layer": 3}, "parts": [{"above": 0}]}))
    assert asked[0]["rows"] == {"layer": 3, "label": "8-9"}
    rows = decided(claims)
    assert rows.value.tolist() == [0.12, 0.1]
    assert rows.question.str.contains("label").tolist() == [False, True]


def test_numbers_in_rows_are_compared_as_numbers():
    table = pd.DataFrame([DIGITS | {"m": m, "value": value} for m, value in ((0.0, 0.3), (1.35, 0.4))])
    ask = {"table": "own", "dataset": "mnist", "measure": "clean", "above": 0}
    claims = {"T1": {"says": "x", "where": "here", "parts": [ask | {"rows": {"m": m}} for m in (0, 1.35)]}}
    none = pd.DataFrame(columns=COLUMNS)  # as where a paper has stages of its own
    rows = decide(claims, none, none, none, {"own": stable(table)}, READINGS, ["mnist"])
    assert rows.value.tolist() == [0.3, 0.4] and rows.question[0].startswith("own (m 0) on MNIST")


def test_a_table_may_say_what_its_numbers_are_in_doubt_for():
    table = pd.DataFrame(
        [DIGITS | {"m": m, "doubts": doubts} for m, doubts in ((0, np.nan), (1, "a weaker attack finds more"))]
    )
    ask = {"table": "own", "dataset": "mnist", "measure": "clean", "above": 0, "rows": {"m": [0, 1]}}
    claims, none = {"B1": {"says": "It does.", "where": "F", "parts": [ask]}}, pd.DataFrame(columns=COLUMNS)
    rows = decide(claims, none, none, none, {"own": stable(table)}, READINGS, ["mnist"])
    assert rows.doubts.tolist() == ["", "a weaker attack finds more"] and (rows.verdict == HOLDS).all()


def test_a_ratio_that_a_table_does_not_have_is_one_sentence():
    with pytest.raises(UserError, match="is asked for as a ratio, which its table has not; ask a difference"):
        ask(table="digits", rows={"label": "0-7"}, measure="clean", **{"as": "ratio", "above": 1})


def test_a_claim_has_the_verdict_of_its_questions_or_how_many_hold():
    assert overall([HOLDS, HOLDS, UNTESTED]) == HOLDS and overall([REFUTED, UNTESTED]) == REFUTED
    assert overall([UNTESTED]) == UNTESTED and overall([UNCLEAR]) == UNCLEAR
    assert overall([HOLDS, REFUTED, NOT_SHOWN, UNTESTED]) == "1 of 3 hold"
    assert overall([HOLDS] * 13 + [NOT_SHOWN]) == "13 of 14 hold" and overall([NO_EFFECT, NOT_SHOWN]) == "0 of 2 hold"
    assert counts([NOT_SHOWN, HOLDS, HOLDS]) == "2 holds, 1 not shown"


def test_the_reader_sees_verdict_number_interval_n_and_what_is_printed():
    claims = {"T1": ONE | {"parts": [{"above": 0.04, "printed": 0.2}]}}
    level = AXES | NUMBERS | {"defence": "sleep", "variant": "b", "measure": "F", "seed": "mean", "strength": np.nan}
    pairs = pd.DataFrame(columns=["reading"])
    tables = (stable(pd.DataFrame([level])), pairs, CHECKS, INSIDE)
    shown = claims_table(decide(claims, *tables, READINGS, ["mnist"]), claims)
    text = str(shown["Printed reading"][0]).replace("\N{NO-BREAK SPACE}", " ")
    assert text == "Holds. Sleep, FGSM on MNIST, score F: 0.100 [0.050, 0.150] (above 0.04: holds, printed 0.2; n = 3 × 100)."
    claims = {"T1": ONE | {"parts": [{"over": "control", "measure": "Z", "above": 0}]}}
    text = str(claims_table(decided(claims), claims)["Printed reading"][0]).replace("\N{NO-BREAK SPACE}", " ")
    assert "0.030 [0.010, 0.040] (above 0: holds, p = 0.0100; n = 3 × 100)." in text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"parts": []}, "T1.parts is \\[\\]; it must be a list of parts"),
        ({"say": "x"}, "unknown key 'say' in T1; did you mean 'says'"),
        ({"where": ...}, "key 'where' is missing in T1"),
        ({"parts": [{"above": "0"}]}, "T1.parts.0.above is '0'; it must be a number"),
        (
            {"parts": [{"above": 0, "dataset": "mnits"}]},
            "T1 names the dataset 'mnits'; it must be among patches, patches_batch2",
        ),
        ({"attack": "fgms"}, "T1 names the attack 'fgms'; it must be among"),
        ({"parts": [{"printed": 1}]}, "T1.parts.0"),
        ({"parts": [{"margin": 0.1}]}, "T1 has a margin, which is of a difference; name the other network as `over`"),
        ({"parts": [{"within": 0.1}]}, "T1 has a margin, which is of a difference"),
        ({"parts": [{"within": 0.1, "margin": 0.1, "over": "control"}]}, "T1.parts.0"),
        ({"parts": [{"margin": 0, "over": "control"}]}, "T1.parts.0.margin is 0; it must be a number above 0"),
    ],
)
def test_a_wrong_file_of_claims_is_one_sentence(tmp_path, change, sentence):
    claim = {key: value for key, value in (ONE | {"parts": [{"above": 0}]} | change).items() if value is not ...}
    (tmp_path / "claims.yaml").write_text(yaml.safe_dump({"T1": claim}))
    with pytest.raises(UserError, match=sentence) as error:
        read_claims(tmp_path / "claims.yaml", CONFIG, "tadros")
    assert "\n" not in str(error.value)


def test_a_notice_says_what_fails_where_it_must_be_seen_first():
    """Only of claims that have an `otherwise`, and only of the readings and questions in which they are refuted."""
    claims = {"C1": {"says": "a", "otherwise": "As well without."}, "T1": {"says": "b"}}
    row = {"question": "gain", "value": 0.1, "low": -0.1, "high": 0.3, "printed": np.nan, "networks": 3, "examples": 10}
    row |= {"p_holm": 0.2, "test": "above 0", "doubts": "", "note": "", "needed": 4.0}
    verdicts = [("C1", "printed", "holds"), ("C1", "audited", "refuted"), ("C1", "audited", "not shown")]
    verdicts += [("T1", "printed", "refuted")]
    decided = pd.DataFrame([row | {"claim": c, "reading": r, "verdict": v} for c, r, v in verdicts])
    (said,) = notices(decided, claims)
    assert (
        said.startswith("As well without. Audited reading, C1: gain: ")
        and said.count("refuted") == 1
        and "not shown" not in said
    )
    assert notices(decided[decided.verdict == "holds"], claims) == []


@pytest.mark.parametrize(("paper", "letter", "number"), [("tadros", "T", 18), ("zhang", "Z", 6), ("deepsleep", "D", 15)])
def test_the_projects_own_claims_are_well_formed(paper, letter, number):
    claims = read_claims(ROOT / f"config/papers/{paper}/claims.yaml", WHOLE["papers"][paper], paper)
    assert {f"{letter}{one}" for one in range(1, number + 1)} <= claims.keys()
    for claim, said in claims.items():
        asked = [str(sorted(question.items(), key=str)) for question in questions(said)]
        assert len(set(asked)) == len(asked), f"{claim} asks a question twice"
    for claim in claims.values():
        for asked in questions(claim):
            assert {"dataset", "of", "measure"} <= asked.keys() and len({"attack", "distortion", "table"} & asked.keys()) == 1
