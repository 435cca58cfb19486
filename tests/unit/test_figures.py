import os
import subprocess
import sys

import numpy as np
import pandas as pd
from conftest import ROOT
from test_tables import READINGS

from sleep_robustness.papers.tadros.plots.fig_3 import fig_3
from sleep_robustness.papers.tadros.plots.fig_4 import fig_4
from sleep_robustness.papers.tadros.plots.fig_5 import fig_5
from sleep_robustness.papers.tadros.plots.fig_6 import fig_6
from sleep_robustness.papers.tadros.tables.classes import by_class, by_output
from sleep_robustness.papers.tadros.tables.images import distorted_rows, image_rows
from sleep_robustness.papers.tadros.tables.weights import weight_spreads, weights_of_one

NUMBERS = {"value": 0.5, "low": 0.4, "high": 0.6, "examples": 30, "networks": 3, "note": ""}


def classes_of(networks):
    """A summary by digit of these networks under FGSM."""
    row = {"dataset": "mnist", "seed": "mean", "attack": "fgsm", "attack_variant": "loss"} | NUMBERS | {"examples": 7}
    return pd.DataFrame(
        row | {"defence": defence, "variant": variant, "label": digit, "measure": measure}
        for defence, variant in networks
        for digit in range(10)
        for measure in ("mean", "clean")
    )


def test_fig_5_draws_every_digit_of_both_networks():
    networks = [("control", "released"), ("nap", "a"), ("finetune", "fgsm")]
    table = by_class(classes_of(networks), READINGS, "fgsm", ["control", "nap"])
    assert len(table) == 2 * 10 * 2 and set(table.readings) == {"printed, released"}
    scores = pd.DataFrame(
        NUMBERS | {"dataset": "mnist", "defence": defence, "variant": variant, "label": label, "output": output}
        for defence, variant in networks
        for label in range(10)
        for output in range(10)
    )
    outputs = by_output(scores, table)
    assert set(outputs.network) == {"Control", "nap"} and len(outputs) == 2 * 100
    x, y = (axis.ravel() for axis in np.meshgrid([0, 1], [0, 1]))
    plane = pd.DataFrame({"what": "plane", "x": x, "y": y, "label": -1, "before": [0, 1, 2, 0], "after": [0, 0, 2, 0]})
    points = pd.DataFrame({"what": "point", "x": [0.5], "y": [0.5], "label": 1, "before": 1, "after": 0})
    shares = pd.DataFrame(
        NUMBERS | {"label": label, "measure": measure, "phase": phase}
        for measure in ("area", "recall")
        for label in "012"
        for phase in ("before", "after")
    )
    changed = pd.DataFrame([NUMBERS | {"label": "all", "measure": "changed_area", "phase": "difference"}])
    panels = {"A regions": [plane, points], "A shares": [shares, changed], "B": [table], "C": [outputs]}
    figure = fig_5(pd.concat(one.assign(panel=name) for name, parts in panels.items() for one in parts))
    regions, asleep, area, recall, epsilon, clean, *maps = figure.axes
    assert regions.images[0].get_array().tolist() == [[0, 1], [2, 0]], "rows go up, as y does"
    assert asleep.images[0].get_array().tolist() == [[0, 0], [2, 0]]
    assert [len(axes.containers) for axes in (area, recall, epsilon, clean)] == [2, 2, 2, 2]
    assert "50% [40%, 60%] of the plane" in recall.texts[0].get_text()
    assert "n ≥ 7" in clean.texts[0].get_text()
    assert [axes.get_title().replace("\n", " ") for axes in maps[:2]] == [
        "Control (printed, released)",
        "nap (printed, released)",
    ]


