"""How much of what a network withstands is of images that were made on another one, or of a gradient that it hides (D14), and
what the worst of all attacks leaves (D2, D8)."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd

from sleep_robustness.metrics import Arrays, mean_of_networks
from sleep_robustness.papers.deepsleep.plan import GAP

MARGIN, WORST = "by the margin", "the worst of all attacks"
KINDS = dict(zip(GAP, ("transferred", "loss", "margin"), strict=True))
DIFFERENCES = [("loss", "transferred"), ("margin", "transferred"), ("loss", "margin")]


def transferred_and_own(summary: pd.DataFrame, gap: pd.DataFrame, scale: int = 64) -> pd.DataFrame:
    """Each network's accuracy under PGD three ways, and on clean images: images made on the control, those made on the network
    itself by the loss, and by the margin of its logits; and under the worst of all attacks.

    summary: of pgd_loss, transfers among them, and of pgd; gap: `worst_rows` and others. Columns: defence, variant, kind,
    value, low, high, examples, networks.
    """
    levels = summary[(summary.measure == "accuracy") & (summary.seed == "mean")]
    at, clean = np.isclose(levels.strength, scale / 255, atol=1e-4), levels.strength == 0
    kinds = {
        "clean": clean & (levels.attack == "pgd_loss") & (levels.attack_variant == "described"),
        "made on the control": at & (levels.attack == "pgd_loss") & (levels.attack_variant == "shared"),
        "by the loss": at & (levels.attack == "pgd_loss") & (levels.attack_variant == "described"),
        MARGIN: at & (levels.attack == "pgd"),
    }
    worst = gap[(gap.measure == "worst") & np.isclose(gap.strength, scale / 255, atol=1e-4)].assign(kind=WORST)
    table = pd.concat([*(levels[rows].assign(kind=kind) for kind, rows in kinds.items()), worst], ignore_index=True)
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


def worst_rows(
    runs: pd.DataFrame, read: Callable[[str], Arrays], control: str, scales: Sequence[int] = (64, 128)
) -> pd.DataFrame:
    """What the worst of all attacks leaves of each network at each noise scale: of the images that every attack was tried on,
    those that are right under every one, images that were made on the control among them.

    runs: as for `gap_rows`, but of all attacks; control: the control's variant. Columns: dataset, reading, defence, variant,
    measure ("worst"; "worst_difference", less the control of the same seed, with p and the level of both networks), strength,
    and those of `metrics.mean_of_networks`.
    """
    axes, rows = ["dataset", "reading", "defence", "variant"], []
    for scale in scales if len(runs) else []:
        left = {
            key: [_left(files.path.map(read), scale / 255) for _, files in own.groupby("seed", sort=False)]
            for key, own in runs.groupby(axes, sort=False)
        }
        for key, own in left.items():
            of_control = left[(*key[:2], "control", control)]
            before = dict(zip(axes, key, strict=True)) | {"strength": round(scale / 255, 5)}
            level = mean_of_networks([one.to_numpy() for one in own], share=True)
            rows.append(before | {"measure": "worst"} | level)
            if key[2] != "control":
                differences = [(one - other).dropna().to_numpy() for one, other in zip(own, of_control, strict=True)]
                levels = {"level": level["value"], "other_level": np.mean([one.mean() for one in of_control])}
                rows.append(before | {"measure": "worst_difference"} | mean_of_networks(differences, tested=True) | levels)
    return pd.DataFrame(rows, columns=None if rows else [*axes, "strength", "measure"])


def _left(attacks: Iterable[Arrays], epsilon: float) -> pd.Series:
    """Whether each example is right under every attack that has the strength, 0 or 1, by example."""
    found = [_right_at(arrays, epsilon) for arrays in attacks if np.isclose(arrays["strengths"], epsilon, atol=1e-4).any()]
    return pd.concat(found, axis=1, join="inner").min(axis=1)


def _right_at(arrays: Arrays, epsilon: float) -> pd.Series:
    """Whether each example is right under an attack of a strength, 0 or 1, by example."""
    column = int(np.abs(arrays["strengths"] - epsilon).argmin())
    return pd.Series(arrays["right"][:, column].astype(float), arrays["example"])
