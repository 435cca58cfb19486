"""What figures 11 and 12 share: how the neurons specific to each digit respond before and after sleep."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.names import NETWORKS
from sleep_robustness.plots.style import SLEEP, styles

SHIFTS = {"before": -0.15, "after": 0.15}


def before_and_after(table: pd.DataFrame, labels: dict[str, str]) -> Figure:
    """One row for each sleep, one column for each panel; a point before and one after for each digit, with their intervals, and
    the mean change over the digits as text.

    table: variant, readings, panel, digit (or "all"), measure ("before", "after", "change"), value, low, high, examples,
    networks; labels: what the axis of each panel says.
    """
    variants, panels = list(dict.fromkeys(table.variant)), list(dict.fromkeys(table.panel))
    drawn = styles([])
    colours = {"before": drawn[NETWORKS["control", ""]]["color"], "after": drawn[SLEEP]["color"]}
    figure = Figure(figsize=(0.8 + 3.0 * len(panels), 0.9 + 2.1 * len(variants)), layout="constrained")
    grid = figure.subplots(len(variants), len(panels), squeeze=False, sharex=True)
    for row, variant in enumerate(variants):
        for column, panel in enumerate(panels):
            axes, part = grid[row, column], table[(table.variant == variant) & (table.panel == panel)]
            digits, total = part[part.digit != "all"], part[part.digit == "all"].set_index("measure")
            for measure, shift in SHIFTS.items():
                points = digits[digits.measure == measure]
                error = np.abs(points[["low", "high"]].to_numpy(float).T - points.value.to_numpy())
                options = {"fmt": "o", "markersize": 4, "color": colours[measure], "label": f"{measure} sleep"}
                axes.errorbar(points.digit.astype(int) + shift, points.value, error, **options)
            axes.set_xticks(sorted(digits.digit.astype(int).unique()))
            top = digits[digits.measure.isin(list(SHIFTS))].high.max()
            axes.set_ylim(0, 1.25 * top if top > 0 else 1)
            axes.text(0.02, 0.97, _said(total), transform=axes.transAxes, va="top", fontsize="small", color="0.3")
            axes.set_ylabel(labels[panel], fontsize="small")
            if row == 0:
                axes.set_title(panel, loc="left", fontsize="medium")
        name = f"sleep {variant}\n({digits.readings.iloc[0]})"
        grid[row, 0].set_ylabel(f"{name}\n\n{labels[panels[0]]}", fontsize="small")
    for axes in grid[-1]:
        axes.set_xlabel("digit")
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)
    return figure


def _said(total: pd.DataFrame) -> str:
    """The mean change over the digits, or that nothing responds; and n. total: indexed by measure."""
    change = total.loc["change"]
    n = f"n = {change.networks} × {change.examples / change.networks:.0f}"
    if (total.loc[["before", "after"], "value"] == 0).all():
        return f"empty: no neuron spikes\n{n}"
    if pd.isna(change.value):
        return f"undefined: no neuron responds\nbefore or after; {n}"
    digits = 3 if abs(total.loc["before", "value"]) < 2 else 1
    said = f"{change.value:+.{digits}f} [{change.low:+.{digits}f}, {change.high:+.{digits}f}]".replace("-", "−")
    return f"change {said}\n{n}"
