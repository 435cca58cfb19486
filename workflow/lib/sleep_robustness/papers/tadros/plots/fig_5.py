"""Figure 5: what sleep does to classes: their regions, how hard they are to attack, their outputs."""

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure, SubFigure

from sleep_robustness.plots.style import BASE, draw_points, panel_title, styles

PHASES = {"before": "before sleep", "after": "after sleep"}
CLASSES = ["0.15", BASE[0], BASE[1], *BASE[2:]]  # black and blue first, as in the paper


def fig_5(table: pd.DataFrame) -> Figure:
    """Panels lettered as in the paper. A, decision regions of a small network on points of a plane, before and after sleep, and
    the share of the plane that each class gets and of its points that are right. B, mean ε of FGSM for each digit and the
    share of each that is right, one row for each group of readings. C, mean outputs, a digit a row, an output a column.

    table: panel and, of "A regions", what ("plane" or "point"), x, y, label, before, after; of "A shares" label, measure
    ("area", "recall", of all "changed_area"), phase, value, low, high, networks; of "B" readings, network, label, measure
    ("mean" or "clean"), value, low, high, examples; of "C" readings, network, label, output, value, networks, examples.
    """
    panels = {name: panel.dropna(axis=1, how="all") for name, panel in table.groupby("panel")}
    rows = panels["B"].readings.nunique()
    figure = Figure(figsize=(10, 7.2 + 2.2 * rows), layout="constrained")
    plane, digits, outputs = figure.subfigures(3, 1, height_ratios=[3.4, 0.6 + 2.2 * rows, 3.2])
    panel_title(plane, "A  A network on a plane")
    _draw_plane(plane, panels["A regions"], panels["A shares"])
    panel_title(digits, "B  MNIST under FGSM, by digit")
    _draw_digits(digits, panels["B"])
    panel_title(outputs, "C  MNIST, mean outputs by digit")
    _draw_outputs(outputs, panels["C"])
    return figure


def _draw_plane(part: SubFigure, regions: pd.DataFrame, shares: pd.DataFrame) -> None:
    grid = part.subplots(1, 4)
    plane, points = (regions[regions.what == what] for what in ("plane", "point"))
    colours, classes = ListedColormap(CLASSES), len(CLASSES)
    side = plane.x.nunique()
    for axes, (phase, title) in zip(grid[:2], PHASES.items(), strict=True):
        image = plane.sort_values(["y", "x"])[phase].to_numpy(float).reshape(side, side)
        shown = {"cmap": colours, "vmin": -0.5, "vmax": classes - 0.5}
        axes.imshow(image, origin="lower", extent=(0, 1, 0, 1), alpha=0.35, **shown)
        axes.scatter(points.x, points.y, c=points.label, s=3, linewidths=0, **shown)
        axes.set_title(title, fontsize="medium")
        axes.set(xticks=[0, 1], yticks=[0, 1], xlim=(0, 1), ylim=(0, 1))
    for axes, (measure, title) in zip(grid[2:], {"area": "share of the plane", "recall": "accuracy"}.items(), strict=True):
        own = shares[shares.measure == measure]
        own = own.assign(place=own.label.astype(int))
        draw_points(axes, own, "phase", PHASES, ["0.6", BASE[4]])
        axes.set_title(title, fontsize="medium")
        axes.set_xticks(own.place.unique(), [f"class {place + 1}" for place in own.place.unique()])
        for place, label in enumerate(axes.get_xticklabels()):
            label.set(color=CLASSES[place], weight="bold")
        axes.set(ylim=(0, 1.03 if measure == "recall" else 1.3 * own.high.max()))
    changed = shares[shares.measure == "changed_area"].iloc[0]
    grid[2].legend(frameon=False, fontsize="small", loc="upper left")
    share = f"{changed.value:.0%} [{changed.low:.0%}, {changed.high:.0%}]"
    said = f"{share} of the plane\nchanged class, n = {changed.networks:.0f} networks"
    grid[3].text(0.03, 0.04, said, transform=grid[3].transAxes, fontsize="small", color="0.3")


def _draw_digits(part: SubFigure, table: pd.DataFrame) -> None:
    rows, drawn = list(dict.fromkeys(table.readings)), styles(table.network)
    grid = part.subplots(len(rows), 2, squeeze=False, sharex=True, sharey="col")
    titles = {"mean": "mean ε that fools", "clean": "accuracy"}
    for row, readings in enumerate(rows):
        for axes, (measure, title) in zip(grid[row], titles.items(), strict=True):
            panel = table[(table.readings == readings) & (table.measure == measure)]
            for shift, (name, points) in zip((-0.12, 0.12), panel.groupby("network", sort=False), strict=True):
                error = np.abs(points[["low", "high"]].to_numpy().T - points.value.to_numpy())
                options = {"fmt": "o", "markersize": 4, "color": drawn[name]["color"], "label": name}
                axes.errorbar(points.label.astype(int) + shift, points.value, error, **options)
            axes.set(ylabel=title, ylim=(0, 1.03 * table[table.measure == measure].high.max()))
            axes.set_title(readings, loc="right", fontsize="medium")
            axes.set_xticks(sorted(panel.label.astype(int).unique()))
            n = f"n ≥ {panel.examples.min():.0f} a digit"
            axes.text(0.02, 0.03, n, transform=axes.transAxes, fontsize="small", color="0.3")
    for axes in grid[-1]:
        axes.set_xlabel("digit")
    part.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)


def _draw_outputs(part: SubFigure, table: pd.DataFrame) -> None:
    networks = list(table.groupby(["network", "readings"], sort=False))
    grid = part.subplots(1, len(networks), squeeze=False, sharey=True)[0]
    for axes, ((name, readings), panel) in zip(grid, networks, strict=True):
        scores = panel.astype({"label": int, "output": int}).pivot_table(index="label", columns="output", values="value")
        drawn = axes.imshow(scores, cmap="viridis", vmin=0, vmax=table.value.max())
        axes.set_title(fill(f"{name} ({readings})", 22), fontsize="medium")
        axes.set(xlabel="output", xticks=range(scores.shape[1]), yticks=range(scores.shape[0]))
        axes.spines[:].set_visible(False)
    grid[0].set_ylabel("digit")
    part.colorbar(drawn, ax=grid, label=f"mean output, n ≥ {table.examples.min():.0f} a digit")
