"""What Tables 1 to 3 and Figure 3 share: accuracy under attack, the paper's beside ours."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from sleep_robustness.names import ATTACKS, label, network, network_rank
from sleep_robustness.tables.style import chosen, number, with_interval

DEEPSLEEP = ("described", "released")
# which row of the paper a network is, by what its variant's name begins and ends with; the paper has none of the others
ABLATIONS = ("slow_only", "fast_only", "without_noise", "depth_3", "length_2", "cycles_2")
DEFENCES = {
    "control": ["released"],
    "adversarial_train": ["described", "released"],
    "distilled": ["released", "released_trained", "trained"],
}


def printed_row(defence: str, variant: str) -> str:
    """Which row of the paper's tables a network is, "" for none."""
    if defence == "sleep":  # the defence of Tadros et al. itself
        return "sleep_defence"
    if defence != "deepsleep":
        return defence if variant in DEFENCES.get(defence, []) else ""
    name = variant.removesuffix("_estimated").removeprefix("described_")
    return name if name in (*ABLATIONS, "sleep_defence") else defence if name in DEEPSLEEP else ""


def accuracies(
    summary: pd.DataFrame,
    printed: pd.DataFrame,
    readings: Mapping[str, dict],
    columns: Mapping[str, Mapping[str, str]],
    scales: Collection[int],
) -> pd.DataFrame:
    """Accuracies of each reading's networks at each scale, in the columns of the paper.

    summary: of all attacks; printed: scale, network, column, printed; columns: of each reading what runs in each column, the
    name of an attack. Columns: reading, scale, row (of the paper's tables, "" for none), network, defence, variant, column,
    attack (empty for clean images), value, low, high, examples, networks, note, printed (nan where the paper has no such row).
    What has no limit is the same at all scales.
    """
    rows = []
    for reading, own in readings.items():
        known = chosen(summary[summary.measure == "accuracy"], own, "attacks")
        for scale in scales:
            for column, attack in {"clean": "fgsm", **columns[reading]}.items():
                its = known[known.attack == attack]
                wanted = np.isclose(its.strength, 0 if column == "clean" else scale / 255, atol=1e-4)
                its = its[wanted | ((column != "clean") & np.isinf(its.strength))]
                rows.append(its.assign(reading=reading, scale=scale, column=column, ran="" if column == "clean" else attack))
    table = pd.concat(rows)
    axes = list(zip(table.defence, table.variant, strict=True))
    table = table.assign(row=[printed_row(*one) for one in axes], network=[network(*one) for one in axes])
    printed = printed.rename(columns={"network": "row"}).drop_duplicates(["scale", "row", "column"])
    table = table.merge(printed[["scale", "row", "column", "printed"]], how="left", on=["scale", "row", "column"])
    ranks = pd.DataFrame({"reading": table.reading.map(list(readings).index), "scale": table.scale})
    ranks["network"] = table.network.map(network_rank)
    table = table.iloc[ranks.sort_values(list(ranks), kind="stable").index]
    table = table.drop(columns="attack").rename(columns={"ran": "attack"})
    before = ["reading", "scale", "row", "network", "defence", "variant", "column", "attack"]
    return table[[*before, "value", "low", "high", "examples", "networks", "note", "printed"]]


def by_reading_and_scale(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
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
