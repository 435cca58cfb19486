"""Final report, Figure 4: accuracy on each task after the last, by β of the Lipschitz term and metaplasticity."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sleep_robustness.plots.style import BASE

TITLES = {"none": "no Lipschitz term", "medium": "β 3e-4", "largest": "β 6e-4"}
CHANCE = 0.1


def final_fig_4(table: pd.DataFrame) -> Figure:
    """One row for each reading, one panel for each β: a line over the tasks for each m; printed values as circles.

    table: reading, lipschitz, m, task, value, low, high, examples, networks, printed.
    """
    readings = list(table.groupby("reading", sort=False))
    figure = Figure(figsize=(9, 0.9 + 2.2 * len(readings)), layout="constrained")
    grid = figure.subplots(len(readings), len(TITLES), squeeze=False, sharex=True, sharey=True)
    for line, (reading, own) in zip(grid, readings, strict=True):
        for axes, (lipschitz, title) in zip(line, TITLES.items(), strict=True):
            _draw(axes, own[own.lipschitz == lipschitz])
            axes.set_title(reading, loc="right", fontsize="small")
            axes.set_title(title, loc="left", fontsize="medium", weight="bold")
        line[0].set_ylabel("accuracy after the last")
    for axes in grid[-1]:
        axes.set_xlabel("task")
    handles = {name: line for axes in figure.axes for line, name in zip(*axes.get_legend_handles_labels(), strict=True)}
    figure.legend(handles.values(), handles, loc="outside lower center", ncols=4, frameon=False)
    return figure


def _draw(axes: Axes, panel: pd.DataFrame) -> None:
    for number, (m, own) in enumerate(panel.sort_values("task").groupby("m")):
        colour, ours = BASE[number % len(BASE)], own.dropna(subset="value")
        axes.plot(ours.task, ours.value, marker=".", color=colour, label=f"m {m:g}")
        axes.fill_between(ours.task, ours.low, ours.high, color=colour, alpha=0.15, linewidth=0)
        axes.plot(own.task, own.printed, "o", mfc="none", color=colour)
    axes.axhline(CHANCE, color="0.7", lw=0.8, zorder=0)
    axes.set_ylim(0, 1.02)
    ours = panel.dropna(subset="value")
    if len(ours):
        n = f"n = {ours.networks.max():.0f} × {(ours.examples / ours.networks).max():.0f}"
        axes.text(0.98, 0.05, n, transform=axes.transAxes, ha="right", fontsize="small", color="0.3")
