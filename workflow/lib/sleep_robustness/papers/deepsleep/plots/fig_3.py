"""Figure 3: accuracy against the noise scale, DeepSleep and adversarial training."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sleep_robustness.plots.style import BASE

PANELS = {"PGD": "a  the column PGD", "AutoAttack": "b  AutoAttack"}
COLOURS = {"deepsleep": (BASE[0], "DeepSleep"), "adversarial_train": (BASE[1], "Adversarial Train")}
CROSSING = "0.3"
DASHES = ["-", "--", ":"]


def fig_3(table: pd.DataFrame) -> Figure:
    """One row for each reading, one panel for each attack: a line for each network, the printed values as circles, and below
    where DeepSleep's accuracy overtakes that of adversarial training, as printed and of each two networks.

    table: part, reading, column, network, value, low, high, networks, printed; in the part "accuracy" row (of the paper's
    tables), scale, examples; in the part "crossing" over, the other network, and note: values are scales.
    """
    readings = list(dict.fromkeys(table.reading))
    figure = Figure(figsize=(9, 0.9 + 2.5 * len(readings)), layout="constrained")
    grid = figure.subplots(len(readings), 2, squeeze=False, sharex=True, sharey=True)
    for line, reading in zip(grid, readings, strict=True):
        for axes, (column, title) in zip(line, PANELS.items(), strict=True):
            _draw(axes, table[(table.reading == reading) & (table.column == column)])
            axes.set_title(reading, loc="right", fontsize="medium")
            if reading == readings[0]:
                axes.set_title(title, loc="left", weight="bold")
            if reading == readings[-1]:
                axes.set_xlabel("noise scale (of 255)")
        line[0].set(ylabel="accuracy", ylim=(0, 1.02))
    handles = {name: line for axes in figure.axes for line, name in zip(*axes.get_legend_handles_labels(), strict=True)}
    figure.legend(handles.values(), handles, loc="outside lower center", ncols=3, frameon=False)
    return figure


def _draw(axes: Axes, own: pd.DataFrame) -> None:
    panel, crossings = own[own.part == "accuracy"], own[own.part == "crossing"]
    for row, (colour, name) in COLOURS.items():
        networks = panel[panel.row == row]
        for dash, (network, own) in zip(DASHES, networks.groupby("network", sort=False), strict=False):
            own = own.sort_values("scale")
            axes.plot(own.scale, own.value, dash, marker=".", color=colour, label=network)
            axes.fill_between(own.scale, own.low, own.high, color=colour, alpha=0.15, linewidth=0)
        printed = networks.drop_duplicates("scale").dropna(subset="printed")
        if len(printed):
            axes.plot(printed.scale, printed.printed, "o", mfc="none", color=colour, label=f"{name}, printed", clip_on=False)
    if len(crossings):
        _draw_crossings(axes, crossings)
    if len(panel):
        n = f"n = {panel.networks.max():.0f} × {(panel.examples / panel.networks).max():.0f}"
        axes.text(0.98, 0.9, n, transform=axes.transAxes, ha="right", fontsize="small", color="0.3")
    axes.set_xscale("log", base=2)
    axes.set_xticks([2, 4, 8, 16, 32, 64, 128, 255], [2, 4, 8, 16, 32, 64, 128, 255], fontsize="small")


def _draw_crossings(axes: Axes, crossings: pd.DataFrame) -> None:
    """Where curves cross, one above the other at the bottom of a panel, each named by the other network; where not all networks
    do, how many of them."""
    printed = crossings.printed.dropna().unique()
    axes.plot(printed, [0.04] * len(printed), "o", mfc="none", color=CROSSING, label="crossing, printed")
    for place, own in enumerate(crossings.itertuples()):
        height, said = 0.11 + 0.07 * place, f"over {own.over}"
        if np.isfinite(own.value):
            ends = [[own.value - own.low], [own.high - own.value]]
            axes.errorbar(own.value, height, xerr=ends, fmt="x", color=CROSSING, lw=1, label="crossing, ours")
        else:
            said += f": {own.note}"
        axes.text(2, height, said, va="center", fontsize="xx-small", color=CROSSING)
