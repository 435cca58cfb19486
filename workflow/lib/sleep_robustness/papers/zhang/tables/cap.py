"""What a sleep gives against the number of weight changes after which it ends."""

from collections.abc import Mapping

import pandas as pd

from sleep_robustness.errors import UserError
from sleep_robustness.tables.style import NUMBERS

# panel: where the summary has it, and at which strength
SHOWN = {"clean": ("blur", 0.0), "blur": ("blur", 2.5), "fgsm": ("fgsm", 0.1)}


def cap_rows(summaries: Mapping[str, pd.DataFrame], caps: Mapping[str, int | None]) -> pd.DataFrame:
    """Accuracy of clean images, under blur and under FGSM, of the control and of each sleep: means over networks.

    summaries: of blur and of the FGSM that all networks are shown, by name; caps: for each variant of sleep the weight changes
    after which it ends, or None. Columns: panel, strength, defence, variant, updates (empty: no cap, or the control), NUMBERS.
    """
    rows = []
    for panel, (name, strength) in SHOWN.items():
        table = summaries[name]
        at = table[(table.seed == "mean") & (table.measure == "accuracy") & ((table.strength - strength).abs() < 1e-9)]
        if at.empty:
            raise UserError(f"fig_cap: {name} has no accuracy at {strength:g}; add this strength to the config of zhang.")
        slept = at[(at.defence == "sleep") & at.variant.isin(list(caps))]
        slept = slept.assign(updates=slept.variant.map(caps)).sort_values("updates", na_position="last")
        rows.append(pd.concat([at[at.defence == "control"], slept]).assign(panel=panel))
    return pd.concat(rows, ignore_index=True)[["panel", "strength", "defence", "variant", "updates", *NUMBERS]]
