"""Final report, Figure 3: accuracy on each task after the last, by metaplasticity, width and epochs; and time."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sleep_robustness.papers.bnn.plots.lines import colours_of, counted, draw_lines, legend


def final_fig_3(table: pd.DataFrame) -> Figure:
    """One row for each reading and number of epochs, one panel for each width: a line over the tasks for each m, printed values
    as circles; on the left the seconds that an epoch took here, by width.

    table: part ("accuracy" or "time"), reading, epochs and width (their names), size (the width itself), m, task, value, low,
    high, examples, networks, printed; times are seconds, and have no task.
    """
    rows = list(table.groupby(["reading", "epochs"], sort=False))
    widths = dict(table.sort_values("size").drop_duplicates("width").dropna(subset="size").set_index("width")["size"])
    figure = Figure(figsize=(10, 0.9 + 2 * len(rows)), layout="constrained")
    grid = figure.subplots(len(rows), 1 + len(widths), squeeze=False, width_ratios=[0.7, *[1] * len(widths)])
    for line, ((reading, epochs), own) in zip(grid, rows, strict=True):
        _draw_times(line[0], own[own.part == "time"], widths)
        line[0].set_title(f"{reading}, {epochs}", loc="left", fontsize="medium")
        for axes, (width, size) in zip(line[1:], widths.items(), strict=True):
            panel = own[(own.part == "accuracy") & (own.width == width)]
            draw_lines(axes, panel, "task", "m", colours_of(table.m), "m {:g}")
            if panel.value.isna().all():
                axes.text(0.5, 0.5, "not run", transform=axes.transAxes, ha="center", color="0.3")
            axes.set_title(f"{size:g} units   {counted(panel)}", fontsize="small")
        line[1].set_ylabel("accuracy after the last")
    for axes in grid[-1][1:]:
        axes.set_xlabel("task")
    legend(figure, columns=8)
    return figure


def _draw_times(axes: Axes, times: pd.DataFrame, widths: Mapping[str, float]) -> None:
    places = {width: place for place, width in enumerate(widths)}
    axes.bar(times.width.map(places), times.value, color="0.75")
    axes.set_xticks(list(places.values()), [f"{size:g}" for size in widths.values()])
    axes.set_ylabel("seconds an epoch")
