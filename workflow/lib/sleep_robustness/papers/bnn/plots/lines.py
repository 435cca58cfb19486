"""What its figures share: accuracy as lines over tasks or strengths, a line and a colour for each m, width or BatchNorm."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sleep_robustness.plots.style import BASE

CHANCE = 0.1  # of ten classes


def colours_of(values: pd.Series) -> dict[float, tuple]:
    """A colour for each value of a column, in order."""
    return {value: BASE[number % len(BASE)] for number, value in enumerate(sorted(values.dropna().unique()))}


def draw_lines(
    axes: Axes, panel: pd.DataFrame, place: str, by: str, colours: Mapping[float, tuple], label: str = "{:g}", size: float = 4
) -> None:
    """A line with its band for each value of the column `by` over that of `place`; what is printed as circles, chance in grey.

    panel: the two columns, value, low, high, printed; label: of the legend, given the value; size: of a circle in points.
    """
    for one, own in panel.sort_values(place).groupby(by):
        ours, printed, name = own.dropna(subset="value"), own.dropna(subset="printed"), label.format(one)
        if len(ours):
            axes.plot(ours[place], ours.value, marker=".", markersize=size, color=colours[one], label=name)
            axes.fill_between(ours[place], ours.low, ours.high, color=colours[one], alpha=0.15, linewidth=0)
        if len(printed):
            circles = {"mfc": "none", "markersize": size, "color": colours[one]}
            axes.plot(printed[place], printed.printed, "o", label=name if ours.empty else None, **circles)
    if panel.printed.notna().any():
        axes.plot([], [], "o", mfc="none", markersize=size, color="0.3", label="printed")
    axes.axhline(CHANCE, color="0.7", lw=0.8, zorder=0)
    axes.set_ylim(0, 1.02)


def by_lipschitz(beta: float) -> str:
    """A title for networks with the Lipschitz term times β."""
    return f"β {beta:g}" if beta else "no Lipschitz term"


def counted(panel: pd.DataFrame) -> str:
    """How many networks and images the numbers of a panel are of; empty if there are none."""
    ours = panel.dropna(subset="value")
    return f"n = {ours.networks.max():.0f} × {(ours.examples / ours.networks).max():.0f}" if len(ours) else ""


def say_counted(axes: Axes, panel: pd.DataFrame, place: tuple[float, float], align: str = "right") -> None:
    """Write that into a panel, at a place from 0 to 1."""
    axes.text(*place, counted(panel), transform=axes.transAxes, ha=align, fontsize="small", color="0.3")


def legend(figure: Figure, columns: int) -> None:
    """One legend below all panels; what is a line in some has a line there."""
    drawn = [pair for axes in figure.axes for pair in zip(*axes.get_legend_handles_labels(), strict=True)]
    handles = {name: line for line, name in sorted(drawn, key=lambda pair: pair[0].get_linestyle() != "None")}
    handles = {name: handles[name] for name in dict.fromkeys(name for _, name in drawn)}
    figure.legend(handles.values(), handles, loc="outside lower center", ncols=columns, frameon=False)
