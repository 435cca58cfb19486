"""Final report, Figure 9: accuracy on split CIFAR under FGSM of features, and of images."""

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.papers.bnn.plots.lines import colours_of, draw_lines, legend, say_counted
from sleep_robustness.papers.bnn.split import TASKS

STATES = {(1, 1): "after the first", (1, 2): "after both", (2, 2): "after both"}  # of (task, after)
SPACES = {"features": "features (no image)", "images": "images"}


def final_fig_9(table: pd.DataFrame) -> Figure:
    """One row for each reading, one column for what is attacked, the task and the state of the network: a line for each m over
    ε; the authors' values as circles.

    table: reading, space ("features" or "images"), m, after, task, strength, value, low, high, examples, networks, printed.
    """
    readings = list(table.groupby("reading", sort=False))
    columns = [(space, *state) for space in SPACES for state in STATES]
    figure = Figure(figsize=(15, 1.2 + 2.4 * len(readings)), layout="constrained")
    grid = figure.subplots(len(readings), len(columns), squeeze=False, sharex="col", sharey=True)
    for line, (reading, own) in zip(grid, readings, strict=True):
        for axes, (space, task, after) in zip(line, columns, strict=True):
            panel = own[(own.space == space) & (own.task == task) & (own.after == after)]
            draw_lines(axes, panel, "strength", "m", colours_of(table.m), "m {:g}")
            say_counted(axes, panel, (0.97, 0.9))
            if reading == readings[0][0]:
                axes.set_title(f"{SPACES[space]}:\n{TASKS[task]} {STATES[task, after]}", fontsize="small", weight="bold")
            if reading == readings[-1][0]:
                axes.set_xlabel("ε")
        line[0].set_ylabel(f"{reading}\naccuracy")
    legend(figure, columns=4)
    return figure
