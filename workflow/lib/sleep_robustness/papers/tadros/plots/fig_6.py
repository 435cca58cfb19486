"""Figure 6: what the attacks end with."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sleep_robustness.names import ATTACKS, label, network_rank, rank


def fig_6(table: pd.DataFrame) -> Figure:
    """One block of columns for each attack, lettered as in the paper, one block of rows for each reading; in it a row for each
    network, an image for each example, with the network's prediction above it: red where the network is not fooled.

    table: reading, network, attack, example, label, prediction, right (before the attack), fooled, and the pixels p0 to pN.
    """
    attacks = sorted(table.attack.unique(), key=lambda name: rank(ATTACKS, name))
    readings, examples = list(dict.fromkeys(table.reading)), list(dict.fromkeys(table.example))
    kinds = table.network.str.partition(" on ")[0]  # fine-tuned networks, whatever they are tuned on, share a row
    ranks = table.network.map(network_rank).groupby(kinds).min()
    names = {reading: sorted(set(kinds[table.reading == reading]), key=ranks.get) for reading in readings}
    pixels = [name for name in table.columns if name[0] == "p" and name[1:].isdigit()]
    side = int(len(pixels) ** 0.5)
    rows = [len(own) for own in names.values()]
    height = 0.95 * sum(rows)
    figure = Figure(figsize=(2.1 + 0.72 * len(attacks) * len(examples), height))
    edges = {"left": 0.135, "right": 0.99, "top": 1 - 0.57 / height, "bottom": 0.114 / height}
    blocks = figure.add_gridspec(len(readings), len(attacks), height_ratios=rows, hspace=0.08, wspace=0.04, **edges)
    for row, reading in enumerate(readings):
        for column, attack in enumerate(attacks):
            shape, own = (rows[row], len(examples)), names[reading]
            grid = blocks[row, column].subgridspec(*shape, hspace=0.35, wspace=0.05).subplots(squeeze=False)
            panel = table[(table.reading == reading) & (table.attack == attack)]
            for axes in grid.flat:
                axes.set_axis_off()
            for one in panel.to_dict("records"):
                axes = grid[own.index(one["network"].partition(" on ")[0]), examples.index(one["example"])]
                image = np.array([one[name] for name in pixels]).reshape(side, side)
                axes.imshow(image, cmap="gray", vmin=0, vmax=1)
                colour = "black" if one["fooled"] else "tab:red"
                said = f"{one['prediction']}" if one["right"] else f"({one['prediction']})"
                axes.set_title(said, fontsize="small", color=colour, pad=1.5)
            if column == 0:
                for name, axes in zip(own, grid[:, 0], strict=True):
                    axes.text(
                        -0.25, 0.5, f"{name}\n{reading}", ha="right", va="center", fontsize="small", transform=axes.transAxes
                    )
            if row == 0:
                grid[0, 0].text(
                    0, 1.55, f"{'ABCDEFGH'[column]}  {label(ATTACKS, attack)}", weight="bold", transform=grid[0, 0].transAxes
                )
    return figure
