"""Figure 1: classification accuracy under FGSM against ε."""

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.names import DATASETS, OBJECTIVES, label, rank
from sleep_robustness.plots.style import draw_curves, legend, styles


def fig_1(table: pd.DataFrame) -> Figure:
    """One column for each data set, lettered as in the paper, one row for each group of readings, one line for each network.

    table: readings (those that share a row), dataset, network, attack_variant, source ("ours", with low and high, or
    "original program"), strength, value.
    """
    datasets = sorted(table.dataset.unique(), key=lambda name: rank(DATASETS, name))
    rows = list(dict.fromkeys(table.readings))
    figure = Figure(figsize=(1.2 + 4.2 * len(datasets), 0.8 + 2.6 * len(rows)), layout="constrained")
    grid = figure.subplots(len(rows), len(datasets), squeeze=False, sharex=True, sharey=True)
    for row, readings in enumerate(rows):
        for column, dataset in enumerate(datasets):
            axes, panel = grid[row, column], table[(table.dataset == dataset) & (table.readings == readings)]
            draw_curves(axes, panel, styles(table.network))
            objective = label(OBJECTIVES, panel.attack_variant.iloc[0])
            axes.set_title(f"{readings}: gradient of the {objective}", loc="right", fontsize="medium")
            if row == 0:
                letter = "ABC"[rank(DATASETS, dataset)] + "  " if dataset in DATASETS else ""
                axes.set_title(letter + label(DATASETS, dataset), loc="left", weight="bold")
        grid[row, 0].set_ylabel("accuracy")
    for axes in grid[-1]:
        axes.set_xlabel("ε (change of each input value)")
    legend(figure, columns=2 * len(datasets))
    return figure
