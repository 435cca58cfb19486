"""FGSM in full."""

import numpy as np
import pandas as pd

from sleep_robustness.names import DATASETS, MEASURES, OBJECTIVES, label, network
from sleep_robustness.tables.style import NETWORK, NUMBERS, in_papers_order, number, unbroken, with_interval


def table_fgsm(summary: pd.DataFrame, original: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """FGSM in full: every measure of every network and variant, beside what the authors' program gave."""
    strengths = original.strength.dropna().unique()
    kept = summary[(summary.strength.isna() | summary.strength.isin(strengths)) & (summary.measure != "success")]
    keys = [*NETWORK, "measure", "strength"]
    seeds = (
        kept[kept.seed != "mean"]
        .groupby(keys, sort=False, dropna=False)
        .value.agg(lambda values: " ".join(number(v) for v in values))
    )
    numbers = kept[kept.seed == "mean"].merge(original.rename(columns={"value": "original"}), how="left", on=keys)
    numbers = numbers.merge(seeds.rename("seeds").reset_index(), on=keys)[[*keys, *NUMBERS, "seeds", "original"]]
    numbers = numbers.assign(difference=numbers.value - numbers.original)
    numbers = in_papers_order(numbers)
    shown = pd.DataFrame(
        {
            "Data set": label(DATASETS, row.dataset),
            "Network": network(row.defence, row.variant),
            "Variant": row.variant,
            "Gradient of": label(OBJECTIVES, row.attack_variant),
            "Measure": label(MEASURES, row.measure) + ("" if np.isnan(row.strength) else f" at ε = {row.strength:g}"),
            "Ours": with_interval(row),
            "Each network": unbroken(row.seeds),
            "Authors' program": number(row.original),
            "Difference": "–" if np.isnan(row.difference) else f"{round(row.difference, 3) + 0.0:+.3f}",
            "n": row.examples,
        }
        for row in numbers.itertuples()
    )
    return numbers, shown
