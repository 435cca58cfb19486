"""Figure 4: every weight of the networks of Patches, by what its pixel is to its output."""

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.plots.style import BASE

ROLES = {
    "off": ("OFF pixels", {"marker": ".", "color": "0.6", "s": 14}),
    "overlapping": ("overlapping pixels", {"marker": "s", "color": BASE[1], "s": 9}),
    "on": ("ON pixels", {"marker": "o", "color": BASE[0], "s": 14}),
}


def fig_4(table: pd.DataFrame) -> Figure:
    """One row for each network, one column for each output: weight against the index of the input.

    table: readings, network, seed, output, input, role ("on", "overlapping" or "off"), weight; a row of the figure for each
    network and readings.
    """
    networks, outputs = list(table.groupby(["network", "readings"], sort=False)), sorted(table.output.unique())
    figure = Figure(figsize=(2 + 2.1 * len(outputs), 0.9 + 1.55 * len(networks)), layout="constrained")
    grid = figure.subplots(len(networks), len(outputs), squeeze=False, sharex=True, sharey="row")
    for own, ((name, readings), rows) in zip(grid, networks, strict=True):
        for axes, output in zip(own, outputs, strict=True):
            for role, (label, style) in ROLES.items():
                points = rows[(rows.output == output) & (rows.role == role)]
                axes.scatter(points.input, points.weight, label=label, linewidths=0, **style)
            axes.axhline(0, color="0.7", linewidth=0.8, zorder=0)
        own[0].set_title(f"{name} ({readings})", loc="left", fontsize="medium")
        own[0].set_ylabel("weight")
    for axes, output in zip(grid[-1], outputs, strict=True):
        axes.set_xlabel(f"input (pixel)\noutput {output + 1}")
    handles, labels = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles[::-1], labels[::-1], loc="outside lower center", ncols=3, frameon=False)
    figure.suptitle(f"one network each, seed {table.seed.min()}", x=0.99, ha="right", fontsize="medium")
    return figure
