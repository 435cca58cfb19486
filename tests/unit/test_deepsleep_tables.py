"""DeepSleep's tables and what its stages are measured by, on numbers made by hand."""

import numpy as np
import pandas as pd
import pytest
import scipy.stats
import torch
from conftest import ROOT, WHOLE

from sleep_robustness.networks.lenet import LeNet
from sleep_robustness.papers.deepsleep.crossing import crossing, crossing_rows
from sleep_robustness.papers.deepsleep.gap import gap_rows, transferred_and_own, worst_rows
from sleep_robustness.papers.deepsleep.plan import GAP, SCALES, asleep, inputs, shown, slept, worst_runs
from sleep_robustness.papers.deepsleep.plots.fig_3 import fig_3
from sleep_robustness.papers.deepsleep.plots.fig_gap import fig_gap
from sleep_robustness.papers.deepsleep.plots.fig_stages import fig_stages
from sleep_robustness.papers.deepsleep.printed import printed_values
from sleep_robustness.papers.deepsleep.stages import filter_rows, roughness, spike_rows, stage_rows
from sleep_robustness.papers.deepsleep.tables.accuracies import accuracies, printed_row
from sleep_robustness.papers.deepsleep.tables.table_1 import ROWS, table_1
from sleep_robustness.papers.deepsleep.tables.table_deviations import DEVIATIONS, table_deviations
from sleep_robustness.plan import Plan

PAPER = WHOLE["papers"]["deepsleep"]
REFERENCE = ROOT / "workflow/papers/deepsleep/reference"
NETWORKS = [("control", "released"), ("deepsleep", "released"), ("deepsleep", "slow_only"), ("deepsleep", "awake")]
NETWORKS += [("adversarial_train", "released")]


def rows(attack, variant, strengths):
    """Accuracies that are 1 less the strength, of every network."""
    number = {"low": 0.0, "high": 1.0, "examples": 60, "networks": 3, "note": np.nan, "seed": "mean", "measure": "accuracy"}
    return [
        {"dataset": "mnist", "defence": defence, "variant": own, "attack": attack, "attack_variant": variant}
        | {"strength": strength, "value": 1 - strength if np.isfinite(strength) else 0.3, **number}
        for defence, own in NETWORKS
        for strength in strengths
    ]


@pytest.fixture
def table():
    """The reading as_released, at 64/255, 128/255 and, of AutoAttack, 2/255."""
    grid = [0, 64 / 255, 128 / 255]
    shown = [row for attack in ("fgsm", "pgd_loss", "bim") for row in rows(attack, "shared", grid)]
    shown += rows("autoattack", "shared", [0, 0.00784, *grid[1:]]) + rows("cw", "shared", [np.inf])
    printed = pd.concat([pd.read_csv(REFERENCE / name) for name in ("printed.csv", "fig_3.csv")])
    readings = {"as_released": PAPER["readings"]["as_released"]}
    return accuracies(pd.DataFrame(shown), printed, readings, PAPER["columns"], SCALES)


def test_columns_have_what_ran_in_them_beside_what_the_paper_prints(table):
    """The released code runs FGSM as "PGD"; C&W has no scale."""
    own = table[(table.defence == "deepsleep") & (table.variant == "released") & (table.scale == 64)].set_index("column")
    assert own.attack.to_dict() == {"clean": ""} | PAPER["columns"]["as_released"] and own.attack["PGD"] == "fgsm"
    printed = {"clean": 0.9310, "FGSM": 0.9019, "PGD": 0.7703, "BIM": 0.9028, "CW": 0.9081, "AutoAttack": 0.7531}
    assert own.printed.to_dict() == printed
    np.testing.assert_allclose(own.value[["clean", "PGD", "CW"]], [1, 1 - 64 / 255, 0.3])
    few = table[(table.scale == 2) & (table.row == "deepsleep")]
    assert set(few.column) == {"clean", "CW", "AutoAttack"}


def test_each_table_has_its_rows(table):
    both = table[table.scale.isin([64, 128])]
    networks = [set(table_1(both, name)[1].Network) for name in ROWS]
    assert networks[0] == {"Control", "DeepSleep as released", "Awake, the same noise", "Adversarial Train, by FGSM"}
    assert networks[1] == {"Control", "DeepSleep as released", "Slow-wave only"} and networks[2] == {"DeepSleep as released"}
    cell = table_1(both, "table_2")[1].query("Network == 'Slow-wave only'")["PGD"].iloc[0].replace("\N{NO-BREAK SPACE}", " ")
    assert cell == "FGSM: 0.749 [0.000, 1.000]; paper 0.390"


