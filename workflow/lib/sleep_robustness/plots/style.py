"""What all figures share: one palette that the colour-blind can tell apart, sizes and fonts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from sleep_robustness.files import atomic
from sleep_robustness.names import DISTORTIONS, NETWORKS, network_rank, not_run
from sleep_robustness.tables.style import of_reading

matplotlib.use("Agg")
matplotlib.rcdefaults()  # a user's matplotlibrc changes no figure
sns.set_theme(context="paper", style="ticks", font_scale=1.1, rc={"axes.spines.top": False, "axes.spines.right": False})

BASE = sns.color_palette("colorblind", 10)
SLEEP = NETWORKS["sleep", ""]
# our own controls are grey, so that the paper's networks have the colours
GREYS = {
    ("ablated", "slept"): ("0.2", "--"),
    ("ablated", "random"): ("0.6", "-."),
    ("shuffled_sleep", ""): ("0.35", ":"),
    ("weight_noise", ""): ("0.6", "--"),
    ("adversarial", "same"): ("0", "-"),
    ("adversarial", "small"): ("0", "--"),
}
DASHES = ["-", "--", "-.", ":", (0, (5, 1))]


def styles(networks: Iterable[str]) -> dict[str, dict]:
    """A colour and a dash for each network, by `names.network`: the paper's always have the same, and sleep stands out."""
    others = [name for name in dict.fromkeys(networks) if name not in NETWORKS.values()]
    names = [name for name in dict.fromkeys([*NETWORKS.values(), *others]) if name != SLEEP]
    colours = [BASE[number] for number in (0, 1, 2, 9, 4, 5, 6, 7, 8)]
    drawn = {name: {"color": colours[k % 9], "linestyle": DASHES[k % 5]} for k, name in enumerate(names)}
    greys = {NETWORKS[name]: {"color": grey, "linestyle": dash} for name, (grey, dash) in GREYS.items()}
    return drawn | greys | {SLEEP: {"color": BASE[3], "linestyle": (0, (3, 1, 1, 1))}}


def draw_curves(axes: Axes, panel: pd.DataFrame, drawn: dict[str, dict]) -> None:
    """One panel of accuracy against strength: each network's mean with its interval, and the original program's numbers.

    panel: network, source ("ours", with low and high, or "original program"), strength, value, examples, networks; drawn:
    the `styles` of the networks.
    """
    for name in sorted(panel.network.unique(), key=network_rank):
        ours = panel[(panel.network == name) & (panel.source == "ours")]
        axes.plot(ours.strength, ours.value, label=name, **drawn[name])
        axes.fill_between(ours.strength, ours.low, ours.high, color=drawn[name]["color"], alpha=0.2, linewidth=0)
        theirs = panel[(panel.network == name) & (panel.source == "original program")]
        if len(theirs):
            axes.plot(theirs.strength, theirs.value, "o", mfc="none", color=drawn[name]["color"], clip_on=False)
    ours = panel[panel.source == "ours"]
    n = f"n = {ours.networks.max():.0f} × {(ours.examples / ours.networks).max():.0f}"
    axes.text(0.02, 0.03, n, transform=axes.transAxes, fontsize="small", color="0.3")
    axes.set(ylim=(0, 1), xlim=(0, panel.strength.max()))


def panel_title(part: SubFigure, title: str) -> None:
    """A panel's letter and title, at its top left."""
    part.suptitle(title, x=0.01, ha="left", weight="bold", fontsize="large")


def draw_points(axes: Axes, panel: pd.DataFrame, by: str, labels: Mapping[str, str], colours: Sequence = BASE) -> None:
    """Numbers with their intervals at their places, side by side by what column `by` says of them, a marker and a colour each.

    panel: place, value, low, high and the column `by`; labels: for the legend, by that column's values, in their order.
    """
    for number, (key, label) in enumerate(labels.items()):
        own = panel[panel[by] == key]
        error = np.abs(own[["low", "high"]].to_numpy().T - own.value.to_numpy())
        shift = 0.2 * (number - (len(labels) - 1) / 2)
        marker = {"fmt": "osD^v"[number % 5], "markersize": 4, "color": colours[number % len(colours)]}
        axes.errorbar(own.place + shift, own.value, error, label=label, **marker)


