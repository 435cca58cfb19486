"""The tables behind figures: accuracy by strength, what an attack does to each class, and what each class's outputs are."""

from collections.abc import Mapping

import pandas as pd

from sleep_robustness.names import network
from sleep_robustness.readings import alike
from sleep_robustness.tables.style import NETWORK, NUMBERS, chosen, in_papers_order


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


def by_class(classes: pd.DataFrame, readings: Mapping[str, dict], attack: str, defences: list[str]) -> pd.DataFrame:
    """Class by class what an attack does to the networks of some defences, per group of readings."""
    tables, classes = [], classes[classes.defence.isin(defences)]
    for group, reading in alike(readings, "attacks", [attack]).items():
        tables.append(in_papers_order(chosen(classes, reading, "attacks")).assign(readings=group))
    table = pd.concat(tables).assign(network=lambda t: list(map(network, t.defence, t.variant)))
    return table[["readings", "network", *NETWORK, "label", "measure", *NUMBERS]]


def by_output(scores: pd.DataFrame, classes: pd.DataFrame) -> pd.DataFrame:
    """The mean outputs of each network of `by_class`, once, with all its readings. scores: dataset, defence, variant, label,
    output, then value to note."""
    keys = ["network", "defence", "variant"]
    named = classes[["readings", *keys]].drop_duplicates().groupby(keys, sort=False).readings.agg(", ".join).reset_index()
    table = named.merge(scores, on=["defence", "variant"])
    return table[["readings", "network", "dataset", "defence", "variant", "label", "output", *NUMBERS]]
