"""Mid report, Figure 5: images that FGSM makes on the network after the first task."""

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.plots.style import draw_image

WRONG = "#c03020"


def fig_5(table: pd.DataFrame) -> Figure:
    """For each reading a line of digits for each ε, with the class that the network gives each, red where it is wrong.

    table: reading, strength, example, label, prediction, row, column, value in [0, 1].
    """
    readings = list(table.groupby("reading", sort=False))
    strengths, examples = table.strength.nunique(), table.example.nunique()
    figure = Figure(figsize=(1.1 * examples * len(readings), 1.25 * strengths), layout="constrained")
    for part, (reading, own) in zip(figure.subfigures(1, len(readings), squeeze=False)[0], readings, strict=True):
        part.suptitle(reading, weight="bold", fontsize="medium")
        grid = part.subplots(strengths, examples)
        for line, (strength, at) in zip(grid, own.groupby("strength"), strict=True):
            for axes, (_, pixels) in zip(line, at.groupby("example"), strict=True):
                given, label = pixels.prediction.iloc[0], pixels.label.iloc[0]
                draw_image(axes, pixels, f"{label} as {given}" if given != label else f"{given}")
                axes.title.set_color("black" if given == label else WRONG)
            line[0].set_ylabel(f"ε {strength:g}", fontsize="small")
    return figure
