"""How much of what a network withstands is of images that were made on another one."""

import numpy as np
import pandas as pd

MARGIN = "by the margin"


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
