"""What sleep does against the time constant of its leak (a figure of our own)."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sleep_robustness.plots.style import BASE

PANELS = {
    "clean": "accuracy",
    "F": "FGSM score F (median ε)",
    "never_fooled": "never fooled, of those right",
    "neurons": "neurons that spike",
}
# what is drawn besides at no leak: the voltage after a spike
RESETS = {"zero": ("to 0 at a spike", "o", 0.0), "subtract": ("less the threshold", "s", 0.25), "none": ("kept", "D", 0.5)}


def fig_leak(table: pd.DataFrame) -> Figure:
    """A panel for each of PANELS: its mean over networks with its interval at each time constant, and each network's value.

    table: constant (seconds, ∞ for no leak), reset ("awake" is the control), seed, measure, layer, value, low, high, examples,
    networks.
    """
    figure = Figure(figsize=(10, 6.4), layout="constrained")
    constants = sorted(table.constant.dropna().unique())
    for axes, (measure, title) in zip(figure.subplots(2, 2, sharex=True).flat, PANELS.items(), strict=True):
        own = table[table.measure == measure]
        for number, (layer, part) in enumerate(own.groupby("layer", dropna=False)):
            colour = BASE[(3, 0, 2)[number % 3]]
            for reset, (says, marker, shift) in RESETS.items():
                drawn = part[part.reset == reset].assign(place=lambda t: [constants.index(one) for one in t.constant])
                label = f"voltage {says}" if pd.isna(layer) else f"layer {layer:.0f}" if reset == "zero" else None
                _draw(axes, drawn.assign(place=drawn.place + shift), marker, colour, label)
        awake = own[(own.reset == "awake") & (own.seed == "mean")]
        for row in awake.itertuples():
            axes.axhline(row.value, color="0.3", linestyle="--", linewidth=1, label="control, awake")
            axes.axhspan(row.low, row.high, color="0.3", alpha=0.12, linewidth=0)
        axes.set(ylabel=title, ylim=(0, 1 if measure in ("clean", "never_fooled") else None))
        axes.legend(frameon=False, fontsize="x-small")
        axes.set_xticks(range(len(constants)), [_seconds(one) for one in constants], fontsize="x-small")
    for axes in figure.axes[2:]:
        axes.set_xlabel("time constant of the leak; ∞ is none")
    scored = table[(table.measure == "clean") & (table.seed == "mean")]
    n = f"n = {scored.networks.max()} × {(scored.examples / scored.networks).max():.0f}"
    figure.axes[0].text(0.02, 0.03, n, transform=figure.axes[0].transAxes, fontsize="small", color="0.3")
    return figure


def _draw(axes: Axes, part: pd.DataFrame, marker: str, colour, label: str | None) -> None:
    """The mean over networks with its interval, and small dots for the networks."""
    means, networks = part[part.seed.astype(str) == "mean"].sort_values("place"), part[part.seed.astype(str) != "mean"]
    error = np.abs(means[["low", "high"]].to_numpy(float).T - means.value.to_numpy(float))
    axes.errorbar(means.place, means.value, error, fmt=f"{marker}-", markersize=4, color=colour, label=label)
    axes.plot(networks.place, networks.value, ".", markersize=3, color="0.5", zorder=3)


def _seconds(constant: float) -> str:
    if np.isinf(constant):
        return "∞"
    return f"{constant:g} s" if constant >= 1 else f"{1000 * constant:g} ms"
