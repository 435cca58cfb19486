"""Mid report, Figure 3: accuracy on each task under each corruption, after the last."""

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.papers.bnn.plots.lines import colours_of, counted, draw_lines, legend

COLUMNS = 10


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
        part.suptitle(f"{reading}   {counted(own)}", x=0.01, ha="left", weight="bold", fontsize="medium")
        grid = part.subplots(lines, COLUMNS, sharex=True, sharey=True)
        for axes, name in zip(grid.flat, names, strict=False):
            draw_lines(axes, own[own.corruption == name], "task", "m", colours_of(table.m), "m {:g}", size=3)
            axes.set_title(name.replace("_", " "), fontsize="x-small", y=0.94)
            axes.tick_params(labelsize="x-small")
        grid.flat[0].set_xticks(sorted(own.task.unique()))
    legend(figure, columns=4)
    return figure