def draw_image(axes: Axes, pixels: pd.DataFrame, title: str) -> None:
    """An image in a thin frame. pixels: row, column, value in [0, 1]."""
    values = pixels.sort_values(["row", "column"]).value.to_numpy().reshape(pixels.row.nunique(), -1)
    axes.imshow(values, cmap="gray", vmin=0, vmax=1)
    axes.set_title(title, fontsize="small")
    axes.set_axis_on()
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=True, color="0.6", linewidth=0.6)  # where a bright pixel meets the page


def draw_distorted(grid: np.ndarray, table: pd.DataFrame) -> None:
    """One row for each distortion, one image for each strength. grid: Axes [rows, columns]; table: distortion, strength, row,
    column, value in [0, 1]."""
    for axes in grid.flat:
        axes.set_axis_off()
    for own, (distortion, part) in zip(grid, table.groupby("distortion", sort=False), strict=True):
        symbol = {"noise": "variance", "blur": "σ"}.get(distortion, distortion)
        unit = " pixels" if distortion == "blur" else ""
        for axes, (strength, pixels) in zip(own, part.groupby("strength"), strict=False):
            draw_image(axes, pixels, f"{symbol} {strength:g}{unit}")
        own[0].text(-0.12, 0.5, DISTORTIONS.get(distortion, (distortion, ""))[0], rotation=90, va="center", ha="right",
                    transform=own[0].transAxes)  # fmt: skip


def draw_not_run(axes: Axes, dataset: str) -> None:
    """An empty panel that says how to run its data set."""
    axes.text(0.5, 0.5, not_run(dataset).replace(": ", ":\n"), transform=axes.transAxes, ha="center", va="center", color="0.3")
    axes.set(ylim=(0, 1))


def legend(figure: Figure | SubFigure, columns: int) -> None:
    """One legend below the panels: networks, and the circles where the original program's numbers are drawn."""
    handles = {name: line for axes in figure.axes for line, name in zip(*axes.get_legend_handles_labels(), strict=True)}
    if any(line.get_marker() == "o" for axes in figure.axes for line in axes.lines):
        handles["authors' program"] = matplotlib.lines.Line2D([], [], linestyle="", marker="o", mfc="none", color="0.3")
    ordered = sorted(handles, key=lambda name: (name == "authors' program", network_rank(name)))
    figure.legend([handles[name] for name in ordered], ordered, loc="outside lower center", ncols=columns, frameon=False)


def save(
    draw: Callable[[pd.DataFrame], Figure], table: pd.DataFrame, csv: str, pdf: str, png: str, readings: Iterable[str] = ()
) -> None:
    """Write a figure's table, the figure, and an image of each reading's rows alone, with nothing in them that differs from run
    to run.

    draw: the figure's function, given the rows; readings: paths of images, named as the readings are ("printed.png"). Where a
    reading has no row its image says so.
    """
    with atomic(csv) as temporary:
        table.to_csv(temporary, index=False)
    _write(draw(table), pdf, png)
    for path in readings:
        rows = of_reading(table, Path(path).stem)
        _write(draw(rows) if len(rows) else _nothing(Path(path).stem), path)


def _nothing(reading: str) -> Figure:
    """What stands in place of a figure that shows nothing of a reading."""
    figure = Figure(figsize=(5, 0.5))
    figure.text(0.5, 0.5, f"nothing here is of the {reading} reading", ha="center", va="center", color="0.3")
    return figure


def _write(figure: Figure, *paths: str) -> None:
    """Write a figure in the form that each path asks for."""
    for path in map(Path, paths):
        metadata = {"CreationDate": None} if path.suffix == ".pdf" else {"Software": None}
        with atomic(path) as temporary:
            figure.savefig(temporary, dpi=200, metadata=metadata)
