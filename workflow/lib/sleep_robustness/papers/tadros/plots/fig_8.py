"""Figures 8, 9 and 10: how the digits' correlations differ from the control's, a square of pairs for each network and layer."""

from itertools import product
from textwrap import fill

import pandas as pd
from matplotlib.colors import SymLogNorm
from matplotlib.figure import Figure

TICKS = [-0.3, -0.1, -0.05, 0, 0.05, 0.1, 0.3]
MEANS = {"same": "same", "different": "diff.", "gap": "gap"}


def fig_8(table: pd.DataFrame) -> Figure:
    """One column for each network, one row for each layer: the change of each pair of digits as a colour, and below it the mean
    changes with their intervals.

    table: network, variants, readings, layer, measure ("pair" of first and second, or one of MEANS), first, second, value, low,
    high, examples, networks.
    """
    columns, layers = list(dict.fromkeys(zip(table.network, table.variants, strict=True))), sorted(table.layer.unique())
    figure = Figure(figsize=(1.6 + 1.9 * len(columns), 0.9 + 2.5 * len(layers)), layout="constrained")
    grid = figure.subplots(len(layers), len(columns), squeeze=False)
    # changes of .02 and of .3 stand side by side
    norm = SymLogNorm(linthresh=0.05, vmin=-0.5, vmax=0.5)
    for (row, layer), (column, (network, variants)) in product(enumerate(layers), enumerate(columns)):
        axes = grid[row, column]
        panel = table[(table.network == network) & (table.variants == variants) & (table.layer == layer)]
        if panel.empty:  # the network has no such layer
            axes.set_axis_off()
            continue
        pairs = panel[panel.measure == "pair"]
        square = pairs.pivot(index="first", columns="second", values="value")  # noqa: PD010, which would drop undefined ones
        image = axes.pcolormesh(square.columns, square.index, square.to_numpy(float), cmap="RdBu_r", norm=norm)
        axes.set(aspect="equal", facecolor="0.8", xticks=square.columns, yticks=square.index)
        axes.tick_params(length=0, labelsize="x-small")
        means = panel.set_index("measure").loc[list(MEANS)]
        said = [f"{MEANS[one.Index]}: {_change(one)}" for one in means.itertuples()]
        axes.set_xlabel("\n".join(said), fontsize="x-small")
        if row == 0:
            variant = "" if network.endswith(variants) else variants
            title = "\n".join([network, variant, fill(f"({panel.readings.iloc[0]})", 24)])
            axes.set_title(title, fontsize="small")
        if column == 0:
            axes.set_ylabel(f"layer {layer}\ndigit")
    bar = figure.colorbar(image, ax=grid, ticks=TICKS, format="%+g", extend="both", shrink=0.8, aspect=30, pad=0.01)
    bar.set_label("change of the mean correlation")
    bar.ax.minorticks_off()
    n = table[table.measure == "same"]
    figure.supxlabel(f"n = {n.networks.max()} networks × {(n.examples / n.networks).max():.0f} images", fontsize="small")
    return figure


def _change(row) -> str:
    """A change with its interval, or that there is none."""
    return "undefined" if pd.isna(row.value) else f"{row.value:+.3f} [{row.low:+.3f}, {row.high:+.3f}]".replace("-", "−")
