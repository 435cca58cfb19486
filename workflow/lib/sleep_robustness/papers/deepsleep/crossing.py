"""Where DeepSleep overtakes adversarial training as the noise grows (D13)."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from sleep_robustness.metrics import mean_of_networks

ONE, OTHER = "deepsleep", "adversarial_train"
COLUMNS = ["reading", "column", "network", "over", "value", "low", "high", "networks", "note", "printed"]
FEWEST = 3  # scales that a crossing is looked for among


def crossing(scales: Sequence[float], difference: Sequence[float]) -> float:
    """The scale at which a difference of accuracies, one at each of the rising scales, comes to be above 0: the last time, on a
    straight line over the scales' logarithms; nan where it never does."""
    places, above = np.log2(scales), np.asarray(difference) > 0
    ups = np.flatnonzero(~above[:-1] & above[1:])
    if not len(ups):
        return np.nan
    before, after = difference[ups[-1]], difference[ups[-1] + 1]
    share = before / (before - after)
    return float(2 ** (places[ups[-1]] + share * (places[ups[-1] + 1] - places[ups[-1]])))


def crossing_rows(seeds: Mapping[Hashable, pd.DataFrame], printed: pd.DataFrame) -> pd.DataFrame:
    """Where each network that is DeepSleep's overtakes each that is trained on adversarials, in each reading and column.

    seeds: for each seed `accuracies`, of its networks alone; printed: scale, network (a row of the paper's tables), column,
    printed. The mean is of the logarithms, with t over networks; there is none unless all networks cross. Columns: reading,
    column, network, over, value, low, high (scales), networks, note, and printed, where the paper's values cross.
    """
    whole = pd.concat([table.assign(seed=seed) for seed, table in seeds.items()], ignore_index=True)
    groups = whole[whole.row.isin([ONE, OTHER])].groupby(["reading", "column"], sort=False)
    rows = []
    for (reading, column), own in groups:
        theirs = printed[printed.column == column].drop_duplicates(["scale", "network"])
        theirs = theirs.pivot_table("printed", "scale", "network").dropna(subset=[ONE, OTHER])
        place = {
            "reading": reading,
            "column": column,
            "printed": crossing(theirs.index, (theirs[ONE] - theirs[OTHER]).to_numpy()),
        }
        rows += [place | row for row in _pairs(own)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _pairs(own: pd.DataFrame) -> Iterator[dict]:
    """The rows of one reading and column, but for what is printed."""
    values = own.pivot_table("value", ["row", "network", "seed"], "scale")
    if values.shape[1] < FEWEST or not {ONE, OTHER} <= set(own.row):
        return
    ones, others = (values.loc[row].groupby(level="network", sort=False) for row in (ONE, OTHER))
    for (network, one), (other_network, other) in product(ones, others):
        differences = one.droplevel("network") - other.droplevel("network")
        found = np.array([crossing(differences.columns, row) for row in differences.to_numpy()])
        crossed, mean = int(np.isfinite(found).sum()), mean_of_networks([np.array([value]) for value in np.log2(found)])
        yield {
            "network": network,
            "over": other_network,
            **{name: 2 ** mean[name] if crossed == len(found) else np.nan for name in ("value", "low", "high")},
            "networks": len(found),
            "note": "" if crossed == len(found) else f"{crossed} of {len(found)} networks cross",
        }
