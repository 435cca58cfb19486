"""Figure 7: what the noisy and blurred MNIST images look like."""

import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.names import DISTORTIONS


def fig_7(table: pd.DataFrame) -> Figure:
    """One row for each distortion, one image for each strength. table: distortion, strength, row, column, value in [0, 1]."""
    distortions = list(dict.fromkeys(table.distortion))
    columns = table.groupby("distortion").strength.nunique().max()
    figure = Figure(figsize=(1.3 * columns, 1.6 * len(distortions)), layout="constrained")
    grid = figure.subplots(len(distortions), columns, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for row, distortion in enumerate(distortions):
        part = table[table.distortion == distortion]
        for axes, (strength, image) in zip(grid[row], part.groupby("strength"), strict=False):
            pixels = image.value.to_numpy().reshape(image.row.nunique(), -1)
            axes.imshow(pixels, cmap="gray", vmin=0, vmax=1)
            symbol = {"noise": "variance", "blur": "σ"}.get(distortion, distortion)
            unit = " pixels" if distortion == "blur" else ""
            axes.set_title(f"{symbol} {strength:g}{unit}", fontsize="small")
        grid[row, 0].text(-0.12, 0.5, DISTORTIONS.get(distortion, (distortion, ""))[0], rotation=90, va="center", ha="right",
                          transform=grid[row, 0].transAxes)  # fmt: skip
    return figure
