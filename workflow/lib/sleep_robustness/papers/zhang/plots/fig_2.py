"""Figure 2: accuracy under FGSM against ε."""

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.papers.zhang.plots.curves import curves


def fig_2(table: pd.DataFrame) -> Figure:
    """One row for each group of readings, one line for each network. table: that of `accuracy_curves`, of FGSM."""
    return curves(table, "attack", {"fgsm": ("FGSM", "ε (change of each input value)")})
