"""How much of what a network withstands is of images that were made on another one, or of a gradient that it hides (D14)."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from sleep_robustness.metrics import Arrays, mean_of_networks
from sleep_robustness.papers.deepsleep.plan import GAP

MARGIN = "by the margin"
KINDS = dict(zip(GAP, ("transferred", "loss", "margin"), strict=True))
DIFFERENCES = [("loss", "transferred"), ("margin", "transferred"), ("loss", "margin")]


def transferred_and_own(summary: pd.DataFrame, scale: int = 64) -> pd.DataFrame:
    """Each network's accuracy under PGD three ways, and on clean images: images made on the control, those made on the network
    itself by the loss, and by the margin of its logits.

    summary: of pgd_loss, transfers among them, and of pgd. Columns: defence, variant, kind, value, low, high, examples,
    networks.
    """
    levels = summary[(summary.measure == "accuracy") & (summary.seed == "mean")]
    at, clean = np.isclose(levels.strength, scale / 255, atol=1e-4), levels.strength == 0
    kinds = {
        "clean": clean & (levels.attack == "pgd_loss") & (levels.attack_variant == "described"),
        "made on the control": at & (levels.attack == "pgd_loss") & (levels.attack_variant == "shared"),
        "by the loss": at & (levels.attack == "pgd_loss") & (levels.attack_variant == "described"),
        MARGIN: at & (levels.attack == "pgd"),
    }
    table = pd.concat([levels[rows].assign(kind=kind) for kind, rows in kinds.items()])
    return table[["defence", "variant", "kind", "value", "low", "high", "examples", "networks"]]


def gap_rows(runs: pd.DataFrame, read: Callable[[str], Arrays], scale: int = 64) -> pd.DataFrame:
    """By how much more images a network withstands under one PGD than under another, at a noise scale, image by image.

    runs: dataset, reading, defence, variant, seed, attack, attack_variant, path, of those in GAP. Columns: the first four,
    measure ("loss_less_transferred", …), and those of `metrics.mean_of_networks`.
    """
    axes, rows = ["dataset", "reading", "defence", "variant"], []
    for key, own in runs.groupby(axes, sort=False):
        seeds = []
        for _, files in own.groupby("seed", sort=False):
            kinds = [KINDS[one] for one in zip(files.attack, files.attack_variant, strict=True)]
            seeds.append({kind: _right_at(read(path), scale / 255) for kind, path in zip(kinds, files.path, strict=True)})
        for one, other in DIFFERENCES:
            differences = [(seed[one] - seed[other]).dropna().to_numpy() for seed in seeds]
            row = mean_of_networks(differences)
            rows.append(dict(zip(axes, key, strict=True)) | {"measure": f"{one}_less_{other}", **row})
    return pd.DataFrame(rows)


def _right_at(arrays: Arrays, epsilon: float) -> pd.Series:
    """Whether each example is right under an attack of a strength, 0 or 1, by example."""
    column = int(np.abs(arrays["strengths"] - epsilon).argmin())
    return pd.Series(arrays["right"][:, column].astype(float), arrays["example"])
