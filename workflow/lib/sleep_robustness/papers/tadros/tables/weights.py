"""The tables behind the figures of weights: the spread of each network, and every weight of one network of each kind."""

from collections.abc import Iterable, Mapping

import pandas as pd

from sleep_robustness.names import network, network_rank
from sleep_robustness.tables.style import NUMBERS


def weight_spreads(weights: pd.DataFrame, readings: Mapping[str, dict]) -> pd.DataFrame:
    """The weight spread of the networks that each reading names, readings in their order. weights: reading, dataset, defence,
    variant, measure, then value to note."""
    spread = weights[weights.measure == "spread"].rename(columns={"reading": "readings"})
    spread = spread.sort_values("readings", key=lambda names: names.map(list(readings).index), kind="stable")
    spread = spread.assign(network=lambda t: list(map(network, t.defence, t.variant)))
    return spread[["readings", "dataset", "network", "defence", "variant", "measure", *NUMBERS]]


def weights_of_one(weights: pd.DataFrame, networks: Iterable[tuple[str, str, str]]) -> pd.DataFrame:
    """The weights of the first seed's networks, in the paper's order of networks; those of one defence that have equal weights,
    as where they differ in how they are attacked alone, as one, with the readings of all.

    weights: defence, variant, seed, output, input, role, weight; networks: (reading, defence, variant).
    """
    first, tables = weights[weights.seed == weights.seed.min()], {}
    for reading, defence, variant in networks:
        own = first[(first.defence == defence) & (first.variant == variant)]
        readings, table = tables.get((defence, tuple(own.weight)), ([], own))
        tables[defence, tuple(own.weight)] = ([*readings, reading], table)
    named = [
        table.assign(readings=", ".join(dict.fromkeys(readings)), network=lambda t: list(map(network, t.defence, t.variant)))
        for readings, table in tables.values()
    ]
    named.sort(key=lambda table: network_rank(table.network.iloc[0]))
    return pd.concat(named)[["readings", "network", "defence", "variant", "seed", "output", "input", "role", "weight"]]
