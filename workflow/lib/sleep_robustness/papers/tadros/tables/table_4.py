"""Table 4: the Boundary Attack under a threshold."""

from collections.abc import Mapping

import pandas as pd

from sleep_robustness.names import DATASETS, label, network
from sleep_robustness.tables.style import (
    FAULT,
    NETWORK,
    NUMBERS,
    by_variant,
    doubts_of,
    in_papers_order,
    number,
    unbroken,
    with_doubts,
    with_interval,
)


def table_4(
    thresholds: pd.DataFrame, checks: pd.DataFrame, printed: pd.DataFrame, readings: Mapping[str, dict]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table 4: the Boundary Attack where an adversarial farther than a threshold counts as not found, under both readings of
    the threshold, beside the printed score, with what failed of `checks`. printed: dataset, defence, printed."""
    numbers = thresholds[thresholds.seed == "mean"].merge(printed, how="left", on=["dataset", "defence"])
    numbers = in_papers_order(with_doubts(numbers[["reading", *NETWORK, "measure", "printed", *NUMBERS]], checks))
    rows = []
    for (dataset, defence), group in numbers.groupby(["dataset", "defence"], sort=False):
        row = {"Data set": label(DATASETS, dataset), "Network": network(defence, group.variant.iloc[0])}
        row["Paper"] = number(group.printed.iloc[0], 4)
        for name in readings:
            for kind, title in (("l2", "L2 ≤ 1"), ("square", "mean square ≤ 1")):
                texts = {}
                for variant, own in group[group.reading == name].groupby("variant", sort=False):
                    by_measure = {r.measure: r for r in own.itertuples()}
                    found = [(word, by_measure[f"{measure}_{kind}"]) for measure, word in (("F", "F"), ("success", "found"))]
                    texts[variant] = "; ".join(unbroken(f"{word} {with_interval(r, 4)} n={r.examples}") for word, r in found)
                row[f"Ours, {name} reading, {title}"] = by_variant(texts)
        rows.append(row | {FAULT: doubts_of(group)})
    return numbers, pd.DataFrame(rows)
