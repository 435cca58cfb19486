"""Accuracy against strength as the paper draws it: one panel for each kind of strength, one line for each network."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.plots.style import draw_curves, legend, styles


def curves(table: pd.DataFrame, by: str, panels: Mapping[str, tuple[str, str]]) -> Figure:
    """One row for each group of readings, one column for each value of column `by`.

    table: that of `accuracy_curves`; panels: for each value of `by` the title and the label of the axis of strengths.
    """
    rows = list(dict.fromkeys(table.readings))
    figure = Figure(figsize=(1.2 + 4.2 * len(panels), 0.8 + 2.6 * len(rows)), layout="constrained")
    grid = figure.subplots(len(rows), len(panels), squeeze=False, sharex="col", sharey=True)
    for row, readings in enumerate(rows):
        for axes, (name, (title, unit)) in zip(grid[row], panels.items(), strict=True):
            draw_curves(axes, table[(table[by] == name) & (table.readings == readings)], styles(table.network))
            axes.set_title(readings, loc="right", fontsize="medium")
            if row == 0:
                axes.set_title(title, loc="left", weight="bold")
            if row == len(rows) - 1:
                axes.set_xlabel(unit)
        grid[row, 0].set_ylabel("accuracy")
    legend(figure, columns=3)
    return figure
