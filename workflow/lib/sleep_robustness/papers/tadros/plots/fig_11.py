"""Figure 11: firing rates of the neurons specific to each digit, before and after sleep."""

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.papers.tadros.plots.responses import before_and_after

# title → the response, the selection of neurons and the scale that a panel shows, and what its axis says
PANELS = {
    "A  as printed": ("normalised", "same", "normalised"),
    "B  selected on other images": ("normalised", "halves", "normalised"),
    "C  as B, in Hz": ("normalised", "halves", "raw"),
    "D  as C, the sleep's thresholds": ("own", "halves", "raw"),
}
LABELS = {
    "A  as printed": "normalised rate",
    "B  selected on other images": "normalised rate",
    "C  as B, in Hz": "rate (Hz)",
    "D  as C, the sleep's thresholds": "rate (Hz)",
}


def fig_11(table: pd.DataFrame) -> Figure:
    """As `before_and_after` draws the table of PANELS."""
    return before_and_after(table, LABELS)
