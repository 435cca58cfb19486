"""Figure 2: classification accuracy of noisy and blurred inputs."""

from collections.abc import Collection

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.names import DATASETS, DISTORTIONS, label, rank
from sleep_robustness.plots.style import draw_curves, draw_not_run, legend, styles

LETTERS = {"mnist": "A", "cub200": "B"}


def fig_2(table: pd.DataFrame, not_run: Collection[str] = ()) -> Figure:
    """One column for each data set and distortion of it, lettered as in the paper, one row for each group of readings, one line
    for each network.

    table: readings (those that share a row), dataset, network, distortion, source ("ours", with low and high, or "original
    program"), strength, value. not_run: data sets; of CUB-200 there is a column that says so.
    """
    columns = {*zip(table.dataset, table.distortion, strict=True)} | {
        (name, "feature_noise") for name in not_run if name == "cub200"
    }
    columns = sorted(columns, key=lambda names: (rank(DATASETS, names[0]), rank(DISTORTIONS, names[1]), names))
    rows = list(dict.fromkeys(table.readings))
    figure = Figure(figsize=(1.2 + 3.6 * len(columns), 0.8 + 2.6 * len(rows)), layout="constrained")
    grid = figure.subplots(len(rows), len(columns), squeeze=False, sharex="col", sharey=True)
    for row, readings in enumerate(rows):
        lettered = set()
        for axes, (dataset, distortion) in zip(grid[row], columns, strict=True):
            chosen = (table.dataset == dataset) & (table.distortion == distortion) & (table.readings == readings)
            if dataset in not_run:
                draw_not_run(axes, dataset)
            else:
                draw_curves(axes, table[chosen], styles(table.network))
                axes.set_title(readings, loc="right", fontsize="medium")
            if row == 0 and dataset not in lettered:
                axes.set_title(f"{LETTERS.get(dataset, '')}  {label(DATASETS, dataset)}".strip(), loc="left", weight="bold")
                lettered.add(dataset)
            if row == len(rows) - 1:
                axes.set_xlabel(DISTORTIONS.get(distortion, (distortion, f"strength of {distortion}"))[1])
        grid[row, 0].set_ylabel("accuracy")
    legend(figure, columns=4)
    return figure
