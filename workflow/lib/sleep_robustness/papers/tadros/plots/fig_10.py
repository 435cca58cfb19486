"""Figure 10: how the digits' correlations differ from the control's, of blurred images."""

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.papers.tadros.plots.correlations import squares


def fig_10(table: pd.DataFrame) -> Figure:
    """As `squares` draws the table."""
    return squares(table)
