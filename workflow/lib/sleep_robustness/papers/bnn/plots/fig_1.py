"""Mid report, Figure 1: the tasks, and accuracy on each after the last, by metaplasticity and by width."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sleep_robustness.papers.bnn.plots.lines import colours_of, draw_lines, say_counted
from sleep_robustness.plots.style import draw_image

TITLES = {"m": "b  by metaplasticity m", "width": "c  by width, m 1.35"}


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
    label = "m {:g}" if (panel.part == "m").all() else "{:g} units"
    draw_lines(axes, panel, "place", "network", colours_of(panel.network), label)
    places = panel.dropna(subset="value").drop_duplicates("place")
    axes.set_xticks(places.place, places.task.astype(int))
    axes.set_xlim(-0.05, 1.05)
    say_counted(axes, panel, (0.02, 0.03), "left")
    axes.legend(fontsize="x-small", frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
