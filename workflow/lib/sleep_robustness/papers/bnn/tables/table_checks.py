"""What shows that something is amiss with a network that learnt tasks, or with an attack on it."""

import numpy as np
import pandas as pd

from sleep_robustness.papers.bnn.doubts import CHECKS


def table_checks(rows: pd.DataFrame) -> pd.DataFrame:
    """For a reader: a row for each check, and for each ε where it is of an attack, a column for each reading with the mean over
    networks and the largest. rows: of `doubts.check_rows`."""
    shown, order = [], {name: place for place, name in enumerate(CHECKS)}
    rows = rows.sort_values("measure", key=lambda names: names.map(order), kind="stable")
    for (measure, strength), own in rows.groupby(["measure", "strength"], sort=False, dropna=False):
        where = "" if np.isnan(strength) else f", ε {strength:g}"
        row = {"Check": CHECKS[measure].says + where, "At most": f"{CHECKS[measure].limit:g}"}
        for one in own.itertuples():
            doubt = "passed" if one.passed else "in doubt"
            row[one.reading] = f"{one.value:.3f}; {one.largest:.3f} at most: {doubt} (n = {one.networks})"
        shown.append(row)
    return pd.DataFrame(shown).fillna("–")
