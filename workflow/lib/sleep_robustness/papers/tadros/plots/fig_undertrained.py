"""What sleep gains against how long its control was trained (a figure of our own)."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from sleep_robustness.names import DATASETS, label, rank
from sleep_robustness.plots.style import BASE

COLOURS = {"control": (BASE[0], "o-"), "printed": (BASE[3], "s--"), "released": (BASE[2], "D-."), "found": (BASE[4], "^:")}


def fig_undertrained(table: pd.DataFrame, epochs: Mapping[str, float]) -> Figure:
    """One row for each data set: clean accuracy, score F, and accuracy at each ε, a line for the control and for each sleep.

    table: dataset, length (passes over the training images), network, over (empty but for a gain), measure, strength, value,
    low, high, examples, networks. epochs: of the data sets' own training, which a thin line marks.
    """
    levels = table[table.over.isna() | (table.over == "")]
    datasets = sorted(levels.dataset.unique(), key=lambda name: rank(DATASETS, name))
    strengths = sorted(levels[levels.measure == "accuracy"].strength.unique())
    panels = [("clean", None, "accuracy"), ("F", None, "FGSM score F (median ε)")]
    panels += [("accuracy", strength, f"accuracy under FGSM, ε = {strength:g}") for strength in strengths]
    figure = Figure(figsize=(0.6 + 2.9 * len(panels), 0.8 + 2.5 * len(datasets)), layout="constrained")
    grid = figure.subplots(len(datasets), len(panels), squeeze=False, sharex="row")
    for row, dataset in zip(grid, datasets, strict=True):
        for axes, (measure, strength, title) in zip(row, panels, strict=True):
            own = levels[(levels.dataset == dataset) & (levels.measure == measure)]
            _draw(axes, own if strength is None else own[own.strength == strength])
            axes.axvline(epochs[dataset], color="0.6", linewidth=0.8, linestyle=":")
            axes.set_ylabel(title, fontsize="small")
            axes.set_ylim(0, None if measure == "F" else 1.04)
            axes.set_xscale("log")
            ticks = sorted(own.length.unique())
            shown = [one for one in ticks if one in (1, 2, 4, 10) or one < 1]
            axes.set_xticks(shown, [f"{one:.2g}" for one in shown], fontsize="small")
            axes.xaxis.set_minor_formatter(NullFormatter())
        row[0].set_title(label(DATASETS, dataset), loc="left", weight="bold")
        n = f"n = {own.networks.max():.0f} × {(own.examples / own.networks).max():.0f}"
        row[0].text(0.98, 0.03, n, transform=row[0].transAxes, ha="right", fontsize="small", color="0.3")
    for axes in grid[-1]:
        axes.set_xlabel("passes over the training images")
    handles = {name: line for axes in figure.axes for line, name in zip(*axes.get_legend_handles_labels(), strict=True)}
    figure.legend(handles.values(), handles, loc="outside lower center", ncols=len(handles), frameon=False)
    return figure


def _draw(axes: Axes, panel: pd.DataFrame) -> None:
    """Means over networks with their intervals; hollow where the mean leaves some networks out, in which it is undefined."""
    for place, (name, own) in enumerate(panel.groupby("network", sort=False)):
        colour, style = COLOURS.get(name, (BASE[5 + place % 4], "v-"))
        line = own.sort_values("length")
        says = "Control" if name == "control" else f"Sleep, {name}"
        axes.plot(line.length, line.value, style, color=colour, markersize=3.5, linewidth=1.3, label=says)
        some = line[line.networks < panel.networks.max()]
        axes.plot(some.length, some.value, style[0], color=colour, markersize=3.5, mfc="white", zorder=3)
        axes.fill_between(line.length, line.low, line.high, color=colour, alpha=0.15, linewidth=0)
