"""Figure 3: Patches, its distortions, and what the networks make of them."""

from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from sleep_robustness.names import BY_LOGITS, DISTORTIONS, network_rank, rank
from sleep_robustness.plots.style import draw_curves, draw_distorted, draw_image, draw_points, legend, panel_title, styles


def fig_3(table: pd.DataFrame) -> Figure:
    """Panels lettered as in the paper: A, the images; B, one of them distorted; C, accuracy, one row for each group of
    readings; D, the weight spread of each network, one marker for each reading.

    table: panel and, of A, image, row, column, value; of B the same with distortion, strength; of C and D readings, network,
    value, low, high, examples, networks, and of C distortion, strength, source.
    """
    panels = {letter: panel.dropna(axis=1, how="all") for letter, panel in table.groupby("panel")}
    rows = panels["C"].readings.nunique()
    figure = Figure(figsize=(10.5, 6.2 + 2.3 * rows), layout="constrained")
    images, curves, spread = figure.subfigures(3, 1, height_ratios=[2.9, 0.5 + 2.3 * rows, 2.8])
    left, right = images.subfigures(1, 2, width_ratios=[2.2, 7])
    panel_title(left, "A  Patches")
    for axes, (_, pixels) in zip(left.subplots(2, 2).flat, panels["A"].groupby("image"), strict=True):
        draw_image(axes, pixels, "")
    panel_title(right, "B  Distorted")
    strengths = panels["B"].groupby("distortion").strength.nunique()
    draw_distorted(right.subplots(len(strengths), strengths.max(), squeeze=False), panels["B"])
    panel_title(curves, "C  Accuracy")
    _draw_accuracy(curves, panels["C"])
    panel_title(spread, "D  Weight spread")
    _draw_spread(spread.subplots(), panels["D"])
    return figure


def _draw_accuracy(part: SubFigure, panel: pd.DataFrame) -> None:
    readings = list(dict.fromkeys(panel.readings))
    distortions = sorted(panel.distortion.unique(), key=lambda name: rank(DISTORTIONS, name))
    drawn = styles(panel.network)
    for name in panel.network[panel.network.str.endswith(BY_LOGITS)]:
        drawn[name] = drawn[name.removesuffix(BY_LOGITS)] | {"linestyle": ":"}
    grid = part.subplots(len(readings), len(distortions), squeeze=False, sharex="col", sharey=True)
    for own, reading in zip(grid, readings, strict=True):
        for axes, distortion in zip(own, distortions, strict=True):
            draw_curves(axes, panel[(panel.readings == reading) & (panel.distortion == distortion)], drawn)
            axes.set_title(reading, loc="right", fontsize="medium")
            axes.set_ylim(0, 1.04)  # many lines run along 1
        own[0].set_ylabel("accuracy")
    for axes, distortion in zip(grid[-1], distortions, strict=True):
        axes.set_xlabel(DISTORTIONS[distortion][1])
    legend(part, columns=3)


def _draw_spread(axes: Axes, panel: pd.DataFrame) -> None:
    names = sorted(panel.network.unique(), key=network_rank)
    panel = panel.assign(place=[names.index(name) for name in panel.network])
    draw_points(axes, panel, "readings", {name: f"{name} reading" for name in dict.fromkeys(panel.readings)})
    axes.axhline(0, color="0.7", linewidth=0.8, zorder=0)
    axes.set_xticks(range(len(names)), [fill(name, 13) for name in names])
    axes.set(ylabel="ON − OFF, mean weight", ylim=(None, 1.25 * panel.high.max()))
    n = f"n = {panel.networks.max():.0f} × {(panel.examples / panel.networks).max():.0f} outputs"
    axes.text(0.01, 0.95, n, va="top", transform=axes.transAxes, fontsize="small", color="0.3")
    axes.legend(frameon=False, fontsize="small", loc="upper center", ncols=3)
