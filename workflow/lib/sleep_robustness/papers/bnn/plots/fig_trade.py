"""Is robustness the price of not forgetting? What each network kept of earlier tasks, and what attacks leave of the last."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sleep_robustness.papers.bnn.plots.lines import colours_of, counted, legend

MARKERS = {"binary": "o", "real": "^"}
EDGES = {"long": "black"}  # by the number of epochs
LARGER = {"narrow": 4, "base": 7, "wide": 11}  # points, by the width of the network


def fig_trade(table: pd.DataFrame) -> Figure:
    """One panel for each reading: accuracy on earlier tasks against that on the last one under attack, after the last, with
    intervals; a colour for each m, a triangle for a real twin, larger for wider networks, hollow with a Lipschitz term, with
    an edge for more epochs.

    table: reading, weights, width, epochs, lipschitz, m, by (the attack), strength, kept, kept_low, kept_high, value, low,
    high, examples, networks.
    """
    readings, colours = list(table.reading.unique()), colours_of(table.m)
    figure = Figure(figsize=(4.3 * len(readings), 4.6), layout="constrained")
    grid = figure.subplots(1, len(readings), squeeze=False, sharex=True, sharey=True)[0]
    for axes, reading in zip(grid, readings, strict=True):
        own = table[table.reading == reading]
        for row in own.itertuples():
            _draw(axes, row, colours[row.m])
        first = own.iloc[0]
        under = "the worst of all attacks" if first.by == "worst" else "FGSM"
        axes.set_title(f"{reading}: {under}, ε {first.strength:g}\n{counted(own)}", fontsize="medium")
        axes.set_xlabel("accuracy on earlier tasks, their mean")
        axes.set(xlim=(0, 1), ylim=(-0.02, 1))
    grid[0].set_ylabel("accuracy on the last task under attack")
    for m, colour in colours.items():
        grid[0].plot([], [], "o", color=colour, label=f"m {m:g}")
    grid[0].plot([], [], "^", color="0.3", label="real twin")
    grid[0].plot([], [], "o", color="0.3", mfc="none", label="with a Lipschitz term")
    grid[0].plot([], [], "o", color="0.3", markersize=LARGER["wide"], label="wider, or narrower")
    grid[0].plot([], [], "o", color="0.7", mec=EDGES["long"], label="more epochs")
    legend(figure, columns=6)
    return figure


def _draw(axes: Axes, row, colour: tuple) -> None:
    lines = {
        "xerr": [[row.kept - row.kept_low], [row.kept_high - row.kept]],
        "yerr": [[row.value - row.low], [row.high - row.value]],
    }
    axes.errorbar(
        row.kept,
        row.value,
        **lines,
        fmt=MARKERS[row.weights],
        markersize=LARGER.get(row.width, LARGER["base"]),
        mfc=colour if row.lipschitz == "none" else "none",
        mec=EDGES.get(row.epochs, colour),
        color=colour,
        elinewidth=0.8,
    )
