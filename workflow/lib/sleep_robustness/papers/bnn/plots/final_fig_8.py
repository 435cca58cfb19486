"""Final report, Figures 8 and S2: accuracy on each task of split CIFAR under each corruption, after the last."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sleep_robustness.papers.bnn.plots.lines import CHANCE, colours_of, counted, legend
from sleep_robustness.papers.bnn.split import TASKS

ORIGINAL, MEAN = "original", "all"
WIDTH = 0.5  # over which the points of one corruption are spread


def final_fig_8(table: pd.DataFrame) -> Figure:
    """One row for each reading, one column for each task: for each corruption a point with its interval for each m, printed
    values as circles; first the images as they are and the mean over all.

    table: reading, corruption, m, task, value, low, high, examples, networks, printed.
    """
    readings = list(table.groupby("reading", sort=False))
    names = [ORIGINAL, MEAN, *sorted(set(table.corruption) - {ORIGINAL, MEAN})]
    places = {name: place + 0.5 * (place > 1) for place, name in enumerate(names)}
    figure = Figure(figsize=(13, 1.6 + 2.4 * len(readings)), layout="constrained")
    grid = figure.subplots(len(readings), len(TASKS), squeeze=False, sharex=True, sharey=True)
    for line, (reading, own) in zip(grid, readings, strict=True):
        for axes, (task, title) in zip(line, TASKS.items(), strict=True):
            panel = own[own.task == task]
            _draw_points(axes, panel.assign(place=panel.corruption.map(places)), colours_of(table.m))
            axes.set_title(f"{reading}, {counted(panel)}", loc="right", fontsize="small")
            axes.set_title(title, loc="left", fontsize="medium", weight="bold")
        line[0].set_ylabel("accuracy after the last")
    for axes in grid[-1]:
        said = ["mean of all" if name == MEAN else name.replace("_", " ") for name in names]
        axes.set_xticks(list(places.values()), said, rotation=90, fontsize="small")
    legend(figure, columns=4)
    return figure


def _draw_points(axes: Axes, panel: pd.DataFrame, colours: dict[float, tuple]) -> None:
    """Points side by side for each m. panel: place, m, value, low, high, printed."""
    shifts = dict(zip(colours, np.linspace(-WIDTH / 2, WIDTH / 2, len(colours)), strict=True))
    for m, own in panel.groupby("m"):
        ours, at = own.dropna(subset="value"), own.place + shifts[m]
        axes.vlines(ours.place + shifts[m], ours.low, ours.high, color=colours[m], lw=1.5, alpha=0.6)
        axes.plot(ours.place + shifts[m], ours.value, ".", color=colours[m], markersize=6, label=f"m {m:g}")
        axes.plot(at, own.printed, "o", mfc="none", markersize=4, color=colours[m])
    axes.plot([], [], "o", mfc="none", markersize=4, color="0.3", label="printed")
    axes.axhline(CHANCE, color="0.7", lw=0.8, zorder=0)
    axes.set_ylim(0, 1.02)
