"""What so many steps of sleep leave of networks, and by how much that is more than of awake ones."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sleep_robustness.metrics import mean_of_networks

AWAKE = 0  # steps of a network that did not sleep
MEASURES = ("clean", "noise", "fgsm", "pgd")


def dose_rows(found: Mapping[tuple[str, int], Mapping[int, Mapping[str, np.ndarray]]]) -> pd.DataFrame:
    """The level of each base after so many steps, and by how much it is above the awake one. found: by base and steps, what is
    `left` of each seed. Columns: base, steps, measure, difference (whether it is one), those of `metrics.mean_of_networks`,
    and p of a difference."""
    rows = []
    for (base, steps), own in found.items():
        awake = found[base, AWAKE]
        for measure in MEASURES:
            levels = [flags[measure].astype(float) for flags in own.values()]
            gains = [flags[measure].astype(float) - awake[seed][measure] for seed, flags in own.items()]
            axes = {"base": base, "steps": steps, "measure": measure}
            rows.append(axes | {"difference": False} | mean_of_networks(levels, share=True))
            if steps != AWAKE:
                rows.append(axes | {"difference": True} | mean_of_networks(gains, tested=True))
    return pd.DataFrame(rows)
