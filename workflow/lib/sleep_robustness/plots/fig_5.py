"""Figure 5: which digits sleep makes harder to attack. So far panel B."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.plots.style import styles


def fig_5(table: pd.DataFrame) -> Figure:
    """Panel B: mean ε of FGSM for each digit, and the share of each that is right, before and after sleep; one row for each
    group of readings.

    table: readings (those that share a row), network, label, measure ("mean" or "clean"), value, low, high, examples.
    """
    rows, drawn = list(dict.fromkeys(table.readings)), styles(table.network)
    figure = Figure(figsize=(9.6, 0.8 + 2.4 * len(rows)), layout="constrained")
    grid = figure.subplots(len(rows), 2, squeeze=False, sharex=True, sharey="col")
    titles = {"mean": "mean ε that fools", "clean": "accuracy before the attack"}
    for row, readings in enumerate(rows):
        for axes, (measure, title) in zip(grid[row], titles.items(), strict=True):
            panel = table[(table.readings == readings) & (table.measure == measure)]
            for shift, (name, points) in zip((-0.12, 0.12), panel.groupby("network", sort=False), strict=True):
                error = np.abs(points[["low", "high"]].to_numpy().T - points.value.to_numpy())
                options = {"fmt": "o", "markersize": 4, "color": drawn[name]["color"], "label": name}
                axes.errorbar(points.label + shift, points.value, error, **options)
            axes.set(ylabel=title, ylim=(0, 1.03 * table[table.measure == measure].high.max()))
            axes.set_title(readings, loc="right", fontsize="medium")
            axes.set_xticks(sorted(panel.label.unique()))
        n = int(table[(table.readings == readings) & (table.measure == "clean")].examples.min())
        grid[row, 1].text(0.02, 0.03, f"n ≥ {n} a digit", transform=grid[row, 1].transAxes, fontsize="small", color="0.3")
    grid[0, 0].set_title("B  MNIST", loc="left", weight="bold")
    for axes in grid[-1]:
        axes.set_xlabel("digit")
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)
    return figure
