"""Mid report, Figure 1: the tasks, and accuracy on each after the last, by metaplasticity and by width."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sleep_robustness.plots.style import BASE, draw_image

TITLES = {"m": "b  by metaplasticity m", "width": "c  by width, m 1.35"}
CHANCE = 0.1


def fig_1(table: pd.DataFrame) -> Figure:
    """Examples above, the first task's and the second's; below one row for each reading: lines over the tasks, one for each m
    and each width, and the printed values as circles, at the places of their tasks.

    table: part "examples" (task, example, row, column, value), "m" and "width": reading, network (m, or units a layer), task,
    value, low, high, examples, networks, printed (of print's own width), place (from 0 to 1, over the tasks).
    """
    curves = table[table.part != "examples"]
    readings = list(dict.fromkeys(curves.reading))
    figure = Figure(figsize=(9, 2.0 + 2.6 * len(readings)), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=[1.2, 2.4 * len(readings)])
    _draw_examples(above, table[table.part == "examples"])
    grid = below.subplots(len(readings), 2, squeeze=False, sharex=True, sharey=True)
    for line, reading in zip(grid, readings, strict=True):
        for axes, (part, title) in zip(line, TITLES.items(), strict=True):
            _draw(axes, curves[(curves.reading == reading) & (curves.part == part)])
            axes.set_title(reading, loc="right", fontsize="medium")
            if reading == readings[0]:
                axes.set_title(title, loc="left", weight="bold")
            if reading == readings[-1]:
                axes.set_xlabel("task")
        line[0].set_ylabel("accuracy after the last")
    return figure


def _draw_examples(part, examples: pd.DataFrame) -> None:
    """Digits as the first task shows them, and the same as the second does."""
    number = examples.example.nunique()
    grid = part.subplots(2, number)
    for line, (task, own) in zip(grid, examples.groupby("task"), strict=True):
        for axes, (_, pixels) in zip(line, own.groupby("example"), strict=True):
            draw_image(axes, pixels, "")
        line[0].set_ylabel(f"task {task:.0f}")
    part.suptitle("a  examples", x=0.01, ha="left", weight="bold")


def _draw(axes: Axes, panel: pd.DataFrame) -> None:
    for number, (name, own) in enumerate(panel.groupby("network")):
        colour = BASE[number % len(BASE)]
        ours = own.dropna(subset="value").sort_values("place")
        axes.plot(ours.place, ours.value, marker=".", color=colour, label=f"{name:g}")
        axes.fill_between(ours.place, ours.low, ours.high, color=colour, alpha=0.15, linewidth=0)
        printed = own.dropna(subset="printed")
        axes.plot(
            printed.place, printed.printed, "o", mfc="none", color=colour, label="" if len(ours) else f"{name:g}, printed"
        )
    axes.axhline(CHANCE, color="0.7", lw=0.8, zorder=0)
    places = panel.dropna(subset="value").drop_duplicates("place")
    axes.set_xticks(places.place, places.task.astype(int))
    axes.set(ylim=(0, 1.02), xlim=(-0.05, 1.05))
    ours = panel.dropna(subset="value")
    if len(ours):
        n = f"n = {ours.networks.max():.0f} × {(ours.examples / ours.networks).max():.0f}"
        axes.text(0.02, 0.03, n, transform=axes.transAxes, fontsize="small", color="0.3")
        axes.legend(fontsize="x-small", frameon=False, loc="center left", bbox_to_anchor=(1, 0.5), title_fontsize="x-small")
