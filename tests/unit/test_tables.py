import numpy as np
import pandas as pd
import pytest

from sleep_robustness.papers.tadros.plots.fig_1 import fig_1
from sleep_robustness.papers.tadros.tables.table_1 import table_1
from sleep_robustness.papers.tadros.tables.table_2 import table_2
from sleep_robustness.papers.tadros.tables.table_3 import table_3
from sleep_robustness.papers.tadros.tables.table_4 import table_4
from sleep_robustness.papers.tadros.tables.table_fgsm import table_fgsm
from sleep_robustness.papers.tadros.tables.table_linf import table_linf
from sleep_robustness.tables.curves import accuracy_curves
from sleep_robustness.tables.style import write
from sleep_robustness.tables.table_checks import table_checks

LOSS, MARGIN = {"attacks": {"fgsm": "loss"}}, {"attacks": {"fgsm": "margin"}}
READINGS = {
    "printed": {"defences": {"control": "released", "nap": "a"}, "scores": ["F"]} | LOSS,
    "released": {"defences": {"control": "released", "nap": "a"}, "scores": ["F"]} | LOSS,
    "audited": {"defences": {"control": "released", "nap": "b"}, "scores": ["F", "I"]} | MARGIN,
}
ROW = {"reading": "printed", "dataset": "mnist", "defence": "control", "variant": "released", "attack": "fgsm"}
ROW |= {"attack_variant": "loss", "seed": "mean", "measure": "common", "value": 0.2, "low": 0.1, "high": 0.3, "note": ""}
COMMON = pd.DataFrame([
    ROW | {"examples": 7, "networks": 3} | {"reading": reading, "measure": measure, "attack_variant": variant, "value": value}
    for reading, variant in (("printed", "loss"), ("audited", "margin"))
    for measure, value in (("common", 0.2), ("common_I", 0.25))
])  # fmt: skip
CHECK = {key: ROW[key] for key in ("dataset", "defence", "variant", "attack", "attack_variant")} | {
    "networks": 3,
    "examples": 9,
}
CHECKS = pd.DataFrame(
    [
        CHECK
        | {"check": "left", "value": 0.3, "low": 0.2, "high": 0.4, "limit": 0.01, "passed": False, "says": "0.30 are left"},
        CHECK | {"check": "transfer", "value": 0, "low": 0, "high": 0.1, "limit": 0.1, "passed": True, "says": ""},
    ]
)
NOTHING = {"value": np.nan, "low": np.nan, "high": np.nan, "note": "no example to count"}


@pytest.fixture
def summary():
    rows = []
    for defence, variant in (("nap", "a"), ("nap", "b"), ("control", "released")):
        for attack_variant in ("loss", "margin"):
            network = {
                "dataset": "mnist",
                "defence": defence,
                "variant": variant,
                "attack": "fgsm",
                "attack_variant": attack_variant,
            }
            for seed in (1, 2, 3, "mean"):
                common = network | {"seed": seed, "interval": "bootstrap", "examples": 10, "networks": 3, "note": ""}
                for measure in ("clean", "F", "I"):
                    rows.append(common | {"measure": measure, "strength": np.nan, "value": 0.1, "low": 0.05, "high": np.inf})
                for strength in (0.0, 0.05, 0.1):
                    rows.append(
                        common | {"measure": "accuracy", "strength": strength, "value": 1 - strength, "low": 0, "high": 1}
                    )
    return pd.DataFrame(rows)


@pytest.fixture
def original():
    row = {"dataset": "mnist", "defence": "control", "variant": "released", "attack": "fgsm", "attack_variant": "loss"}
    return pd.DataFrame(
        [row | {"measure": "accuracy", "strength": 0.05, "value": 0.9}, row | {"measure": "clean", "value": 0.3}]
    )


def test_curves_hold_what_each_reading_names(summary, original):
    table = accuracy_curves(summary, original, READINGS, "attacks", ["fgsm"])
    ours = table[table.source == "ours"]
    assert set(ours[ours.readings == "audited"].variant) == {"released", "b"}
    assert set(ours[ours.readings == "audited"].attack_variant) == {"margin"}
    assert len(ours) == 2 * 2 * 3 and len(table) == len(ours) + 1


