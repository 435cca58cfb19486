"""Final report, Figure 5: accuracy under each corruption after the last task, by β of the Lipschitz term and metaplasticity."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.projections.polar import PolarAxes

from sleep_robustness.papers.bnn.plots.lines import CHANCE, by_lipschitz, colours_of, counted, legend

COLUMNS = {"earlier": "earlier tasks, their mean", "last": "the last task"}


def final_fig_5(table: pd.DataFrame) -> Figure:
    """One row for each reading and β, one column for the earlier tasks and one for the last: corruptions as angles, accuracy as
    radius, a line for each m; printed values as circles.

    table: reading, lipschitz, beta, corruption, m, task ("earlier" or "last"), value, low, high, examples, networks, printed.
    """
    rows = [
        (reading, beta) for reading, own in table.groupby("reading", sort=False) for beta in sorted(own.beta.dropna().unique())
    ]
    names = sorted(table.corruption.unique(), key=lambda name: (name != "original", name))
    angles = dict(zip(names, np.linspace(0, 2 * np.pi, len(names), endpoint=False), strict=True))
    figure = Figure(figsize=(9, 0.5 + 4.1 * len(rows)), layout="constrained")
    grid = figure.subplots(len(rows), len(COLUMNS), squeeze=False, subplot_kw={"projection": "polar"})
    for line, (reading, beta) in zip(grid, rows, strict=True):
        for axes, (task, title) in zip(line, COLUMNS.items(), strict=True):
            own = table[(table.reading == reading) & (table.beta == beta) & (table.task == task)]
            _draw_spokes(axes, own.assign(angle=own.corruption.map(angles)), colours_of(table.m))
            _mark(axes, angles)
            axes.set_title(f"{reading}, {by_lipschitz(beta)}\n{title}   {counted(own)}", fontsize="medium", pad=12)
    legend(figure, columns=5)
    return figure


def _draw_spokes(axes: PolarAxes, panel: pd.DataFrame, colours: dict[float, tuple]) -> None:
    """A closed line with its band for each m, and circles. panel: angle, m, value, low, high, printed."""
    for m, own in panel.sort_values("angle").groupby("m"):
        ours, colour, name = own.dropna(subset="value"), colours[m], f"m {m:g}"
        if len(ours):
            closed = pd.concat([ours, ours.iloc[:1]])
            axes.plot(closed.angle, closed.value, marker=".", markersize=4, color=colour, label=name)
            axes.fill_between(closed.angle, closed.low, closed.high, color=colour, alpha=0.15, linewidth=0)
        axes.plot(own.angle, own.printed, "o", mfc="none", markersize=4, color=colour, label=name if ours.empty else None)


def _mark(axes: PolarAxes, angles: dict[str, float]) -> None:
    """The name at each angle, clockwise from the top, the rings of accuracy and a dotted one at chance."""
    axes.set(theta_zero_location="N", theta_direction=-1, ylim=(0, 1))
    axes.set_xticks(list(angles.values()), [name.replace("_", "\n") for name in angles], fontsize="x-small")
    for label, angle in zip(axes.get_xticklabels(), angles.values(), strict=True):
        label.set_horizontalalignment("center" if abs(np.sin(angle)) < 0.1 else "left" if np.sin(angle) > 0 else "right")
    axes.tick_params(axis="x", pad=-1)
    axes.set_yticks([0.25, 0.5, 0.75, 1], ["0.25", "0.5", "0.75", "1"], fontsize="x-small", color="0.3")
    axes.set_rlabel_position(np.degrees(angles[max(angles, key=angles.get)]) / 2)
    axes.plot([], [], "o", mfc="none", markersize=4, color="0.3", label="printed")
    axes.plot(np.linspace(0, 2 * np.pi, 100), np.full(100, CHANCE), color="0.4", lw=0.8, ls=":", label="chance")
