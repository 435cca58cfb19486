"""Robustness against clean accuracy, of every defence, as measured and as claimed."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

OFFSETS = (5, 3), (-13, 3), (5, -10), (-13, -10)  # of numbers, in points, so that neighbours' differ
COLOURS = {"tadros": "tab:blue", "zhang": "tab:cyan", "deepsleep": "tab:orange", "bnn": "tab:green"}


def fig_1(table: pd.DataFrame) -> Figure:
    """A point for each row, with intervals: on the left at the smallest strength of all; on the right at the ε of what its
    paper claims, with a line from the claim, a cross, to what was measured.

    table: panel ("measured" or "claimed"), number (of the row), method, paper, called (the paper's name), strength, clean,
    clean_low, clean_high, robust, robust_low, robust_high, claimed_clean, claimed_robust, networks, examples.
    """
    figure = Figure(figsize=(13, 6.5), layout="constrained")
    grid = figure.subplots(1, 2, sharey=True)
    for axes, panel in zip(grid, ("measured", "claimed"), strict=True):
        own = table[table.panel == panel]
        for row in own.itertuples():
            colour = COLOURS[row.paper]
            bars = {
                "xerr": [[row.clean - row.clean_low], [row.clean_high - row.clean]],
                "yerr": [[row.robust - row.robust_low], [row.robust_high - row.robust]],
            }
            axes.errorbar(row.clean, row.robust, **bars, fmt="o", color=colour, markersize=5, elinewidth=0.7, alpha=0.8)
            axes.annotate(
                str(row.number), (row.clean, row.robust), OFFSETS[row.number % 4], textcoords="offset points", fontsize=8
            )
            if panel == "claimed":
                axes.plot([row.claimed_clean, row.clean], [row.claimed_robust, row.robust], color=colour, linewidth=0.8)
                axes.plot(row.claimed_clean, row.claimed_robust, "x", color=colour)
        axes.set(xlabel="clean accuracy", xlim=(0, 1.02), ylim=(-0.02, 1.02))
    first = table[table.panel == "measured"].iloc[0]
    title = f"n = {first.networks} networks × {first.examples} images"
    grid[0].set_title(f"at ε = {first.strength:g}\n{title}", fontsize="medium")
    grid[1].set_title("at the ε of each claim; n as on the left\ncrosses: as claimed", fontsize="medium")
    grid[0].set_ylabel("right under the worst attack")
    papers = table.drop_duplicates("paper")
    handles = [
        Line2D([], [], marker="o", linestyle="", color=COLOURS[row.paper], label=row.called) for row in papers.itertuples()
    ]
    rows = table.drop_duplicates("number").sort_values("number")
    handles += [Line2D([], [], linestyle="", label=f"{row.number}  {row.method}") for row in rows.itertuples()]
    figure.legend(handles=handles, loc="outside right center", fontsize=8, handlelength=0.8)
    return figure
