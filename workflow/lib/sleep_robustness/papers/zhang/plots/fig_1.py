"""Figure 1: accuracy of noisy (a) and blurred (b) images."""

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.names import DISTORTIONS
from sleep_robustness.papers.zhang.plots.curves import curves


def fig_1(table: pd.DataFrame) -> Figure:
    """One row for each group of readings, one line for each network. table: that of `accuracy_curves`, of noise and blur."""
    titles = {"noise": "a  Gaussian noise", "blur": "b  blur"}
    return curves(table, "distortion", {name: (title, DISTORTIONS[name][1]) for name, title in titles.items()})
