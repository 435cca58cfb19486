"""Figure 1: classification accuracy under FGSM against ε."""

from collections.abc import Collection

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.names import DATASETS, OBJECTIVES, label, rank
from sleep_robustness.papers.tadros.names import letter
from sleep_robustness.plots.style import draw_curves, draw_not_run, legend, styles


def fig_1(table: pd.DataFrame, not_run: Collection[str] = ()) -> Figure:
    """One column for each data set, lettered as in the paper, one row for each group of readings, one line for each network.

    table: readings (those that share a row), dataset, network, attack_variant, source ("ours", with low and high, or
    "original program"), strength, value. not_run: data sets whose columns say that they were not.
    """
    datasets = sorted({*table.dataset, *not_run}, key=lambda name: (rank(DATASETS, name), name))
    rows = list(dict.fromkeys(table.readings))
    figure = Figure(figsize=(1.2 + 4.2 * len(datasets), 0.8 + 2.6 * len(rows)), layout="constrained")
    grid = figure.subplots(len(rows), len(datasets), squeeze=False, sharex=True, sharey=True)
    for row, readings in enumerate(rows):
        for column, dataset in enumerate(datasets):
            axes, panel = grid[row, column], table[(table.dataset == dataset) & (table.readings == readings)]
            if dataset in not_run:
                draw_not_run(axes, dataset)
            else:
                draw_curves(axes, panel, styles(table.network))
                objective = label(OBJECTIVES, panel.attack_variant.iloc[0])
                axes.set_title(f"{readings}: gradient of the {objective}", loc="right", fontsize="medium")
            if row == 0:
                name = f"{letter(dataset)}  {label(DATASETS, dataset)}".strip()
                axes.text(0, 1.12, name, transform=axes.transAxes, weight="bold", fontsize="large")
        grid[row, 0].set_ylabel("accuracy")
    for axes in grid[-1]:
        axes.set_xlabel("ε (change of each input value)")
    legend(figure, columns=2 * len(datasets))
    return figure
