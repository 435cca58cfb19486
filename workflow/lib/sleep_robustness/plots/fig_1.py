"""Figure 1: classification accuracy under FGSM against ε."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sleep_robustness.names import DATASETS, DEFENCES, VARIANTS, label, rank
from sleep_robustness.plots.style import colours


def fig_1(table: pd.DataFrame) -> Figure:
    """One column for each data set, lettered as in the paper, one row for each group of readings, one line for each network.

    table: readings (those that share a row), dataset, defence, variant, attack_variant, source ("ours", with low and high, or
    "original program"), strength, value.
    """
    datasets = sorted(table.dataset.unique(), key=lambda name: rank(DATASETS, name))
    rows = list(dict.fromkeys(table.readings))
    figure = Figure(figsize=(1.2 + 4.2 * len(datasets), 0.6 + 2.8 * len(rows)), layout="constrained")
    grid = figure.subplots(len(rows), len(datasets), squeeze=False, sharex=True, sharey=True)
    for row, readings in enumerate(rows):
        for column, dataset in enumerate(datasets):
            axes, panel = grid[row, column], table[(table.dataset == dataset) & (table.readings == readings)]
            _draw(axes, panel)
            objective = label(VARIANTS, ("fgsm", panel.attack_variant.iloc[0]))
            axes.set_title(f"gradient of the {objective} ({readings})", loc="right", fontsize="medium")
            if row == 0:
                letter = "ABC"[rank(DATASETS, dataset)] + "  " if dataset in DATASETS else ""
                axes.set_title(letter + label(DATASETS, dataset), loc="left", weight="bold")
        grid[row, 0].set_ylabel("accuracy")
    for axes in grid[-1]:
        axes.set_xlabel("ε (change of each input value)")
    handles = {name: line for axes in grid.flat for line, name in zip(*axes.get_legend_handles_labels(), strict=True)}
    figure.legend(handles.values(), handles, loc="outside lower center", ncols=2 * len(datasets), frameon=False)
    return figure


def _draw(axes: Axes, panel: pd.DataFrame) -> None:
    """One panel: each network's mean accuracy with its interval, and the original program's where it is known."""
    palette = colours(list(dict.fromkeys(panel.defence)))
    for defence in sorted(panel.defence.unique(), key=lambda name: rank(DEFENCES, name)):
        name, colour = label(DEFENCES, defence), palette[defence]
        ours = panel[(panel.defence == defence) & (panel.source == "ours")]
        axes.plot(ours.strength, ours.value, color=colour, label=name)
        axes.fill_between(ours.strength, ours.low, ours.high, color=colour, alpha=0.25, linewidth=0)
        theirs = panel[(panel.defence == defence) & (panel.source == "original program")]
        if len(theirs):
            axes.plot(
                theirs.strength,
                theirs.value,
                "o",
                mfc="none",
                color=colour,
                clip_on=False,
                label=f"{name}, authors' program",
            )
    axes.set(ylim=(0, 1), xlim=(0, panel.strength.max()))