def test_fig_3_draws_images_curves_and_spreads():
    image = np.eye(4)
    noise = {"noise": {"strengths": [0, 0.5], "clip": [0, 1], "draws": 1}}
    distorted = distorted_rows(image, "patches", noise)
    at_zero = distorted[distorted.strength == 0].value.to_numpy().reshape(4, 4)
    np.testing.assert_array_equal(at_zero, image)
    curve = {"readings": "printed", "source": "ours", "distortion": "noise"} | NUMBERS
    names = ["Control", "Sleep", "Sleep, by logits"]
    weights = pd.DataFrame(
        NUMBERS | {"reading": reading, "dataset": "patches", "defence": "control", "variant": "released", "measure": measure}
        for reading in ("audited", "printed")
        for measure in ("spread", "spread_difference")
    )
    spreads = weight_spreads(weights, READINGS)
    assert list(spreads.readings) == ["printed", "audited"] and set(spreads.measure) == {"spread"}
    panels = {
        "A": pd.concat([image_rows(image, image=number) for number in range(4)]),
        "B": distorted,
        "C": pd.DataFrame([curve | {"network": name, "strength": strength} for name in names for strength in (0, 1)]),
        "D": spreads,
    }
    figure = fig_3(pd.concat([panel.assign(panel=letter) for letter, panel in panels.items()]))
    assert sum(len(axes.images) for axes in figure.axes) == 4 + 2
    _, asleep, by_logits = figure.axes[-2].lines
    assert asleep.get_color() == by_logits.get_color() and asleep.get_linestyle() != by_logits.get_linestyle()
    assert len(figure.axes[-1].containers) == 2 and "n = 3 × 10 outputs" in figure.axes[-1].texts[0].get_text()


def test_fig_4_draws_networks_of_equal_weights_once():
    rows = [
        {"defence": defence, "variant": variant, "seed": seed, "output": output, "input": pixel, "role": role, "weight": weight}
        for defence, variant, weight in (("nap", "a", 0.2), ("nap", "b", 0.2), ("control", "released", 0.1))
        for seed in (1, 2)
        for output in (0, 1)
        for pixel, role in enumerate(["on", "overlapping", "off"])
    ]
    networks = [("printed", "nap", "a"), ("audited", "nap", "b"), ("printed", "control", "released")]
    table = weights_of_one(pd.DataFrame(rows), networks)
    assert list(dict.fromkeys(table.network)) == ["Control", "nap"] and set(table.seed) == {1}
    figure = fig_4(table)
    titles = [axes.get_title("left") for axes in figure.axes]
    assert titles == ["Control (printed)", "", "nap (printed, audited)", ""]
    assert sum(len(one.get_offsets()) for axes in figure.axes for one in axes.collections) == len(table) == 2 * 2 * 3


def test_fig_6_puts_the_prediction_above_each_image():
    rows = [
        {
            "reading": reading,
            "network": name,
            "attack": "jsma",
            "example": 5,
            "label": 1,
            "prediction": 4,
            "right": right,
            "fooled": fooled,
        }
        | {f"p{pixel}": 0.5 for pixel in range(9)}
        for reading in ("printed", "released")
        for name, right, fooled in (("Control", True, True), ("Fine-tuning on JSMA", True, False), ("Sleep", False, False))
    ]
    figure = fig_6(pd.DataFrame(rows))
    assert [axes.get_title() for axes in figure.axes] == ["4", "4", "(4)"] * 2
    assert [axes.title.get_color() for axes in figure.axes[:3]] == ["black", "tab:red", "tab:red"]
    assert all(axes.images[0].get_array().shape == (3, 3) for axes in figure.axes)
    fewer = fig_6(pd.DataFrame(rows[:-1]))  # a reading has rows for its own networks alone
    assert [axes.get_title() for axes in fewer.axes] == ["4", "4", "(4)", "4", "4"]


def test_a_users_matplotlibrc_changes_nothing(tmp_path):
    (tmp_path / "matplotlibrc").write_text("text.usetex: True\nlines.linewidth: 9\nfont.size: 30\n")
    code = "import matplotlib; from sleep_robustness.plots import style; print(sorted(matplotlib.rcParams.items()))"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "workflow/lib")}
    said = [
        subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, env=environment | own, capture_output=True, text=True, check=True
        )
        for own in ({"MATPLOTLIBRC": str(tmp_path / "matplotlibrc")}, {"MATPLOTLIBRC": os.devnull})
    ]
    assert said[0].stdout == said[1].stdout and "'text.usetex', False" in said[0].stdout