def test_figure_draws_every_number_and_names_a_defence_the_paper_does_not_have(summary, original):
    table = accuracy_curves(summary, original, READINGS, "attacks", ["fgsm"])
    figure = fig_1(table)
    drawn = sum(len(line.get_xdata()) for axes in figure.axes for line in axes.lines)
    assert drawn == len(table)
    assert all("n = 3 × 3" in axes.texts[0].get_text() for axes in figure.axes)
    assert [text.get_text() for axes in figure.axes for text in axes.texts if text.get_weight() == "bold"] == ["B  MNIST"]
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["Control", "nap", "authors' program"]


def test_table_1_puts_the_printed_value_beside_each_readings(summary):
    printed = pd.DataFrame([{"dataset": "mnist", "attack": "fgsm", "defence": "control", "score": "F", "printed": 0.09}])
    numbers, shown = table_1(summary, COMMON, CHECKS, printed, READINGS)
    assert list(shown["Is the attack at fault?"].map(str)) == ["printed, released: 0.30 are left.", "–"]
    assert list(shown.Network) == ["Control", "nap"]  # the paper's networks first
    assert list(shown.Paper) == ["F\N{NO-BREAK SPACE}0.0900", "–"]
    assert (
        shown["Ours, audited reading"][0].replace("\N{NO-BREAK SPACE}", " ")
        == "F 0.1000 [0.0500, ∞] n=10; I 0.1000 [0.0500, ∞] n=10; common 0.2000 [0.1000, 0.3000] n=7; "
        "common_I 0.2500 [0.1000, 0.3000] n=7"
    )
    printed_cell = shown["Ours, printed reading"][0].replace("\N{NO-BREAK SPACE}", " ")
    assert printed_cell == "F 0.1000 [0.0500, ∞] n=10; common 0.2000 [0.1000, 0.3000] n=7"
    assert len(numbers) == 2 * 4 + 3 and set(numbers.reading) == set(READINGS)


def test_table_1_says_why_a_score_is_undefined(summary):
    summary.loc[summary.measure == "F", list(NOTHING)] = list(NOTHING.values())
    _, shown = table_1(
        summary, COMMON[:0], CHECKS[:0], pd.DataFrame(columns=["dataset", "attack", "defence", "score", "printed"]), READINGS
    )
    assert shown["Ours, printed reading"][0].replace("\N{NO-BREAK SPACE}", " ") == "F no example to count n=10"


def test_table_1_says_of_how_many_networks_a_score_is(summary):
    summary.loc[summary.measure == "F", "note"] = "undefined for 1 of 3 networks"
    printed = pd.DataFrame(columns=["dataset", "attack", "defence", "score", "printed"])
    _, shown = table_1(summary, COMMON[:0], CHECKS[:0], printed, READINGS)
    cell = shown["Ours, printed reading"][0].replace("\N{NO-BREAK SPACE}", " ")
    assert cell == "F 0.1000 [0.0500, ∞] (undefined for 1 of 3 networks) n=10"


def test_table_2_marks_what_is_not_printed():
    used = pd.DataFrame([["mnist", "epochs", "2"], ["mnist", "batch", "100"]], columns=["dataset", "parameter", "used"])
    printed = pd.DataFrame([["mnist", "epochs", "2"]], columns=["dataset", "parameter", "printed"])
    _, shown = table_2(used, printed)
    assert shown.to_numpy().tolist() == [["MNIST", "epochs", "2", "2"], ["MNIST", "batch", "not printed", "100"]]


def test_a_twin_of_a_papers_data_set_has_its_printed_values(summary, original):
    twin = summary.assign(dataset="patches_batch2")
    printed = pd.DataFrame([{"dataset": "patches", "attack": "fgsm", "defence": "control", "score": "F", "printed": 0.0175}])
    _, shown = table_1(pd.concat([summary, twin]), COMMON[:0], CHECKS[:0], printed, READINGS)
    assert shown[["Data set", "Paper"]].to_numpy().tolist()[0] == ["Patches, batch of 2", "F\N{NO-BREAK SPACE}0.0175"]
    used = pd.DataFrame([["patches_batch2", "epochs", "1"]], columns=["dataset", "parameter", "used"])
    _, shown = table_2(used, pd.DataFrame([["patches", "epochs", "1"]], columns=["dataset", "parameter", "printed"]))
    assert shown.to_numpy().tolist() == [["Patches, batch of 2", "epochs", "1", "1"]]
    readings, used = {"printed": {"defences": {"sleep": "a"}}}, {"patches_batch2": {"a": {"rate": 16}}}
    _, shown = table_3(used, pd.DataFrame([["patches", "rate", "16"]], columns=["dataset", "parameter", "printed"]), readings)
    assert shown.to_numpy().tolist() == [["Patches, batch of 2", "rate", "16", "16"]]
    figure = fig_1(accuracy_curves(twin, original, READINGS, "attacks", ["fgsm"]))
    titles = [text.get_text() for axes in figure.axes for text in axes.texts if text.get_weight() == "bold"]
    assert titles == ["A  Patches, batch of 2"]


