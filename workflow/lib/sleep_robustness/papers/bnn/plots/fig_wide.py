"""Networks as wide as the reports', by whose BatchNorm; and what more width changes."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sleep_robustness.papers.bnn.plots.fig_batchnorm import KINDS, columns_of, draw_panels
from sleep_robustness.papers.bnn.plots.lines import counted, legend
from sleep_robustness.plots.style import BASE


def fig_wide(table: pd.DataFrame) -> Figure:
    """Above, panels as of `fig_batchnorm` with the printed values as circles; below, by each BatchNorm, accuracy on earlier
    tasks of the widest network less that of the next narrower one.

    table: as there, with `printed`; and part "wider": norm, statistics, value, low, high, examples, networks.
    """
    panels, wider = table[table.part != "wider"], table[table.part == "wider"]
    figure = Figure(figsize=(max(9, 2.6 * columns_of(panels)), 8), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=[5.6, 2.4])
    draw_panels(above, panels)
    legend(above, columns=2)
    _draw(below.subplots(), wider)
    return figure


def _draw(axes: Axes, wider: pd.DataFrame) -> None:
    rows = {(own.norm, own.statistics): own for own in wider.itertuples()}
    shown = [(colour, name, rows[kind]) for colour, (kind, name) in zip(BASE, KINDS.items(), strict=False) if kind in rows]
    for place, (colour, _, own) in enumerate(shown):
        axes.errorbar(own.value, place, xerr=[[own.value - own.low], [own.high - own.value]], fmt="o", color=colour)
    axes.set_yticks(range(len(shown)), [name for _, name, _ in shown])
    axes.set(ylim=(len(shown) - 0.5, -0.5), xlabel=f"accuracy on earlier tasks, widest less next narrower, {counted(wider)}")
    axes.axvline(0, color="0.7", lw=0.8, zorder=0)