@pytest.mark.parametrize(
    ("network", "row"),
    [
        (("control", "released"), "control"),
        (("adversarial_train", "strong"), ""),
        (("distilled", "kept"), ""),
        (("sleep", "printed"), "sleep_defence"),
        (("deepsleep", "described_estimated"), "deepsleep"),
        (("deepsleep", "described_slow_only"), "slow_only"),
        (("deepsleep", "without_noise_estimated"), "without_noise"),
        (("deepsleep", "released_spikes"), ""),
        (("deepsleep", "unslept"), ""),
    ],
)
def test_a_network_is_a_row_of_the_paper_or_none(network, row):
    assert printed_row(*network) == row


def test_the_printed_numbers_of_a_question_are_those_of_the_papers_tables():
    of = printed_values(pd.read_csv(REFERENCE / "printed.csv"), PAPER["columns"])
    asked = {"measure": "accuracy", "of": "deepsleep/released", "strength": 0.50196, "attack": "fgsm"}
    assert of("as_released", asked | {"over": "control"}) == 0.2072, "FGSM runs under the name of PGD"
    assert of("as_described", asked | {"of": "deepsleep/described"}) != of("as_released", asked)
    assert of("as_released", asked | {"attack": "autoattack"}) == 0.0592
    assert of("as_released", asked | {"of": "deepsleep/slow_only", "over": "control", "strength": 0}) == -0.4883
    del asked["strength"]
    assert of("as_released", asked | {"attack": "cw", "over": "control"}) == 0.3092
    for reading, other in (("as_described", {"attack": "cw", "measure": "I"}), ("as_released", {"over": "another_seed"})):
        assert np.isnan(of(reading, asked | other))


def test_every_deviation_is_of_networks_that_there_are():
    for networks in DEVIATIONS.values():
        assert all(variant in PAPER["defences"][defence] for defence, variant in networks)


def test_a_gap_is_of_images_made_on_the_control_and_on_the_network_itself():
    summary = rows("pgd_loss", "described", [0, 0.25098]) + rows("pgd_loss", "shared", [0, 0.25098])
    worst = [
        {"defence": defence, "variant": variant, "measure": "worst", "strength": strength, "value": strength, "networks": 3}
        for defence, variant in NETWORKS
        for strength in (0.25098, 0.50196)
    ]
    gap = transferred_and_own(pd.DataFrame(summary + rows("pgd", "linf", [0, 0.25098, 0.50196])), pd.DataFrame(worst))
    own = gap[gap.variant == "slow_only"]
    assert own.kind.tolist() == ["clean", "made on the control", "by the loss", "by the margin", "the worst of all attacks"]
    np.testing.assert_allclose(own.value, [1, *3 * [1 - 0.25098], 0.25098])
    numbers, shown = table_deviations(gap)
    assert list(shown.Deviation) == [what for what in DEVIATIONS for _ in range(2)]
    assert set(numbers.form) == {"as released", "mended"}
    assert fig_gap(gap).axes[0].get_yticklabels()[0].get_text() == "Control"


def test_what_a_network_hides_is_counted_image_by_image():
    """Of three images in common the loss leaves two, the margin none, and the control's images fool none."""
    examples = np.arange(4)
    grid = {"strengths": np.array([0, 64 / 255]), "example": examples}
    found = {
        "shared": {"right": np.array([[1, 1], [1, 1], [1, 1], [1, 0]], bool)},
        "described": {"right": np.array([[1, 1], [1, 1], [1, 0]], bool), "example": examples[:3]},
        "linf": {"right": np.zeros((3, 2), bool), "example": examples[:3]},
    }
    axes = {"dataset": "mnist", "reading": "audited", "defence": "deepsleep", "variant": "released"}
    kinds = [{"attack": attack, "attack_variant": variant, "path": variant} for attack, variant in GAP]
    runs = [axes | {"seed": seed} | kind for seed in (1, 2, 3) for kind in kinds]
    rows = gap_rows(pd.DataFrame(runs), lambda path: grid | found[path]).set_index("measure")
    differences = {"loss_less_transferred": -1 / 3, "margin_less_transferred": -1, "loss_less_margin": 2 / 3}
    assert rows.value.to_dict() == pytest.approx(differences) and (rows.networks == 3).all() and (rows.examples == 9).all()


