"""Sleep beside networks in which as many neurons are cut."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.names import NETWORKS
from sleep_robustness.plots.style import BASE, SLEEP

CONTROL = NETWORKS["control", ""]
COLOURS = {CONTROL: BASE[0], SLEEP: BASE[3], NETWORKS["shuffled_sleep", ""]: BASE[2]}
CUT = "0.25"


def fig_pruning(table: pd.DataFrame) -> Figure:
    """One column for each sleep, one row for each measure, one point with its interval for each network; a point is hollow
    where the network gave the same as sleep on every example. Lines go through the control (dashed) and sleep (dotted).

    table: sleep, neurons, title, network, value, low, high, examples, networks, identical.
    """
    sleeps, titles, names = (list(dict.fromkeys(table[key])) for key in ("sleep", "title", "network"))
    figure = Figure(figsize=(1.4 + 3.3 * len(sleeps), 2.2 + 1.35 * len(titles)), layout="constrained")
    grid = figure.subplots(len(titles), len(sleeps), squeeze=False, sharex=True, sharey="row")
    for column, slept in enumerate(sleeps):
        for row, title in enumerate(titles):
            axes, panel = grid[row, column], table[(table.sleep == slept) & (table.title == title)]
            for point in panel.itertuples():
                colour = COLOURS.get(point.network, CUT)
                error = np.abs([[point.low - point.value], [point.high - point.value]])
                face = "white" if point.identical else colour
                axes.errorbar(names.index(point.network), point.value, error, fmt="o", color=colour, mfc=face, markersize=5)
                if point.network in (CONTROL, SLEEP):
                    dash = "--" if point.network == CONTROL else ":"
                    axes.axhline(point.value, color=colour, linestyle=dash, linewidth=0.8, zorder=0)
            axes.set_xticks(range(len(names)), names, rotation=40, ha="right", rotation_mode="anchor", fontsize="small")
            axes.set_xlim(-0.6, len(names) - 0.4)
            if panel.empty:
                axes.text(0.5, 0.5, "not measured", transform=axes.transAxes, ha="center", va="center", color="0.3")
            else:
                n = f"n = {panel.networks.max()} × {(panel.examples / panel.networks).max():.0f}"
                axes.text(0.99, 0.97, n, transform=axes.transAxes, ha="right", va="top", fontsize="x-small", color="0.3")
            if column == 0:
                axes.set_ylabel(title, fontsize="small")
        neurons = table[table.sleep == slept].neurons.iloc[0]
        grid[0, column].set_title(f"sleep {slept}: {neurons:.0f} neurons slept", fontsize="medium")
    for axes in grid[:, 0]:
        axes.set_ylim(0, axes.get_ylim()[1] * 1.15)
    return figure
