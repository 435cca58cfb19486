"""Attacks that the paper does not have, most of them within an L∞ limit."""

from collections.abc import Mapping

import pandas as pd

from sleep_robustness.names import ATTACKS, DATASETS, label, network, rank
from sleep_robustness.tables.style import FAULT, NETWORK, NUMBERS, chosen, in_papers_order, unbroken, with_doubts, with_interval


def table_linf(summary: pd.DataFrame, checks: pd.DataFrame, readings: Mapping[str, dict]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Accuracy under attacks with an L∞ limit, beside that under FGSM at the same ε, with what failed of `checks`; of an attack
    without such a limit score F, in rows without an ε.

    summary: FGSM's and theirs, in the same columns.
    """
    parts = []
    for name, reading in readings.items():
        own = chosen(summary, reading, "attacks")
        rows = own[own.measure == "accuracy"]
        beside = [attack for attack in rows.attack.unique() if attack != "fgsm"]
        strengths = rows[rows.attack.isin(beside)].strength.unique()
        rows = rows[rows.attack.isin([*beside, "fgsm"]) & rows.strength.isin(strengths)]
        networks = rows[rows.attack.isin(beside)][["dataset", "defence", "variant"]].drop_duplicates()
        parts.append(rows.merge(networks).assign(reading=name))
        without_limit = (own.measure == "F") & ~own.attack.isin(["fgsm", *beside])
        parts.append(own[without_limit].assign(reading=name))
    numbers = with_doubts(pd.concat(parts)[["reading", *NETWORK, "measure", "strength", *NUMBERS]], checks)
    numbers = in_papers_order(numbers)
    keys, rows = ["reading", "dataset", "defence", "variant", "strength"], []
    attacks = sorted(numbers.attack.unique(), key=lambda name: rank(ATTACKS, name))
    for (reading, dataset, defence, variant, strength), group in numbers.groupby(keys, sort=False, dropna=False):
        row = {
            "Reading": reading,
            "Data set": label(DATASETS, dataset),
            "Network": network(defence, variant),
            "ε": "–" if pd.isna(strength) else f"{strength:g}",
        }
        for name in attacks:
            own = group[group.attack == name].itertuples()
            cells = [f"{'F ' * (r.measure == 'F')}{with_interval(r)} n={r.examples}" for r in own]
            row[label(ATTACKS, name)] = unbroken("".join(cells)) or "–"
        doubts = [f"{label(ATTACKS, r.attack)}: {r.doubts}." for r in group[group.doubts != ""].itertuples()]
        rows.append(row | {FAULT: " ".join(doubts) or "–"})
    return numbers, pd.DataFrame(rows)
