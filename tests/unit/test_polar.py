"""What corruptions and attacks leave right, by β and by m: figures 5 and 6 of the final report on metaplastic networks."""

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from sleep_robustness.errors import UserError
from sleep_robustness.metrics import mean_of_networks
from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.papers.bnn.plots.final_fig_5 import final_fig_5
from sleep_robustness.papers.bnn.plots.final_fig_6 import final_fig_6
from sleep_robustness.papers.bnn.polar import attack_scores, auc_log, corruption_spokes
from sleep_robustness.statistics import mean

# the report's ε
LISTED = [0, 1e-4, 2e-4, 4e-4, 8e-4, 1e-3, 2e-3, 4e-3, 8e-3, 0.01, 0.012, 0.014, 0.017, 0.02, 0.024, 0.028, 0.034, 0.04, 0.048,
          0.057, 0.067, 0.08, 0.095, 0.113, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]  # fmt: skip
READINGS = {"as_described": {"statistics": ["running"]}, "audited": {"statistics": ["running", "estimated"]}}
NETWORK = {"weights": "binary", "width": "base", "epochs": "base"}
REFERENCE = ROOT / "workflow/papers/bnn/reference"


# auc_log


@pytest.mark.parametrize("strengths", [LISTED, [0, 0.05, 0.1], [0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2], [0, 1]])
@pytest.mark.parametrize(("accuracy", "score"), [(1, 1), (0.1, 0.75), (0.01, 0.5), (1e-4, 0), (1e-5, 0), (0, 0)])
def test_what_never_moves_has_a_score_of_its_accuracy_alone(strengths, accuracy, score):
    assert auc_log(strengths, np.full(len(strengths), accuracy)) == pytest.approx(score, abs=1e-12)


def test_over_the_reports_strengths_it_is_what_the_report_defines():
    strengths, accuracies = np.maximum(LISTED, 9e-5), np.linspace(1, 0, len(LISTED)) ** 3
    heights = np.log(np.maximum(accuracies, 1e-4)) - np.log(1e-4)
    areas = [(a + b) / 2 * np.log(right / left) for a, b, left, right in
             zip(heights, heights[1:], strengths, strengths[1:], strict=False)]  # fmt: skip
    assert auc_log(LISTED, accuracies) == pytest.approx(sum(areas) / abs(np.log(1e-4) * np.log(9e-5)))


@pytest.mark.parametrize("strengths", [LISTED, [0, 0.03, 0.1], [0, 0.2]])
def test_a_power_law_is_a_straight_line_whatever_the_list(strengths):
    places = np.maximum(strengths, 9e-5)
    assert auc_log(strengths, (9e-5 / places) ** 0.5) == pytest.approx(
        1 + 0.25 * np.log(9e-5 / strengths[-1]) / np.log(1e4)  # half the way to its end
    )


def test_it_is_of_many_networks_at_once_and_clips_below():
    found = auc_log([0, 0.5], np.array([[[1, 0.01], [1, 0]], [[0.01, 0.01], [0.1, 1e-9]]]))
    np.testing.assert_allclose(found, [[0.75, 0.5], [0.5, 0.375]])


@pytest.mark.parametrize("strengths", [[0], [0, 5e-5], [0, 0.2, 0.1], [0, 0.1, 0.1], []])
def test_strengths_without_a_range_are_refused(strengths):
    with pytest.raises(UserError, match="they must rise, and the last be above 9e-05"):
        auc_log(strengths, np.ones(len(strengths)))


# the tables


def levels():
    """Rows of a summary of corruptions: the value says where it is from."""
    rows = []
    for reading, betas in (("as_described", ["none"]), ("audited", ["none", "largest"])):
        for beta in betas:
            for m in (0.0, 0.5, 1.35):
                for norm in ("own", "last"):
                    for statistics in READINGS[reading]["statistics"]:
                        for corruption, severity in (("original", 0), ("fog", 1), ("fog", 3), ("all", 1)):
                            for task in ("1", "earlier", "last"):
                                value = m / 10 + (norm == "own") / 100 + (statistics == "estimated") / 1000
                                row = {"reading": reading, "lipschitz": beta, "m": m, "norm": norm, "statistics": statistics}
                                row |= {"corruption": corruption, "severity": severity, "task": task, "value": value}
                                rows.append(NETWORK | row | {"low": 0, "high": 1, "examples": 30, "networks": 3})
    table = pd.DataFrame(rows)
    return pd.concat([table, table.assign(weights="real"), table.assign(width="wide")], ignore_index=True)


