"""Whose BatchNorm, and of which statistics: accuracy on each task after the last."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase

from sleep_robustness.papers.bnn.plots.lines import CHANCE, legend, say_counted
from sleep_robustness.plots.style import BASE

KINDS = {
    ("own", "running"): "own, running",
    ("own", "estimated"): "own, estimated when the task ended",
    ("own", "afterwards"): "own, estimated at the end on old images",
    ("own", "batch"): "own, of the test batch",
    ("last", "running"): "last, running",
    ("last", "estimated"): "last, estimated when its task ended",
    ("last", "batch"): "last, of the test batch",
}


def fig_batchnorm(table: pd.DataFrame) -> Figure:
    """One panel for each m (above) and each width (below): a line over the tasks for each BatchNorm.

    table: part ("m" or "width"), network, norm, statistics, task, value, low, high, examples, networks.
    """
    figure = Figure(figsize=(max(8, 2.2 * columns_of(table)), 5.8), layout="constrained")
    draw_panels(figure, table)
    legend(figure, columns=2)
    return figure


def columns_of(table: pd.DataFrame) -> int:
    """Panels in the longer row."""
    return table.groupby("part").network.nunique().max()


def draw_panels(figure: FigureBase, table: pd.DataFrame) -> None:
    """The same panels in a part of a figure; what is `printed`, if the table has it, as circles."""
    parts, columns = dict(list(table.groupby("part", sort=False))), columns_of(table)
    grid = figure.subplots(len(parts), columns, squeeze=False, sharex=True, sharey=True)
    for axes in grid.flat:
        axes.set_axis_off()
    for line, (part, own) in zip(grid, parts.items(), strict=True):
        for axes, (name, panel) in zip(line, own.groupby("network"), strict=False):
            axes.set_axis_on()
            _draw(axes, panel)
            axes.set_title(f"m {name:g}" if part == "m" else f"{name:g} units, m 1.35", fontsize="medium")
        line[0].set_ylabel("accuracy after the last")
    for axes in grid[-1]:
        axes.set_xlabel("task")


def _draw(axes: Axes, panel: pd.DataFrame) -> None:
    for colour, ((norm, statistics), label) in zip(BASE, KINDS.items(), strict=False):
        own = panel[(panel.norm == norm) & (panel.statistics == statistics)].sort_values("task")
        axes.plot(own.task, own.value, "-" if norm == "own" else "--", marker=".", color=colour, label=label)
        axes.fill_between(own.task, own.low, own.high, color=colour, alpha=0.12, linewidth=0)
    if "printed" in panel and panel.printed.notna().any():
        axes.plot(panel.task, panel.printed, "o", mfc="none", color="0.3", label="printed")
    say_counted(axes, panel, (0.02, 0.02), "left")
    axes.axhline(CHANCE, color="0.7", lw=0.8, zorder=0)
    axes.set(ylim=(0, 1.02))
    axes.set_xticks(sorted(panel.task.unique()))
