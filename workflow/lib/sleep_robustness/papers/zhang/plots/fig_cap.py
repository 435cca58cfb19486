"""What sleep does against the number of weight changes after which it ends, which is not printed."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.names import NETWORKS
from sleep_robustness.plots.style import legend, styles

TITLES = {"clean": "clean images", "blur": "blur, σ = {:g} pixels", "fgsm": "FGSM, ε = {:g}"}


def fig_cap(table: pd.DataFrame) -> Figure:
    """One panel for each kind of input, accuracy of sleep beside the control's. table: that of `cap_rows`."""
    drawn = styles([])
    control, sleep = NETWORKS["control", ""], NETWORKS["sleep", ""]
    figure = Figure(figsize=(11, 3.4), layout="constrained")
    for axes, (panel, title) in zip(figure.subplots(1, len(TITLES), sharey=True), TITLES.items(), strict=True):
        own = table[table.panel == panel]
        slept, base = own[own.defence == "sleep"], own[own.defence == "control"].iloc[0]
        places = np.arange(len(slept))
        axes.axhspan(base.low, base.high, color=drawn[control]["color"], alpha=0.2, linewidth=0)
        axes.axhline(base.value, label=control, **drawn[control])
        error = np.abs(slept[["low", "high"]].to_numpy().T - slept.value.to_numpy())
        axes.errorbar(places, slept.value, error, fmt="s-", color=drawn[sleep]["color"], label=sleep)
        axes.set_xticks(places, ["none" if np.isnan(cap) else f"$10^{{{np.log10(cap):g}}}$" for cap in slept.updates])
        n = f"n = {base.networks:.0f} × {base.examples / base.networks:.0f}"
        axes.text(0.02, 0.03, n, transform=axes.transAxes, fontsize="small", color="0.3")
        axes.set(title=title.format(base.strength), xlabel="weight changes after which sleep ends", ylim=(0, 1))
    figure.axes[0].set_ylabel("accuracy")
    legend(figure, columns=2)
    return figure