def printed_spokes():
    return pd.DataFrame(
        {"lipschitz": beta, "m": m, "corruption": corruption, "task": task, "printed": task / 10}
        for beta in ("none", "medium", "largest")
        for m in (0.0, 1.35)
        for corruption in ("original", "fog")
        for task in (1, 2, 3)
        if (beta, m) != ("largest", 1.35)
    )


def test_spokes_are_of_the_earlier_tasks_and_the_last_beside_print():
    table = corruption_spokes(levels(), printed_spokes(), READINGS)
    rows = table.set_index(["reading", "lipschitz", "corruption", "m", "task"])
    assert rows.index.is_unique and len(rows) == 8 + 16
    assert set(table[table.reading == "as_described"].lipschitz) == {"none"}  # a reading without β has one row
    for task, printed in (("earlier", 0.15), ("last", 0.3)):
        assert rows.loc[("as_described", "none", "fog", 1.35, task)][["value", "printed"]].tolist() == pytest.approx(
            [0.135, printed]
        )
        own = rows.loc[("audited", "none", "fog", 1.35, task)]
        assert own.value == pytest.approx(0.135 + 0.011) and own.printed == pytest.approx(printed)
    assert np.isnan(rows.printed["audited", "largest", "fog", 1.35, "last"])
    assert rows.networks.eq(3).all() and rows.examples.eq(30).all()


KINDS = {("fgsm", "1"): [0.0, 0.1, 0.2], ("pgd", "0.3"): [0.0, 0.1], ("pgd", "1"): [0.0, 0.1]}


def files():
    """Flags of two attacks on networks of three seeds, the first in one window and the second in two, by path."""
    found, rng = {}, np.random.default_rng(0)
    for by in ("fgsm", "pgd"):
        rows = [
            {"member": 1, "seed": seed, "after": after, "norm": norm, "statistics": kind, "task": task, "window": window}
            | {"strength": strength}
            for seed in (1, 2, 3)
            for after, task in ((1, 1), (3, 1), (3, 3))
            for norm in ("own", "last")
            for kind in ("running", "estimated")
            for (name, window), strengths in KINDS.items()
            for strength in strengths
            if name == by
        ]
        share = 0.9 - 4 * pd.DataFrame(rows).strength.to_numpy()[:, None]
        found[by] = Flags(pd.DataFrame(rows), rng.random((len(rows), 50)) < share)
    return found


def runs(readings, attacks=("fgsm", "pgd"), m=0.7):
    return pd.DataFrame(
        NETWORK | {"reading": reading, "grid": "g", "member": 1, "seed": seed, "lipschitz": "none", "m": m, "by": by}
        | {"by_variant": "x", "path": by}
        for reading in readings
        for seed in (1, 2, 3)
        for by in attacks
    )  # fmt: skip


PRINTED = pd.DataFrame(
    {"lipschitz": beta, "m": 0.7, "task": task, "by": by, "printed": task / 10}
    for beta in ("none", "medium")
    for task in (1, 6)
    for by in ("fgsm", "ddn")
)


def accuracies(flags, windows, norm, statistics, task, seed, strengths):
    """Of a network by strength, right under all of some attacks in some windows, image by image, as flags [n, k]."""
    own = []
    for by, window in windows:
        where = {"norm": norm, "statistics": statistics, "task": task, "after": 3, "seed": seed, "window": window}
        for strength in strengths:
            is_it = np.logical_and.reduce([flags[by].conditions[k] == v for k, v in (where | {"strength": strength}).items()])
            own.append(flags[by].right[is_it][0])
    return np.reshape(own, (len(windows), len(strengths), -1)).all(0).T