def test_the_worst_case_is_taken_image_by_image_over_the_attacks_that_have_the_strength():
    """Of three images that all met, one attack fools the first and another one the second; a third has another ε alone."""

    def met(right, examples, *strengths):
        return {"strengths": np.array([0, *strengths]), "example": np.array(examples), "right": np.array(right, bool)}

    both = (64 / 255, 128 / 255)
    found = {
        "released/a": met([[1, 0, 0], [1, 1, 1], [1, 1, 1], [1, 0, 0]], [4, 5, 6, 7], *both),
        "released/b": met([[1, 1, 1], [1, 0, 0], [1, 1, 0]], [4, 5, 6], *both),
        "released/c": met(np.zeros((3, 2)), [4, 5, 6], 0.1),
        "control/a": met([[1, 0, 0]] * 3, [4, 5, 6], *both),
    }
    axes = {"dataset": "mnist", "reading": "audited"}
    runs = [
        axes | {"defence": "control" if name == "control/a" else "deepsleep", "variant": "released", "seed": seed, "path": name}
        for name in found
        for seed in (1, 2, 3)
    ]
    rows = worst_rows(pd.DataFrame(runs), found.get, "released").set_index(["defence", "measure", "strength"])
    assert rows.value["deepsleep", "worst"].tolist() == pytest.approx([1 / 3, 0]) and (rows.networks == 3).all()
    assert rows.value["deepsleep", "worst_difference"].tolist() == pytest.approx([1 / 3, 0])
    assert rows.value["control", "worst"].tolist() == [0, 0] and (rows.examples == 9).all()
    assert rows.level["deepsleep", "worst_difference"].tolist() == pytest.approx([1 / 3, 0])
    assert "measure" in worst_rows(pd.DataFrame(), found.get, "released"), "a reading that has no such attack"


def test_the_worst_case_of_all_networks_of_a_reading_is_over_the_same_attacks():
    plan = Plan("deepsleep", PAPER, {})
    met = {}
    for run in worst_runs(plan):
        assert run["reading"] == "audited"
        met.setdefault((run["defence"], run["variant"]), set()).add((run["attack"], run["attack_variant"]))
    assert len(met) > 10 and len(set(map(frozenset, met.values()))) == 1
    assert {("pgd", "linf"), ("fgsm", "margin"), ("autoattack", "standard"), ("pgd_loss", "shared")} <= met[
        "control", "released"
    ]
    assert worst_runs(Plan("deepsleep", PAPER | {"readings": {"as_released": PAPER["readings"]["as_released"]}}, {})) == []


def test_the_slow_sleep_that_stages_show_is_that_of_the_network_which_the_spiking_one_is_of():
    plan = Plan("deepsleep", PAPER, {})
    assert {run["variant"] for run in slept(plan)} == {"released_slow", "described_slow"}
    assert {run["variant"] for run in asleep(plan)} == {"released_asleep", "described_asleep"}
    assert shown(plan) == {"as_described": 1280, "as_released": 2560}
    assert inputs(plan) == {"as_described": "spikes", "as_released": "image"}


def test_figure_3_draws_both_networks_and_what_is_printed(table):
    own = table[table.row.isin(["deepsleep", "adversarial_train"]) & table.column.isin(["PGD", "AutoAttack"])]
    crossings = crossing_rows(crossed([2.2, 2.4, 2.6]), PRINTED).assign(part="crossing")
    figure = fig_3(pd.concat([own.assign(part="accuracy"), crossings], ignore_index=True))
    ours = {"DeepSleep as released", "Adversarial Train, by FGSM"}
    assert {text.get_text() for text in figure.legends[0].get_texts()} == ours | {
        "DeepSleep, printed",
        "Adversarial Train, printed",
        "crossing, printed",
        "crossing, ours",
    }
    drawn = next(line for line in figure.axes[1].lines if line.get_label() == "DeepSleep as released")
    assert drawn.get_xdata().tolist() == [2, 64, 128]


def test_roughness_is_1_of_noise_0_of_a_constant_slope_and_2_of_a_chessboard():
    rng = torch.Generator().manual_seed(0)
    assert roughness(torch.randn(1, 1, 300, 300, generator=rng)).item() == pytest.approx(1, abs=0.02)
    slope = torch.arange(100.0).expand(1, 1, 100, 100)
    assert roughness(slope).item() == pytest.approx(3 / (100**2 - 1), rel=1e-5)
    chess = (-1.0) ** (torch.arange(10)[:, None] + torch.arange(10))
    assert roughness(chess[None, None]).item() == pytest.approx(2)


