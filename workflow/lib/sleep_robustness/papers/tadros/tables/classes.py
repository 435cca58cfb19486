"""The tables behind Figure 5: what an attack does to each class, and what each class's outputs are."""

from collections.abc import Mapping

import pandas as pd

from sleep_robustness.names import network
from sleep_robustness.readings import alike
from sleep_robustness.tables.style import NETWORK, NUMBERS, chosen, in_papers_order


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