@pytest.mark.parametrize(("reading", "norm", "kind"), [("as_described", "last", "running"), ("audited", "own", "estimated")])
def test_a_score_is_the_mean_over_networks_of_that_of_each(reading, norm, kind):
    flags = files()
    table = attack_scores(runs([reading]), flags.get, PRINTED, READINGS, tasks=3)
    rows = table.set_index(["by", "task"])
    assert rows.index.is_unique and set(table.by) == {"fgsm", "pgd", "worst", "ddn"}
    windows = {"fgsm": [("fgsm", "1")], "pgd": [("pgd", "1")], "worst": list(KINDS)}
    for by, its in windows.items():
        for task, number in (("1", 1), ("last", 3)):
            strengths = [0, 0.1, 0.2] if by == "fgsm" else [0, 0.1]
            own = [accuracies(flags, its, norm, kind, number, seed, strengths) for seed in (1, 2, 3)]
            row, each = rows.loc[(by, task)], [auc_log(strengths, one.mean(0)) for one in own]
            assert row.value == pytest.approx(np.mean(each)) and np.std(each) > 0
            assert 0 <= row.low < row.value < row.high <= 1
            assert (row.strengths, row.largest) == (len(strengths) - 1, strengths[-1])
            assert (row.networks, row.examples) == (3, 150)
    assert rows.printed["fgsm", "1"] == 0.1 and rows.printed["fgsm", "last"] == 0.6
    assert np.isnan(rows.value["ddn", "last"]) and np.isnan(rows.printed["pgd", "last"])


def test_a_scores_interval_is_of_networks_and_of_the_images_that_they_share():
    """Of networks that are right on the same tenth it is that of the images; where nothing is ever fooled both are 1."""
    flags = {"fgsm": files()["fgsm"]}
    for right, score in ((np.arange(50) < 5, 0.75), (np.ones(50), 1)):
        flags["fgsm"].right[:] = right
        row = attack_scores(runs(["audited"], ["fgsm"]), flags.get, PRINTED, READINGS, tasks=3).query("by == 'fgsm'").iloc[0]
        same = mean_of_networks([right.astype(float)] * 3, lambda v, w: auc_log([0, 1], np.stack([mean(v, w)] * 2, -1)))
        assert row.value == pytest.approx(score)
        assert [row.low, row.high] == pytest.approx([same["low"], min(1, same["high"])])
        assert (row.high - row.low > 0.1) == (score < 1)


def test_one_attack_alone_has_no_worst_and_attacks_that_share_no_strength_neither():
    flags = files()
    assert "worst" not in set(attack_scores(runs(["audited"], ["fgsm"]), flags.get, PRINTED, READINGS, tasks=3).by)
    kept = flags["fgsm"].conditions.strength != 0.1
    flags["fgsm"] = Flags(flags["fgsm"].conditions[kept].reset_index(drop=True), flags["fgsm"].right[kept])
    assert "worst" not in set(attack_scores(runs(["audited"]), flags.get, PRINTED, READINGS, tasks=3).by)


def test_networks_of_an_m_that_is_not_printed_are_left_out():
    both = pd.concat([runs(["audited"]), runs(["as_described"], m=0.5)])
    assert set(attack_scores(both, files().get, PRINTED, READINGS, tasks=3).reading) == {"audited"}


# what is printed, and drawn


def test_the_printed_values_are_shares_and_leave_out_what_is_another_checkpoints():
    spokes, scores = (pd.read_csv(REFERENCE / f"final_fig_{number}.csv") for number in (5, 6))
    for table, each in ((spokes, 20 * 6), (scores, 6 * 2)):
        panels = table.groupby(["lipschitz", "m"]).size()
        assert len(panels) == 8 and ("medium", 1.35) not in panels and (panels == each).all()
        assert table.printed.between(0.05, 1).all()
    last = scores[(scores.task == 6) & (scores.by == "fgsm") & (scores.lipschitz == "none")]
    assert last.printed.tolist() == [0.9126, 0.8357, 0.7726]


BETAS = {"none": 0, "medium": 3e-4, "largest": 6e-4}


def test_each_reading_and_lipschitz_term_is_a_row_and_what_is_not_run_shows_print_alone():
    spokes = corruption_spokes(levels(), printed_spokes(), READINGS)
    figure = final_fig_5(spokes.assign(beta=spokes.lipschitz.map(BETAS)))
    assert len(figure.axes) == 2 * 3 and "audited, β 0.0006" in figure.axes[4].get_title()
    assert [text.get_text() for text in figure.legends[0].texts] == ["m 0", "m 1.35", "printed", "chance"]
    scores = attack_scores(runs(["as_described", "audited"]), files().get, PRINTED, READINGS, tasks=3)
    figure = final_fig_6(scores.assign(beta=scores.lipschitz.map(BETAS)))
    assert len(figure.axes) == 2 * 2
    names = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert names == ["FGSM\n2 ε\nto 0.2", "DDN", "PGD,\nmargin\n1 ε\nto 0.1", "worst\n1 ε\nto 0.1"]
    assert [text.get_text() for text in figure.legends[0].texts] == ["m 0.7", "printed", "a tenth right at every ε"]
