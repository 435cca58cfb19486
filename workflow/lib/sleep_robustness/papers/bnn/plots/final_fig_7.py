"""Final report, Figure 7: accuracy on each task of split CIFAR after the last, by metaplasticity."""

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.papers.bnn.plots.lines import colours_of, draw_lines, legend, say_counted
from sleep_robustness.papers.bnn.split import CIFAR, CIFAR_100, TASKS


def final_fig_7(table: pd.DataFrame) -> Figure:
    """One row for each reading: a line over the tasks of CIFAR-10 and of CIFAR-100 for each m, printed values as circles; these
    alone of CIFAR-100 if it was not run.

    table: reading, dataset, m, task, value, low, high, examples, networks, printed.
    """
    readings = list(table.groupby("reading", sort=False))
    run = table[table.dataset == CIFAR_100].value.notna().any()
    figure = Figure(figsize=(9, 0.9 + 2.4 * len(readings)), layout="constrained")
    grid = figure.subplots(len(readings), 2, squeeze=False, sharex="col", sharey=True)
    for (left, right), (reading, own) in zip(grid, readings, strict=True):
        for axes, dataset, height in ((left, CIFAR, 0.04), (right, CIFAR_100, 0.92)):  # where no circles are
            its = own[own.dataset == dataset]
            draw_lines(axes, its, "task", "m", colours_of(table.m), "m {:g}")
            say_counted(axes, its, (0.03, height), "left")
        if not run:
            right.text(0.5, 0.93, "not run: no package has its images", transform=right.transAxes, ha="center", color="0.3")
        left.set_title(reading, loc="right", fontsize="small")
        left.set(xticks=list(TASKS), xlim=(min(TASKS) - 0.2, max(TASKS) + 0.2), ylabel="accuracy after the last")
        left.set_xticklabels(TASKS.values())
    grid[0][0].set_title("CIFAR-10", loc="left", weight="bold", fontsize="medium")
    grid[0][1].set_title("CIFAR-100" if run else "CIFAR-100, printed", loc="left", weight="bold", fontsize="medium")
    grid[-1][1].set_xlabel("task")
    legend(figure, columns=4)
    return figure
