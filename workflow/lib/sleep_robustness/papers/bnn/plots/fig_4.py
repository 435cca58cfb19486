"""Mid report, Figure 4: FGSM on the first task, after it and after the last."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sleep_robustness.plots.style import BASE

PANELS = {
    ("1", "last"): "a  after the first task",
    ("last", "last"): "b  after the last, its BatchNorm",
    ("last", "own"): "c  after the last, own BatchNorm",
}
CHANCE = 0.1


def fig_4(table: pd.DataFrame) -> Figure:
    """One row for each reading, one panel for each state of the network: a line for each m over ε, the printed values as
    circles. table: as `curves.fgsm_curves` gives it."""
    readings = list(dict.fromkeys(table.reading))
    figure = Figure(figsize=(9, 0.9 + 2.4 * len(readings)), layout="constrained")
    grid = figure.subplots(len(readings), len(PANELS), squeeze=False, sharex=True, sharey=True)
    for line, reading in zip(grid, readings, strict=True):
        for axes, (state, title) in zip(line, PANELS.items(), strict=True):
            own = table[(table.reading == reading) & (table.after == state[0]) & (table.norm == state[1])]
            _draw(axes, own)
            axes.set_title(reading, loc="right", fontsize="small")
            if reading == readings[0]:
                axes.set_title(title, loc="left", weight="bold", fontsize="medium", y=1.12)
            if reading == readings[-1]:
                axes.set_xlabel("ε")
        line[0].set_ylabel("accuracy on task 1")
    handles = {name: line for axes in figure.axes for line, name in zip(*axes.get_legend_handles_labels(), strict=True)}
    figure.legend(handles.values(), handles, loc="outside lower center", ncols=7, frameon=False)
    return figure


def _draw(axes: Axes, panel: pd.DataFrame) -> None:
    values = sorted(panel.dropna(subset="value").m.unique())
    for number, m in enumerate(values):
        own = panel[panel.m == m].sort_values("strength")
        colour, ours = BASE[number % len(BASE)], own.dropna(subset="value")
        axes.plot(ours.strength, ours.value, marker=".", color=colour, label=f"m {m:g}")
        axes.fill_between(ours.strength, ours.low, ours.high, color=colour, alpha=0.15, linewidth=0)
        axes.plot(own.strength, own.printed, "o", mfc="none", color=colour)
    axes.axhline(CHANCE, color="0.7", lw=0.8, zorder=0)
    axes.set_ylim(0, 1.02)
    ours = panel.dropna(subset="value")
    if len(ours):
        n = f"n = {ours.networks.max():.0f} × {(ours.examples / ours.networks).max():.0f}"
        axes.text(0.98, 0.9, n, transform=axes.transAxes, ha="right", fontsize="small", color="0.3")
