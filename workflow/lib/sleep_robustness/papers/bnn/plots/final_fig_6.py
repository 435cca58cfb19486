"""Final report, Figure 6: auc_log under each attack after the last task, by β of the Lipschitz term and metaplasticity."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sleep_robustness.papers.bnn.plots.lines import by_lipschitz, colours_of, counted
from sleep_robustness.plots.style import draw_points

COLUMNS = {"1": "the first task", "last": "the last task"}
ATTACKS = {
    "fgsm": "FGSM",
    "bim": "BIM",
    "pgd_loss": "PGD",
    "deepfool_linf": "Deep-\nFool",
    "ddn": "DDN",
    "uniform": "noise",
    "pgd": "PGD,\nmargin",
    "square": "Square",
    "transfer": "transfer",
    "worst": "worst",
}
CHANCE = 0.75  # auc_log of what is right on a tenth and never moves
APART = 0.2  # as `draw_points` sets numbers side by side


def final_fig_6(table: pd.DataFrame) -> Figure:
    """One row for each reading and β, one column for the first task and one for the last: auc_log under each attack, a colour
    and a marker for each m; printed values as circles. Below an attack stand how many ε it has, and the largest.

    table: reading, lipschitz, beta, m, task ("1" or "last"), by, strengths, largest, value, low, high, examples,
    networks, printed.
    """
    rows = [
        (reading, beta) for reading, own in table.groupby("reading", sort=False) for beta in sorted(own.beta.dropna().unique())
    ]
    names = sorted(table.by.unique(), key=lambda name: (name == "worst", [*ATTACKS, name].index(name), name))
    figure = Figure(figsize=(10, 0.5 + 2.5 * len(rows)), layout="constrained")
    grid = figure.subplots(len(rows), len(COLUMNS), squeeze=False, sharey=True)
    for line, (reading, beta) in zip(grid, rows, strict=True):
        for axes, (task, title) in zip(line, COLUMNS.items(), strict=True):
            own = table[(table.reading == reading) & (table.beta == beta) & (table.task == task)]
            _draw(axes, own, names, table.m)
            axes.set_title(f"{reading}, {by_lipschitz(beta)}: {title}   {counted(own)}", loc="left", fontsize="small")
        line[0].set_ylabel("auc_log")
    handles = dict(zip(*reversed(grid[0, 0].get_legend_handles_labels()), strict=True))
    names = sorted(handles, key=lambda name: not name.startswith("m "))  # its colours first
    figure.legend([handles[name] for name in names], names, loc="outside lower center", ncols=5, frameon=False)
    return figure


def _draw(axes: Axes, panel: pd.DataFrame, names: list[str], every_m: pd.Series) -> None:
    """One panel. names: the attacks in their order; every_m: what has a colour."""
    colours, panel = colours_of(every_m), panel.assign(place=panel.by.map(names.index))
    draw_points(axes, panel, "m", {m: f"m {m:g}" for m in colours}, list(colours.values()))
    for number, (m, colour) in enumerate(colours.items()):
        own, shift = panel[panel.m == m], APART * (number - (len(colours) - 1) / 2)
        axes.plot(own.place + shift, own.printed, "o", mfc="none", markersize=7, color=colour)
    axes.plot([], [], "o", mfc="none", markersize=7, color="0.3", label="printed")
    axes.axhline(CHANCE, color="0.7", lw=0.8, zorder=0, label="a tenth right at every ε")
    ours = panel.dropna(subset="value").drop_duplicates("by").set_index("by")
    says = {name: f"\n{one.strengths:g} ε\nto {one.largest:g}" for name, one in ours.iterrows()}
    labels = [ATTACKS.get(name, name.replace("_", "\n")) + says.get(name, "") for name in names]
    axes.set(ylim=(0, 1.05), yticks=np.linspace(0, 1, 5), xlim=(-0.5, len(names) - 0.5))
    axes.set_xticks(range(len(names)), labels, fontsize="x-small")
