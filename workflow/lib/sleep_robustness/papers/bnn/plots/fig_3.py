"""Mid report, Figure 3: accuracy on each task under each corruption, after the last."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sleep_robustness.plots.style import BASE

COLUMNS = 10
CHANCE = 0.1


def fig_3(table: pd.DataFrame) -> Figure:
    """For each reading a panel for each corruption, the original last: accuracy over the tasks that images are from, a line for
    each m; printed values as circles.

    table: reading, corruption, m, task, value, low, high, examples, networks, printed.
    """
    readings = list(table.groupby("reading", sort=False))
    names = [name for name in dict.fromkeys(table.corruption) if name != "original"] + ["original"]
    lines = -(-len(names) // COLUMNS)
    figure = Figure(figsize=(12, (1.5 * lines + 0.5) * len(readings)), layout="constrained")
    parts = figure.subfigures(len(readings), 1, squeeze=False)[:, 0]
    for part, (reading, own) in zip(parts, readings, strict=True):
        ours = own.dropna(subset="value")
        n = f"n = {ours.networks.max():.0f} × {(ours.examples / ours.networks).max():.0f}" if len(ours) else ""
        part.suptitle(f"{reading}   {n}", x=0.01, ha="left", weight="bold", fontsize="medium")
        grid = part.subplots(lines, COLUMNS, sharex=True, sharey=True)
        for axes, name in zip(grid.flat, names, strict=False):
            _draw(axes, own[own.corruption == name])
            axes.set_title(name.replace("_", " "), fontsize="x-small", y=0.94)
            axes.tick_params(labelsize="x-small")
        grid.flat[0].set(ylim=(0, 1.02), xticks=sorted(own.task.unique()))
    handles = {name: line for axes in figure.axes for line, name in zip(*axes.get_legend_handles_labels(), strict=True)}
    figure.legend(handles.values(), handles, loc="outside lower center", ncols=4, frameon=False)
    return figure


def _draw(axes: Axes, panel: pd.DataFrame) -> None:
    for number, (m, own) in enumerate(panel.sort_values("task").groupby("m")):
        colour, ours = BASE[number % len(BASE)], own.dropna(subset="value")
        axes.plot(ours.task, ours.value, marker=".", markersize=3, lw=1, color=colour, label=f"m {m:g}")
        axes.fill_between(ours.task, ours.low, ours.high, color=colour, alpha=0.15, linewidth=0)
        axes.plot(own.task, own.printed, "o", markersize=3, mfc="none", color=colour)
    axes.axhline(CHANCE, color="0.7", lw=0.6, zorder=0)