def test_stages_are_compared_with_the_control():
    """After slow sleep the filters of the first convolution are turned round; nothing else has moved."""
    torch.manual_seed(0)
    controls, slow = ([LeNet().eval() for _ in range(3)] for _ in range(2))
    for network, control in zip(slow, controls, strict=True):
        network.load_state_dict(control.state_dict())
        network.conv1.weight.data.neg_()
    x, y = torch.rand(20, 784), torch.arange(20) % 10
    stages = list(stage_rows({"control": controls, "slow": slow, "fast": controls, "asleep": controls}, x, x, y))
    found = {(after, layer, measure): row["value"] for after, layer, measure, row in stages}
    assert found["slow", "conv1", "turned"] == pytest.approx(2) and found["slow", "conv1", "moved"] == pytest.approx(2)
    assert found["slow", "conv1", "roughness"] == pytest.approx(0) and found["slow", "conv2", "moved"] == 0
    assert found["fast", "conv1", "turned"] == pytest.approx(0, abs=1e-6)
    assert found["asleep", "", "clean"] == found["control", "", "clean"] and ("asleep", "", "clean_estimated") not in found
    history = pd.DataFrame({"steps": [200, 200, 400], "layer": ["conv1", "linear", "conv1"], "spikes": [1, 10, 0]})
    spikes = list(spike_rows([history.assign(spikes=[5760.0 * n, 10, 0]) for n in (1, 2, 3)], shown=2))
    told = [(layer, row["epoch"], row["steps"], row["value"]) for _, layer, _, row in spikes]
    assert told == [("conv1", 1, 200, 1), ("conv1", 2, 400, 0), ("linear", 1, 200, 0.5)]
    assert [row["note"] for _, _, _, row in spikes] == ["", "no spike", ""]
    numbers = pd.DataFrame(
        {"after": after, "layer": layer, "measure": name, **row} for after, layer, name, row in [*stages, *spikes]
    )
    filters = filter_rows({"control": controls[0], "slow": slow[0]})
    parts = pd.concat([filters.assign(part="filters"), numbers.assign(part="numbers")], ignore_index=True)
    assert len(fig_stages(parts.assign(reading="as_released")).axes) == 2 * 10 + 3


def test_where_a_difference_comes_to_be_above_0_the_last_time_on_a_logarithmic_axis():
    assert crossing([2, 4, 8, 16], [-1, -3, 1, 2]) == pytest.approx(2**2.75)
    assert crossing([2, 4, 8, 16], [-1, 1, -1, 1]) == pytest.approx(2**3.5)
    assert crossing([2, 4], [0, 1]) == 2
    assert np.isnan(crossing([2, 4, 8], [1, 2, 3])) and np.isnan(crossing([2, 4, 8], [-1, -2, -3]))


def crossed(places):
    """Of each seed a table in which DeepSleep, at .9, overtakes the other, which falls by .1 a doubling, at 2 to that power."""
    rows = [(row, scale) for row in ("deepsleep", "adversarial_train") for scale in (2, 4, 8, 16, 32)]
    axes = {"reading": "as_released", "column": "PGD"}
    return {
        seed: pd.DataFrame(
            {"row": row, "network": row[0], "scale": scale, **axes}
            | {"value": 0.9 + 0.1 * (place - np.log2(scale)) * (row == "adversarial_train")}
            for row, scale in rows
        )
        for seed, place in enumerate(places)
    }


PRINTED = crossed([2.5])[0].rename(columns={"value": "printed"}).assign(network=lambda table: table.row)


def test_crossings_are_means_over_networks_of_their_logarithms_beside_the_printed_one():
    (found,) = crossing_rows(crossed([2.2, 2.4, 2.6]), PRINTED).to_dict("records")
    assert (found["network"], found["over"], found["networks"], found["note"]) == ("d", "a", 3, "")
    assert np.log2(found["value"]) == pytest.approx(2.4) and found["printed"] == pytest.approx(2**2.5)
    wanted = scipy.stats.ttest_1samp([2.2, 2.4, 2.6], 0).confidence_interval()
    np.testing.assert_allclose(np.log2([found["low"], found["high"]]), wanted)


def test_without_a_crossing_of_each_network_there_is_no_mean_and_two_scales_are_too_few():
    (found,) = crossing_rows(crossed([2.2, 2.4, 9]), PRINTED).to_dict("records")
    assert np.isnan(found["value"]) and found["note"] == "2 of 3 networks cross"
    few = {seed: table[table.scale < 5] for seed, table in crossed([1.2, 1.4]).items()}
    assert crossing_rows(few, PRINTED).empty


def test_the_printed_crossing_does_not_depend_on_the_scales_that_ran():
    ran = {seed: table[table.scale != 4] for seed, table in crossed([2.2, 2.4]).items()}
    assert np.log2(crossing_rows(ran, PRINTED).printed[0]) == pytest.approx(2.5)
    real = pd.concat([pd.read_csv(REFERENCE / name) for name in ("printed.csv", "fig_3.csv")])
    assert 32 < crossing_rows(ran, real).printed[0] < 64
