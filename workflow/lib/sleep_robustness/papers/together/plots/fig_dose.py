"""What is left after so many steps of sleep."""

import pandas as pd
from matplotlib.figure import Figure

TITLES = {"clean": "clean", "noise": "noise of variance .5", "fgsm": "FGSM", "pgd": "PGD"}
COLOURS = {"clean": "tab:blue", "noise": "tab:green", "fgsm": "tab:orange", "pgd": "tab:red"}
BEFORE = 3  # where the awake network stands on the logarithmic axis


def fig_dose(table: pd.DataFrame) -> Figure:
    """A panel for each base: accuracy against the steps of sleep, by what the images underwent, with intervals; on the left the
    network before its sleep.

    table: base, called (the base), steps, measure, strength (ε of the attacks), value, low, high, networks, examples.
    """
    bases = list(table.base.unique())
    figure = Figure(figsize=(5.2 * len(bases), 4.2), layout="constrained")
    grid = figure.subplots(1, len(bases), squeeze=False, sharey=True)[0]
    for axes, base in zip(grid, bases, strict=True):
        own = table[table.base == base]
        for measure, its in own.groupby("measure", sort=False):
            its = its.sort_values("steps")
            steps, name = its.steps.clip(lower=BEFORE), TITLES[measure]
            attacked = f", ε = {its.strength.iloc[0]:g}" if measure in ("fgsm", "pgd") else ""
            axes.plot(steps, its.value, "o-", color=COLOURS[measure], markersize=4, label=f"{name}{attacked}")
            axes.fill_between(steps, its.low, its.high, color=COLOURS[measure], alpha=0.2, linewidth=0)
        first = own.iloc[0]
        each = own.groupby("measure", sort=False).examples.max() // first.networks
        axes.set_title(f"{first.called}\nn = {first.networks} × {each.max()}, attacked {each.min()}", fontsize="medium")
        axes.set(xscale="log", xlabel="steps of sleep; left: none", ylim=(-0.02, 1.02))
    grid[0].set_ylabel("accuracy")
    grid[0].legend(fontsize="small")
    return figure
