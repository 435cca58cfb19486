"""Figure 12: activations of the neurons specific to each digit, before and after sleep."""

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.papers.tadros.plots.responses import before_and_after

# title → the response, the selection of neurons and the scale that a panel shows, and what its axis says
PANELS = {
    "A  as printed": ("activation", "same", "normalised"),
    "B  selected on other images": ("activation", "halves", "normalised"),
    "C  as B, not normalised": ("activation", "halves", "raw"),
}
LABELS = {
    "A  as printed": "normalised activation",
    "B  selected on other images": "normalised activation",
    "C  as B, not normalised": "activation",
}


def fig_12(table: pd.DataFrame) -> Figure:
    """As `before_and_after` draws the table of PANELS."""
    return before_and_after(table, LABELS)
