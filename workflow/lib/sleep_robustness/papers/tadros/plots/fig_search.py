"""The search for sleep's parameters (a figure of our own)."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sleep_robustness.plots.style import BASE, draw_points

SCORES = {"F": "F", "I": "I", "common": "common"}
TOP = 0.4  # ε, above all that such searches find but ∞


def fig_search(table: pd.DataFrame, titles: Mapping[str, str], accuracies: Mapping[str, float]) -> Figure:
    """One row for each search. Left, every evaluation and the best so far; middle, score F against accuracy, with what was
    found; right, its scores on other images and networks, over images in several orders.

    table: search and, of the `panel` "history", evaluation, value, clean, F, allowed, found; of "rescored", order, measure
    ("clean", "F", "I", "common", "worst_class"), seen (whether networks of these seeds can be in a search), value, low, high,
    examples, networks. titles: by search; accuracies: the least that a constrained search allows, by search.
    """
    figure = Figure(figsize=(11, 0.6 + 2.6 * len(titles)), layout="constrained")
    grid = figure.subplots(len(titles), 3, squeeze=False, sharey="col", sharex="col")
    columns = list(dict.fromkeys(_column(table[table.panel == "rescored"])))
    for axes, (search, title) in zip(grid, titles.items(), strict=True):
        own = table[table.search == search]
        history, rescored = (own[own.panel == panel] for panel in ("history", "rescored"))
        _draw_course(axes[0], history)
        _draw_scores(axes[1], history, accuracies.get(search))
        _draw_rescored(axes[2], rescored, columns)
        axes[0].set_title(" ", fontsize="medium")  # keeps the height; the title itself reaches over all panels, and widens none
        said = {"fontsize": "small", "weight": "bold", "transform": axes[0].transAxes, "va": "bottom"}
        axes[0].text(0, 1.02, title, **said).set_in_layout(False)
    for axes, label in zip(grid[-1], ("evaluation", "accuracy", "order of the images slept over"), strict=True):
        axes.set_xlabel(label)
    grid[-1, 0].legend(framealpha=0.9, fontsize="x-small", loc="lower right")
    grid[len(titles) // 2, 2].legend(frameon=False, fontsize="x-small", ncols=2, loc="upper right")
    return figure


def _draw_course(axes: Axes, history: pd.DataFrame) -> None:
    """Values by evaluation; hollow are those that are not allowed, left out those undefined."""
    shown, allowed = history[history.value > -1], history.allowed.astype(bool)
    for which, label, style in (
        (True, "counts", {"color": BASE[0]}),
        (False, "a condition is not met", {"facecolor": "none", "edgecolor": "0.6"}),
    ):
        own = shown[allowed[shown.index] == which]
        axes.scatter(own.evaluation, own.value, s=8, linewidths=0.6, label=label, **style)
    best = history.value.where(allowed).cummax().ffill()
    axes.step(history.evaluation, best, where="post", color=BASE[3], label="best so far")
    axes.set(ylabel="value", ylim=(0, None))


def _draw_scores(axes: Axes, history: pd.DataFrame, accuracy: float | None) -> None:
    axes.scatter(history.clean, history.F, s=8, color=BASE[0], linewidths=0)
    found = history[history.found.astype(bool)]
    axes.scatter(found.clean, found.F, s=90, marker="*", color=BASE[3], zorder=3)
    if accuracy is not None:
        axes.axvline(accuracy, color="0.6", linewidth=0.8, linestyle=":")
    axes.set(ylabel="score F", xlim=(0, 1), ylim=(0, None))


def _column(rescored: pd.DataFrame) -> pd.Series:
    """Where new scores stand: by the order of the images, or with those of other networks."""
    return rescored.order.astype(str).where(rescored.seen.astype(bool), "other networks")


def _draw_rescored(axes: Axes, rescored: pd.DataFrame, columns: list[str]) -> None:
    """Scores with their intervals at each order, the control's, and below the accuracy and the worst digit's recall."""
    names = {order: place for place, order in enumerate(columns)}
    placed = rescored.assign(place=_column(rescored).map(names))
    numbers = ["value", "low", "high"]
    draw_points(axes, placed.assign(**placed[numbers].clip(upper=2 * TOP)), "measure", SCORES)  # ∞ is out of sight, and said
    for place, own in placed[np.isinf(placed.value) & placed.measure.isin(list(SCORES))].groupby("place"):
        over = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0}  # the intervals, which go on to ∞
        text = "\n".join(f"{name} ∞" for name in own.measure)
        axes.text(place, 1.01 * TOP, text, ha="center", va="bottom", fontsize="x-small", bbox=over)
    means = placed.pivot_table("value", "place", "measure")
    axes.plot(
        means.index, (means.common - means.gain).where(np.isfinite(means.gain)), "x", color="0.3", label="common, control"
    )
    for place, share in means.iterrows():
        said = {"ha": "center", "fontsize": "x-small", "color": "0.3", "transform": axes.get_xaxis_transform()}
        axes.text(place, 0.02, f"right {share.clean:.2f}\nworst {share.worst_class:.2f}", **said)
    labels = [f"shuffled\n{place}" if name.isdigit() else name.replace(" ", "\n") for name, place in names.items()]
    axes.set_xticks(list(names.values()), labels, fontsize="small")
    axes.set(ylabel="median ε", xlim=(-0.5, len(names) - 0.5), ylim=(0, 1.15 * TOP))
