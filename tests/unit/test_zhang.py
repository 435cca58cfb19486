import pandas as pd
import pytest

from sleep_robustness.errors import UserError
from sleep_robustness.papers.zhang.plots.fig_1 import fig_1
from sleep_robustness.papers.zhang.plots.fig_2 import fig_2
from sleep_robustness.papers.zhang.plots.fig_cap import fig_cap
from sleep_robustness.papers.zhang.tables.cap import cap_rows
from sleep_robustness.tables.curves import accuracy_curves

CAPS = {"described": 10000, "cap_1e6": 1000000, "no_cap": None}


def summary(kind, name, variant, strengths):
    """Accuracies of a control, of a sleep for each cap and of another sleep, that fall with the strength."""
    networks = [("control", "released"), *(("sleep", sleep) for sleep in [*CAPS, "original_rule"])]
    return pd.DataFrame(
        {"dataset": "mnist", "defence": defence, "variant": own, kind: name, f"{kind}_variant": variant, "seed": seed}
        | {"measure": "accuracy", "strength": strength, "value": 0.9 - 0.1 * place - strength / 10, "note": ""}
        | {"low": 0.8 - 0.1 * place - strength / 10, "high": 1 - 0.1 * place - strength / 10, "examples": 100, "networks": 2}
        for place, (defence, own) in enumerate(networks)
        for seed in ("1", "mean")
        for strength in strengths
    )


FGSM, BLUR = summary("attack", "fgsm", "shared", [0, 0.1, 0.2]), summary("distortion", "blur", "released", [0, 2.5])
NOISE = summary("distortion", "noise", "released", [0, 0.5])


def test_the_cap_has_the_control_and_each_sleep_in_order_of_its_cap_at_one_strength():
    table = cap_rows({"fgsm": FGSM, "blur": BLUR}, CAPS)
    assert list(dict.fromkeys(table.panel)) == ["clean", "blur", "fgsm"] and len(table) == 3 * 4
    fgsm = table[table.panel == "fgsm"]
    assert fgsm.variant.tolist() == ["released", "described", "cap_1e6", "no_cap"]
    assert fgsm.strength.unique() == [0.1] and fgsm.updates.isna().tolist() == [True, False, False, True]
    assert fgsm.value.tolist() == pytest.approx([0.89, 0.79, 0.69, 0.59])
    assert table[table.panel == "clean"].strength.unique() == [0] and "original_rule" not in set(table.variant)


def test_a_strength_that_is_not_there_is_one_sentence():
    with pytest.raises(UserError, match=r"fig_cap: fgsm has no accuracy at 0\.1; add this strength"):
        cap_rows({"fgsm": FGSM[FGSM.strength != 0.1], "blur": BLUR}, CAPS)


def test_the_caps_are_drawn_side_by_side_with_none_last():
    figure = fig_cap(cap_rows({"fgsm": FGSM, "blur": BLUR}, CAPS))
    assert [axes.get_title() for axes in figure.axes] == ["clean images", "blur, σ = 2.5 pixels", "FGSM, ε = 0.1"]
    ticks = [tick.get_text() for tick in figure.axes[0].get_xticklabels()]
    assert ticks == ["$10^{4}$", "$10^{6}$", "none"]
    assert figure.axes[0].texts[0].get_text() == "n = 2 × 50"


def test_figures_have_a_row_for_each_group_of_readings_and_their_panels():
    readings = {
        name: {
            "defences": {"control": "released", "sleep": sleep},
            "attacks": {"fgsm": "shared"},
            "distortions": {"noise": "released", "blur": "released"},
        }
        for name, sleep in (("one", "described"), ("other", "original_rule"))
    }
    distorted = pd.concat([NOISE, BLUR])
    first = fig_1(accuracy_curves(distorted, distorted[:0], readings, "distortions", ["noise", "blur"]))
    second = fig_2(accuracy_curves(FGSM, FGSM[:0], readings, "attacks", ["fgsm"]))
    assert [axes.get_title("left") for axes in first.axes] == ["a  Gaussian noise", "b  blur", "", ""]
    assert [axes.get_title("right") for axes in second.axes] == ["one", "other"]
    assert all(len(axes.lines) == 2 for axes in [*first.axes, *second.axes])
