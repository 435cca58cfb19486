"""Figure 8: how the digits' correlations differ from the control's, of undistorted images."""

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.papers.tadros.plots.correlations import squares


def fig_8(table: pd.DataFrame) -> Figure:
    """As `squares` draws the table."""
    return squares(table)
