"""What happens during sleep, for a newcomer."""

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.plots.style import BASE

# what each row of panels shows: its measures, with the dash of each; its axis; up to where that is linear, logarithmic beyond
ROWS = [
    ({"spikes 2": "-"}, "spikes so far,\nlayer 2", 1),
    ({"spikes 3": "-"}, "spikes so far,\nlayer 3", 1),
    ({"spikes 4": "-"}, "spikes so far,\noutput layer", 1),
    ({"raised": "-", "lowered": ":"}, "share of weights\nraised (–), lowered (···)", 0.01),
    ({"clean": "-"}, "accuracy", None),
    ({"F": "-"}, "FGSM score F\n(median ε)", None),
]
COLOURS = {"printed": BASE[0], "released": BASE[3], "inverted": BASE[2]}


def fig_sleep(table: pd.DataFrame) -> Figure:
    """One column for each sleep, one row for each of ROWS, one line for each rule of plasticity, with its interval.

    table: variant, title, rule, step (steps of 1 ms slept), measure ("spikes 2" is that of layer 2), value, low, high,
    examples, networks.
    """
    variants, rules = list(dict.fromkeys(table.variant)), list(dict.fromkeys(table.rule))
    figure = Figure(figsize=(1.2 + 3.2 * len(variants), 1.2 + 1.55 * len(ROWS)), layout="constrained")
    grid = figure.subplots(len(ROWS), len(variants), squeeze=False, sharey="row", sharex="col")
    for column, variant in enumerate(variants):
        own = table[table.variant == variant]
        for row, (measures, title, linear) in enumerate(ROWS):
            axes, panel = grid[row, column], own[own.measure.isin(list(measures))]
            for place, rule in enumerate(rules):
                colour = COLOURS.get(rule, BASE[4 + place])
                for measure, dash in measures.items():
                    line = panel[(panel.rule == rule) & (panel.measure == measure)].sort_values("step")
                    options = {"linewidth": 3.6 - 1.2 * place, "alpha": 0.85}  # lines that coincide stay visible
                    name = f"{rule} rule" if dash == "-" else None
                    axes.plot(line.step, line.value, dash, color=colour, label=name, **options)
                    axes.fill_between(line.step, line.low, line.high, color=colour, alpha=0.15, linewidth=0)
            axes.set_xscale("symlog", linthresh=10)
            if linear:
                axes.set_yscale("symlog", linthresh=linear)
            if not panel.value.any():
                said = "no spike" if "raised" not in measures else "no weight moves"
                axes.text(0.5, 0.5, said, transform=axes.transAxes, ha="center", va="center", color="0.3")
            if column == 0:
                axes.set_ylabel(title, fontsize="small")
        grid[0, column].set_title(own.title.iloc[0], fontsize="medium")
        grid[-1, column].set_xlabel("milliseconds of sleep")
        scored = own[own.measure == "clean"]
        n = f"n = {scored.networks.max()} × {(scored.examples / scored.networks).max():.0f}"
        grid[-2, column].text(0.02, 0.05, n, transform=grid[-2, column].transAxes, fontsize="small", color="0.3")
    for axes in grid[:, 0]:
        axes.set_ylim(bottom=0)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=len(rules), frameon=False)
    return figure
