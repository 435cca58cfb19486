"""Mid report, Figure 2: a digit under the corruptions."""

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.plots.style import draw_image

LINES = 2  # of images, for each severity


def fig_2(table: pd.DataFrame) -> Figure:
    """For each reading the digit as it is and under each corruption, severity by severity, on one scale from black to white.

    table: reading, corruption, severity, row, column, value in [0, 1].
    """
    readings = list(table.groupby("reading", sort=False))
    heights = [LINES * own.severity[own.severity > 0].nunique() for _, own in readings]
    figure = Figure(figsize=(10, 1.15 * sum(heights) + 0.3 * len(readings)), layout="constrained")
    parts = figure.subfigures(len(readings), 1, squeeze=False, height_ratios=heights)[:, 0]
    for part, (reading, own), lines in zip(parts, readings, heights, strict=True):
        part.suptitle(reading, x=0.01, ha="left", weight="bold", fontsize="medium")
        images = [pixels for _, pixels in own.groupby(["severity", "corruption"], sort=False)]
        grid = part.subplots(lines, -(-len(images) // lines)).flat
        for axes in grid:
            axes.set_axis_off()
        for axes, pixels in zip(part.axes, images, strict=False):
            draw_image(axes, pixels, _title(pixels.corruption.iloc[0], pixels.severity.iloc[0]))
    return figure


def _title(corruption: str, severity: int) -> str:
    return corruption.replace("_", "\n", 1) + (f" {severity}" if severity > 1 else "")
