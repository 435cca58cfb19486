"""Figure 2: classification accuracy of noisy and blurred inputs."""

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.names import DISTORTIONS, rank
from sleep_robustness.plots.style import draw_curves, legend, styles


def fig_2(table: pd.DataFrame) -> Figure:
    """Panel A, MNIST: one column for each distortion, one row for each group of readings, one line for each network.

    table: readings (those that share a row), network, distortion, source ("ours", with low and high, or "original program"),
    strength, value.
    """
    distortions = sorted(table.distortion.unique(), key=lambda name: rank(DISTORTIONS, name))
    rows = list(dict.fromkeys(table.readings))
    figure = Figure(figsize=(1.2 + 4.2 * len(distortions), 0.8 + 2.6 * len(rows)), layout="constrained")
    grid = figure.subplots(len(rows), len(distortions), squeeze=False, sharex="col", sharey=True)
    for row, readings in enumerate(rows):
        for column, distortion in enumerate(distortions):
            axes, panel = grid[row, column], table[(table.distortion == distortion) & (table.readings == readings)]
            draw_curves(axes, panel, styles(table.network))
            axes.set_title(readings, loc="right", fontsize="medium")
            if row == 0:
                axes.set_title("A  MNIST" if column == 0 else "", loc="left", weight="bold")
            if row == len(rows) - 1:
                axes.set_xlabel(DISTORTIONS.get(distortion, (distortion, f"strength of {distortion}"))[1])
        grid[row, 0].set_ylabel("accuracy")
    legend(figure, columns=4)
    return figure
