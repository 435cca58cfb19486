"""Figure 7: what the noisy and blurred MNIST images look like."""

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.plots.style import draw_distorted


def fig_7(table: pd.DataFrame) -> Figure:
    """One row for each distortion, one image for each strength. table: distortion, strength, row, column, value in [0, 1]."""
    rows, columns = table.distortion.nunique(), table.groupby("distortion").strength.nunique().max()
    figure = Figure(figsize=(1.3 * columns, 1.6 * rows), layout="constrained")
    draw_distorted(figure.subplots(rows, columns, squeeze=False), table)
    return figure