def test_table_3_shows_what_each_reading_uses():
    readings = {name: {"defences": {"sleep": name}} for name in ("printed", "released")}
    used = {"mnist": {"printed": {"rate": 40, "thresholds": [1, 2]}, "released": {"rate": 39.04, "thresholds": [1, 2]}}}
    printed = pd.DataFrame([["mnist", "rate", "40"]], columns=["dataset", "parameter", "printed"])
    numbers, shown = table_3(used, printed, readings)
    assert shown.to_numpy().tolist() == [
        ["MNIST", "rate", "40", "40", "39.04"],
        ["MNIST", "thresholds", "not printed", "1, 2", "1, 2"],
    ]
    assert len(numbers) == 4


def test_table_fgsm_compares_with_the_original_program(summary, original):
    numbers, shown = table_fgsm(summary, original)
    row = numbers[(numbers.defence == "control") & (numbers.attack_variant == "loss") & (numbers.strength == 0.05)].iloc[0]
    assert row.difference == pytest.approx(0.05) and row.seeds == "0.950 0.950 0.950"
    assert set(numbers.strength.dropna()) == {0.05}
    assert "+0.050" in set(shown.Difference)


def test_write_gives_three_forms_of_one_table(tmp_path):
    paths = [str(tmp_path / f"t.{kind}") for kind in ("csv", "md", "html")]
    write(pd.DataFrame({"a": [1.23456]}), pd.DataFrame({"A": ["1.2 <b>"]}), *paths)
    csv, md, html = ((tmp_path / f"t.{kind}").read_text() for kind in ("csv", "md", "html"))
    assert csv == "a\n1.23456\n" and md.splitlines()[2] == "| 1.2 <b> |" and "1.2 &lt;b&gt;" in html


def test_a_table_without_rows_is_written(tmp_path):
    """As table_linf has none where the config has no attack with a limit."""
    paths = [str(tmp_path / f"t.{kind}") for kind in ("csv", "md", "html")]
    write(pd.DataFrame(columns=["a"]), pd.DataFrame(), *paths, not_run=["cub200"])
    assert (tmp_path / "t.csv").read_text() == "a\n" and "<table" in (tmp_path / "t.html").read_text()


def test_table_linf_puts_attacks_with_a_limit_beside_fgsm(summary):
    """PGD, by the audited reading alone, stands beside its FGSM at the ε that both have."""
    pgd = summary[summary.attack_variant == "margin"].assign(attack="pgd", attack_variant="linf")
    pgd = pgd[~(pgd.strength == 0.05)]
    readings = {name: reading | {"attacks": dict(reading["attacks"])} for name, reading in READINGS.items()}
    readings["audited"]["attacks"]["pgd"] = "linf"
    both = pd.concat([summary, pgd])
    numbers, shown = table_linf(both, CHECKS, readings)
    assert set(numbers.reading) == {"audited"} and set(numbers.strength) == {0.0, 0.1}
    assert shown["Is the attack at fault?"][0] == "–"
    doubts = CHECKS.assign(attack="pgd", attack_variant="linf")
    assert table_linf(both, doubts, readings)[1]["Is the attack at fault?"][0] == "PGD: 0.30 are left."
    assert len(shown) == 2 * 2 and shown.PGD[0].replace("\N{NO-BREAK SPACE}", " ") == "1.000 [0.000, 1.000] n=10"
    assert table_linf(summary, CHECKS, READINGS)[0].empty


