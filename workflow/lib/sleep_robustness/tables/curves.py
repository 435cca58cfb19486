"""The table behind figures of accuracy against strength."""

from collections.abc import Mapping

import pandas as pd

from sleep_robustness.names import network
from sleep_robustness.readings import alike
from sleep_robustness.tables.style import NUMBERS, chosen


def accuracy_curves(
    summary: pd.DataFrame,
    original: pd.DataFrame,
    readings: Mapping[str, dict],
    part: str,
    names: list[str],
    measure: str = "accuracy",
) -> pd.DataFrame:
    """Accuracy against strength, per group of readings: ours with interval, and the original program's where known.

    part: "attacks" or "distortions"; names: which of them; measure: "accuracy", or "accuracy_by_logits" of distortions.
    """
    kind, tables = part.removesuffix("s"), []
    for source, rows in (("ours", summary), ("original program", original.assign(seed="mean"))):
        rows = rows[(rows.measure == measure) & rows[kind].isin(names)]
        for group, reading in alike(readings, part, names).items():
            tables.append(chosen(rows, reading, part).assign(readings=group, source=source))
    table = pd.concat(tables).astype({"examples": "Int64", "networks": "Int64"})
    # of the original program, only the networks that are drawn of ours
    keys = ["readings", "dataset", "defence", "variant", kind]
    drawn = table[table.source == "ours"][keys].drop_duplicates()
    table = table.merge(drawn, on=keys).assign(network=lambda t: list(map(network, t.defence, t.variant)))
    return table[["readings", "dataset", "network", *keys[2:], f"{kind}_variant", "source", "strength", *NUMBERS]]
