"""Each network under images that were made on the control, and under those made on itself (a figure of our own)."""

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.names import network, network_rank
from sleep_robustness.papers.deepsleep.gap import MARGIN, WORST
from sleep_robustness.plots.style import BASE

KINDS = {
    "clean": ("|", "0.4", "clean images"),
    "made on the control": ("o", BASE[0], "PGD, images made on the control"),
    "by the loss": ("D", BASE[1], "PGD on the network itself, by the loss"),
    MARGIN: ("s", BASE[3], "PGD on the network itself, by the margin"),
    WORST: ("x", "black", "the worst of all attacks, image by image"),
}


def fig_gap(table: pd.DataFrame) -> Figure:
    """One line for each network. table: that of `transferred_and_own`."""
    named = table.assign(network=[network(*one) for one in zip(table.defence, table.variant, strict=True)])
    order = sorted(named.network.unique(), key=network_rank)
    figure = Figure(figsize=(8.5, 1.3 + 0.34 * len(order)), layout="constrained")
    axes = figure.subplots()
    places = named.network.map(order.index)
    axes.hlines(range(len(order)), 0, 1, color="0.9", linewidth=0.6, zorder=0)
    for number, (kind, (marker, colour, says)) in enumerate(KINDS.items()):
        own = named[named.kind == kind]
        error, place = [own.value - own.low, own.high - own.value], places[own.index] + 0.17 * (number - 2)
        axes.errorbar(own.value, place, xerr=error, fmt=marker, color=colour, ms=4, elinewidth=0.8, label=says)
    axes.axvline(0.1135, color="0.6", linewidth=0.8, linestyle=":")
    axes.set_yticks(range(len(order)), order, fontsize="small")
    axes.set(xlim=(0, 1.01), xlabel="accuracy at 64/255")
    axes.invert_yaxis()
    n = f"n = {named.networks.max():.0f} × {(named.examples / named.networks).max():.0f} at most"
    axes.text(0.99, 0.02, n, transform=axes.transAxes, ha="right", fontsize="small", color="0.3")
    figure.legend(loc="outside upper center", ncols=2, frameon=False, fontsize="small")
    return figure
