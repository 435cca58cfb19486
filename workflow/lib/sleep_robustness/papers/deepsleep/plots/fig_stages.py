"""What each stage of DeepSleep does to the filters, to the accuracy, and how many spikes it takes (a figure of our own)."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from sleep_robustness.plots.style import BASE, draw_points, panel_title

AFTER = {"control": "control", "slow": "slow-wave sleep", "fast": "fast-wave sleep", "asleep": "the spiking network"}
MEASURES = {"clean": "as handed back", "clean_estimated": "statistics estimated"}
CHANGES = {"roughness": "rougher", "turned": "turned (1 − cosine)"}
LAYERS = {"conv1": "first convolution", "conv2": "second convolution", "linear": "linear layer"}


def fig_stages(table: pd.DataFrame) -> Figure:
    """One row for each reading: the filters of the first convolution after each stage, accuracies, spikes by level, and how the
    filters have changed.

    table: part, "filters" (reading, after, filter, row, column, value) or "numbers" (reading, after, layer, measure, epoch,
    steps, value, low, high, examples, networks).
    """
    readings = list(dict.fromkeys(table.reading))
    figure = Figure(figsize=(14, 0.3 + 3.1 * len(readings)), layout="constrained")
    for part, reading in zip(figure.subfigures(len(readings), 1, squeeze=False)[:, 0], readings, strict=True):
        own = table[table.reading == reading]
        left, right = part.subfigures(1, 2, width_ratios=(1, 1.7))
        panel_title(part, reading)
        _draw_filters(left, own[own.part == "filters"])
        accuracies, spikes, changes = right.subplots(1, 3)
        _draw_accuracies(accuracies, own[(own.part == "numbers") & own.measure.isin(MEASURES)])
        _draw_spikes(spikes, own[(own.part == "numbers") & (own.measure == "spikes")])
        _draw_changes(changes, own[(own.part == "numbers") & own.measure.isin(CHANGES)])
    return figure


def _draw_filters(part: SubFigure, filters: pd.DataFrame) -> None:
    """A row for each stage, a column for each filter."""
    stages = [name for name in AFTER if name in set(filters.after)]
    grid = part.subplots(len(stages), filters["filter"].nunique(), squeeze=False)
    for row, stage in zip(grid, stages, strict=True):
        for axes, (_, pixels) in zip(row, filters[filters.after == stage].groupby("filter"), strict=True):
            values = pixels.sort_values(["row", "column"]).value.to_numpy().reshape(pixels.row.nunique(), -1)
            axes.imshow(values, cmap="RdBu_r", vmin=-1, vmax=1)
            axes.set(xticks=[], yticks=[])
        row[0].set_ylabel(AFTER[stage].replace(" ", "\n"), fontsize="small", rotation=0, ha="right", va="center")


def _draw_accuracies(axes: Axes, numbers: pd.DataFrame) -> None:
    """Clean accuracy after each stage."""
    stages = [name for name in AFTER if name in set(numbers.after)]
    placed = numbers.assign(place=numbers.after.map(stages.index))
    draw_points(axes, placed, "measure", MEASURES)
    axes.set_xticks(
        range(len(stages)),
        [AFTER[name].replace("-wave ", "-wave\n").replace("spiking ", "spiking\n") for name in stages],
        fontsize="x-small",
    )
    axes.set(ylim=(0, 1.35), yticks=[0, 0.2, 0.4, 0.6, 0.8, 1], ylabel="clean accuracy")
    n = f"n = {numbers.networks.max():.0f} × {(numbers.examples / numbers.networks).max():.0f}"
    axes.text(0.98, 0.03, n, transform=axes.transAxes, ha="right", fontsize="small", color="0.3")
    axes.legend(frameon=False, fontsize="small", loc="upper left")


def _draw_spikes(axes: Axes, spikes: pd.DataFrame) -> None:
    """Spikes of a neuron for an image, level by level of slow sleep."""
    for (layer, name), colour in zip(LAYERS.items(), BASE[2:], strict=False):
        own = spikes[spikes.layer == layer].sort_values("epoch")
        if len(own):
            axes.errorbar(
                own.epoch, own.value, [own.value - own.low, own.high - own.value], fmt="o-", ms=4, label=name, color=colour
            )
    levels = spikes.drop_duplicates("epoch").sort_values("epoch")
    axes.set_xticks(levels.epoch, [f"{steps:.0f}" for steps in levels.steps])
    axes.set(xlabel="steps of the level", ylabel="spikes of a neuron for an image", ylim=(0, 1.35 * spikes.high.max()))
    axes.legend(frameon=False, fontsize="small", loc="upper left")


def _draw_changes(axes: Axes, changes: pd.DataFrame) -> None:
    """How much rougher the filters are than the control's, and how far they have turned, layer by layer."""
    layers = [name for name in LAYERS if name in set(changes.layer)]
    for number, (after, own) in enumerate(changes.groupby("after", sort=False)):
        placed = own.assign(place=own.layer.map(layers.index) + 0.4 * (number - 0.5))
        labels = {name: f"{text}, {AFTER[after]}" for name, text in CHANGES.items()}
        draw_points(axes, placed, "measure", labels, BASE[2 * number + 2 :])
    axes.axhline(0, color="0.6", linewidth=0.8)
    axes.set_xticks(range(len(layers)), [LAYERS[name].replace(" ", "\n") for name in layers], fontsize="x-small")
    axes.set_ylabel("change since the control")
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.5 * (high - low))
    axes.legend(frameon=False, fontsize="x-small", loc="upper left")