def test_table_linf_has_the_score_of_an_attack_without_a_limit(summary):
    """C&W, say, which looks for near adversarials and has no ε."""
    cw = summary[(summary.attack_variant == "margin") & (summary.measure != "accuracy")].assign(
        attack="cw", attack_variant="l2"
    )
    readings = {name: reading | {"attacks": dict(reading["attacks"])} for name, reading in READINGS.items()}
    readings["audited"]["attacks"]["cw"] = "l2"
    numbers, shown = table_linf(pd.concat([summary, cw]), CHECKS, readings)
    assert set(numbers.measure) == {"F"} and set(numbers.attack) == {"cw"} and set(shown["ε"]) == {"–"}
    assert shown["C&W"][0].startswith("F\N{NO-BREAK SPACE}")


def test_a_data_set_that_was_not_run_stands_with_what_is_printed_and_how_to_run_it(summary, tmp_path):
    printed = pd.DataFrame([{"dataset": "cub200", "attack": "fgsm", "defence": "finetune", "score": "F", "printed": 0.065}])
    numbers, shown = table_1(summary, COMMON, CHECKS, printed, READINGS, ["patches", "cub200"])
    assert numbers.note.iloc[-1] == "not run: `make birds` adds it" and np.isnan(numbers.value.iloc[-1])
    assert shown.Network.iloc[-1] == "Fine-tuning on FGSM" and shown.Paper.iloc[-1] == "F\N{NO-BREAK SPACE}0.0650"
    assert shown["Ours, audited reading"].iloc[-1] == "not run: `make birds` adds it"
    paths = [tmp_path / f"table.{kind}" for kind in ("csv", "md", "html")]
    write(numbers, shown, *paths, not_run=["patches", "cub200"])
    lines = [line for line in paths[1].read_text().splitlines() if "not run" in line]
    assert ["CUB-200" in line for line in lines] == [True, False] and "name patches under `use`" in lines[1]


def test_table_3_says_what_a_parameter_is_for_where_a_reading_has_several():
    readings = {"released": {"defences": {"sleep": {"deepfool": "b", "jsma": "b", "else": "a"}}}}
    used = {"mnist": {"a": {"rate": 39, "decay": 0.9}, "b": {"rate": 455, "decay": 0.9}}}
    _, shown = table_3(used, pd.DataFrame(columns=["dataset", "parameter", "printed"]), readings)
    assert list(shown["Used, released reading"]) == ["39; 455 (DeepFool, JSMA)", "0.9"]


def test_table_4_shows_both_readings_of_the_threshold():
    rows = [
        ROW | {"measure": measure, "value": value, "low": 0.0, "high": 1.0, "examples": 30, "networks": 3}
        for measure, value in (("F_l2", 0.001), ("success_l2", 0.25), ("F_square", 0.05), ("success_square", 1.0))
    ]
    printed = pd.DataFrame([["mnist", "control", 0.0073]], columns=["dataset", "defence", "printed"])
    numbers, shown = table_4(pd.DataFrame(rows), CHECKS, printed, READINGS)
    assert len(numbers) == 4 and shown.Paper[0] == "0.0073"
    cell = shown["Ours, printed reading, L2 ≤ 1"][0].replace("\N{NO-BREAK SPACE}", " ")
    assert cell == "F 0.0010 [0.0000, 1.0000] n=30; found 0.2500 [0.0000, 1.0000] n=30"
    assert str(shown["Is the attack at fault?"][0]) == "printed: 0.30 are left."


def test_table_checks_names_what_is_in_doubt():
    numbers, shown = table_checks(CHECKS)
    assert len(numbers) == 2 and list(shown.Outcome) == ["in doubt", "passed"]


def test_of_several_variants_of_a_defence_each_is_shown(summary):
    readings = {name: reading | {"defences": reading["defences"] | {"nap": ["a", "b"]}} for name, reading in READINGS.items()}
    printed = pd.DataFrame(columns=["dataset", "attack", "defence", "score", "printed"])
    _, shown = table_1(summary, COMMON[:0], CHECKS, printed, readings)
    cell = shown["Ours, printed reading"][1].replace("\N{NO-BREAK SPACE}", " ")
    assert cell == "a: F 0.1000 [0.0500, ∞] n=10. b: F 0.1000 [0.0500, ∞] n=10."
