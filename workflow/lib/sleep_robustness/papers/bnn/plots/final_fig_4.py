"""Final report, Figure 4: accuracy on each task after the last, by β of the Lipschitz term and metaplasticity."""

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.papers.bnn.plots.lines import by_lipschitz, colours_of, counted, draw_lines, legend


def final_fig_4(table: pd.DataFrame) -> Figure:
    """One row for each reading, one panel for each β: a line over the tasks for each m; printed values as circles.

    table: reading, lipschitz, beta, m, task, value, low, high, examples, networks, printed.
    """
    readings, betas = list(table.groupby("reading", sort=False)), sorted(table.beta.dropna().unique())
    figure = Figure(figsize=(max(9, 2.6 * len(betas)), 0.9 + 2.2 * len(readings)), layout="constrained")
    grid = figure.subplots(len(readings), len(betas), squeeze=False, sharex=True, sharey=True)
    for line, (reading, own) in zip(grid, readings, strict=True):
        for axes, beta in zip(line, betas, strict=True):
            panel = own[own.beta == beta]
            draw_lines(axes, panel, "task", "m", colours_of(table.m), "m {:g}")
            if panel.empty:
                axes.text(0.5, 0.5, "not of this reading", transform=axes.transAxes, ha="center", color="0.3")
            axes.set_title(f"{reading}\n{counted(panel)}", loc="right", fontsize="small")
            axes.set_title(by_lipschitz(beta), loc="left", fontsize="medium", weight="bold")
        line[0].set_ylabel("accuracy after the last")
    for axes in grid[-1]:
        axes.set_xlabel("task")
    legend(figure, columns=4)
    return figure
