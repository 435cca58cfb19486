"""The points of fig_1, from the numbers of table_1."""

from collections.abc import Mapping

import pandas as pd


def points(numbers: pd.DataFrame, names: Mapping[str, str], strength: str) -> pd.DataFrame:
    """The points of `fig_1`, of the numbers of `table_1.table_rows`; names: how each paper is called; strength: the ε of the
    left panel, as its columns spell it."""
    found = []
    for number, row in enumerate(numbers.to_dict("records"), start=1):
        one = {"number": number, "method": row["name"], "paper": row["paper"], "called": names[row["paper"]]}
        one |= {f"clean{end}": row[f"clean_acc{end}"] for end in ("", "_low", "_high")}
        one |= {"claimed_clean": row["reported_clean_acc"], "claimed_robust": row["reported"]}
        one |= {"networks": row["networks"], "examples": row["attacked"]}
        robust = {f"robust{end}": row[f"robust_acc_{strength}{end}"] for end in ("", "_low", "_high")}
        found.append({"panel": "measured", "strength": float(strength)} | one | robust)
        if not pd.isna(row["reported_clean_acc"]) and not pd.isna(row["reported"]):
            robust = {f"robust{end}": row[f"robust_acc{end}"] for end in ("", "_low", "_high")}
            found.append({"panel": "claimed", "strength": row["eps"]} | one | robust)
    return pd.DataFrame(found)
