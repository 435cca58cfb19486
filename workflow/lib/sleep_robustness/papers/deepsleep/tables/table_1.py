"""Tables 1 and 2: accuracy under attack, the paper's beside ours."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sleep_robustness.names import ATTACKS, label, network, network_rank
from sleep_robustness.tables.style import chosen, number, with_interval

SCALES = {64: 64 / 255, 128: 128 / 255}  # the printed noise scales, and their ε
PRINTED = {
    ("control", ""): "control",
    ("adversarial_train", ""): "adversarial_train",
    ("distilled", ""): "distilled",
    ("deepsleep", ""): "deepsleep",
    ("deepsleep", "slow_only"): "slow_only",
    ("deepsleep", "fast_only"): "fast_only",
    ("deepsleep", "sleep_defence"): "sleep_defence",
}  # which row of the paper a network is; the paper has none of OURS
OURS = [("adversarial_train", "strong"), ("distilled", "kept"), ("deepsleep", "unslept")]


def accuracies(
    summary: pd.DataFrame, printed: pd.DataFrame, readings: Mapping[str, dict], columns: Mapping[str, Mapping[str, str]]
) -> pd.DataFrame:
    """Accuracies of each reading's networks at each scale, in the columns of the paper.

    summary: of all attacks; printed: scale, network, column, printed; columns: of each reading what runs in each column, the
    name of an attack. Columns: reading, scale, network, defence, variant, column, attack (empty for clean images), value, low,
    high, examples, networks, note, printed (nan where the paper has no such row). What has no limit is the same at both scales.
    """
    rows = []
    for reading, own in readings.items():
        known = chosen(summary[summary.measure == "accuracy"], own, "attacks")
        for scale, epsilon in SCALES.items():
            for column, attack in {"clean": "fgsm", **columns[reading]}.items():
                its = known[known.attack == attack]
                wanted = np.isclose(its.strength, 0 if column == "clean" else epsilon, atol=1e-4)
                its = its[wanted | ((column != "clean") & np.isinf(its.strength))]
                rows.append(its.assign(reading=reading, scale=scale, column=column, ran="" if column == "clean" else attack))
    table = pd.concat(rows)
    axes = list(zip(table.defence, table.variant, strict=True))
    table["network"] = ["" if one in OURS else PRINTED.get(one) or PRINTED[one[0], ""] for one in axes]
    table = table.merge(printed, how="left", on=["scale", "network", "column"])
    axes = list(zip(table.defence, table.variant, strict=True))
    table["network"] = [network(*one) for one in axes]
    ranks = pd.DataFrame({"reading": table.reading.map(list(readings).index), "scale": table.scale})
    ranks["network"] = table.network.map(network_rank)
    table = (
        table.iloc[ranks.sort_values(list(ranks), kind="stable").index].drop(columns="attack").rename(columns={"ran": "attack"})
    )
    before = ["reading", "scale", "network", "defence", "variant", "column", "attack"]
    return table[[*before, "value", "low", "high", "examples", "networks", "note", "printed"]]


def table_1(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(numbers, for a reader), from `accuracies`: a row for each reading, scale and network, and in each column ours, with its
    interval, the paper's and what ran."""
    rows = []
    for (reading, scale, name), group in table.groupby(["reading", "scale", "network"], sort=False):
        row = {"Reading": reading, "Noise scale": f"{scale}/255", "Network": name}
        for cell in group.itertuples():
            what = f" {label(ATTACKS, cell.attack)}:" if cell.attack else ""
            paper = "" if np.isnan(cell.printed) else f"; paper {number(cell.printed)}"
            row[cell.column] = f"{what} {with_interval(cell)}{paper}".strip()
        rows.append(row | {"Networks": group.networks.max(), "Images": _images(group)})
    return table, pd.DataFrame(rows).fillna("–")


def _images(group: pd.DataFrame) -> str:
    """How many images of one network the cells of a row count, the fewest to the most."""
    each = (group.examples / group.networks).round().astype(int)
    return str(each.min()) if each.min() == each.max() else f"{each.min()} to {each.max()}"
