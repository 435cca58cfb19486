"""How often intervals hold what they are of (a figure of our own)."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sleep_robustness.names import INTERVALS, TESTS
from sleep_robustness.plots.style import BASE, DASHES
from sleep_robustness.statistics import CONFIDENCE, LEVEL

ENOUGH = 0.93  # below it a measure is said not to be covered
COLOURS = {"percentile": BASE[3], "permutation": BASE[1], "networks": BASE[0], "t": BASE[2]}


def fig_coverage(table: pd.DataFrame) -> Figure:
    """Left, the pool: a point for each measure, network and kind of number; middle, simulated scores by the spread of networks;
    right, how often networks that differ in their seeds alone are told apart.

    table: the columns of `coverage_rows`, `simulated_rows` and `false_rows`, with `part` ("pool", "simulated", "same").
    """
    figure = Figure(figsize=(11, 4.4), layout="constrained")
    pool, simulated, same = figure.subplots(1, 3)
    parts = dict(list(table.groupby("part")))
    _draw_strips(pool, parts["pool"], "held", INTERVALS)
    pool.set(ylabel="share of intervals that hold it", title="networks of the pool")
    numbers = _draw_simulated(simulated, parts["simulated"])
    simulated.set(xlabel="spread of networks ÷ error by images", title="simulated scores")
    for axes in (pool, simulated):
        axes.axhline(CONFIDENCE, color="0.6", linewidth=0.8)
        axes.axhline(ENOUGH, color="0.6", linewidth=0.8, linestyle=":")
    _draw_strips(same, parts["same"], "found", TESTS)
    same.axhline(LEVEL, color="0.6", linewidth=0.8)
    same.set(ylabel="share with p < .05", title="networks that differ in their seeds alone")
    for axes in (pool, same):
        axes.set_xlabel("networks of an experiment")
    marks = [Line2D([], [], color=COLOURS[name], marker="o", label=label) for name, label in (INTERVALS | TESTS).items()]
    marks += [
        Line2D([], [], color="0.3", linestyle=dash, label=f"{number:g} networks")
        for number, dash in zip(numbers, DASHES, strict=False)
    ]
    figure.legend(handles=marks, loc="outside lower center", ncols=4, frameon=False, fontsize="small")
    return figure


def _draw_strips(axes: Axes, table: pd.DataFrame, column: str, methods: Iterable[str]) -> None:
    """A point for each row, spread out sideways in the order of their values, by the number of networks and the method."""
    numbers, methods = sorted(table.networks.unique()), list(methods)
    for k, method in enumerate(methods):
        for place, number in enumerate(numbers):
            values = np.sort(table[(table.method == method) & (table.networks == number)][column])
            x = place + 0.27 * (k - (len(methods) - 1) / 2) + np.linspace(-0.1, 0.1, len(values))
            axes.plot(x, values, "o", markersize=2.5, color=COLOURS[method])
    axes.set_xticks(range(len(numbers)), [f"{number:g}" for number in numbers])


def _draw_simulated(axes: Axes, table: pd.DataFrame) -> list[float]:
    """Coverage by the spread between networks, of the bootstrap and of ours: a dash for each number of networks, given back."""
    numbers = sorted(table.networks.unique())
    for number, dash in zip(numbers, DASHES, strict=False):
        for method in ("percentile", "t"):
            own = table[(table.method == method) & (table.networks == number)].sort_values("ratio")
            axes.plot(own.ratio, own.held, linestyle=dash, color=COLOURS[method])
    return numbers
