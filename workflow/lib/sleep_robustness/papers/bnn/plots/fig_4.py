"""Mid report, Figure 4: FGSM on the first task, after it and after the last."""

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.papers.bnn.plots.lines import colours_of, draw_lines, legend, say_counted

PANELS = {
    ("1", "last"): "a  after the first task",
    ("last", "last"): "b  after the last, its BatchNorm",
    ("last", "own"): "c  after the last, own BatchNorm",
}


def fig_4(table: pd.DataFrame) -> Figure:
    """One row for each reading, one panel for each state of the network: a line for each m over ε, the printed values as
    circles. table: as `curves.fgsm_curves` gives it."""
    readings = list(dict.fromkeys(table.reading))
    figure = Figure(figsize=(9, 0.9 + 2.4 * len(readings)), layout="constrained")
    grid = figure.subplots(len(readings), len(PANELS), squeeze=False, sharex=True, sharey=True)
    for line, reading in zip(grid, readings, strict=True):
        for axes, (state, title) in zip(line, PANELS.items(), strict=True):
            own = table[(table.reading == reading) & (table.after == state[0]) & (table.norm == state[1])]
            draw_lines(axes, own, "strength", "m", colours_of(table.m), "m {:g}")
            say_counted(axes, own, (0.98, 0.9))
            axes.set_title(reading, loc="right", fontsize="small")
            if reading == readings[0]:
                axes.set_title(title, loc="left", weight="bold", fontsize="small", y=1.12)
            if reading == readings[-1]:
                axes.set_xlabel("ε")
        line[0].set_ylabel("accuracy on task 1")
    legend(figure, columns=7)
    return figure
