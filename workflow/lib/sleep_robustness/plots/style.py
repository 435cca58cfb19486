"""What all figures share: one palette that the colour-blind can tell apart, sizes and fonts."""

from pathlib import Path

import matplotlib
import seaborn as sns
from matplotlib.figure import Figure

from sleep_robustness.files import atomic
from sleep_robustness.names import DEFENCES

matplotlib.use("Agg")
sns.set_theme(context="paper", style="ticks", font_scale=1.1, rc={"axes.spines.top": False, "axes.spines.right": False})

PALETTE = dict(zip(DEFENCES, sns.color_palette("colorblind", len(DEFENCES)), strict=True))
OTHER = sns.color_palette("colorblind", 10)[len(DEFENCES) :]  # for defences that the paper does not have


def colours(defences: list[str]) -> dict[str, tuple]:
    """A colour for each defence: the paper's four always have the same."""
    others = [defence for defence in defences if defence not in PALETTE]
    return PALETTE | {defence: OTHER[number % len(OTHER)] for number, defence in enumerate(others)}


def save(figure: Figure, pdf: str, png: str) -> None:
    """Write both forms, with nothing in them that differs from run to run."""
    for path, metadata in ((pdf, {"CreationDate": None}), (png, {"Software": None})):
        with atomic(Path(path)) as temporary:
            figure.savefig(temporary, dpi=200, metadata=metadata)
