"""All defences under one evaluation: what each withstands, beside what its paper claims."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sleep_robustness.tables.style import number, unbroken, with_interval


def table_rows(
    rows: Mapping[str, Mapping], strengths: Sequence[float], levels: pd.DataFrame, prices: pd.DataFrame
) -> pd.DataFrame:
    """A row for each network, in order. RobustBench's columns keep their names, as shares where it has per cent: name,
    architecture, clean_acc, autoattack_acc (here one for each ε, autoattack_acc_EPS), reported (the robust accuracy that the
    paper claims) and eps (of the claim), unreliable (doubts about the attacks together, "" if there are none).

    Columns of ours: row, paper, kind and against (the row that it is compared with); reported_clean_acc, reported_attack and
    reported_in; robust_acc_EPS under the worst attack, and robust_acc at the eps of the claim; l2, noise, blur, corruptions,
    kept and forgetting; what prices has; beaten, the single attacks by gradient that leave more than one that needs none;
    note, where a column holds no number; networks, and how many images were attacked. Numbers that have an interval have
    columns NAME_low and NAME_high beside.

    rows, strengths: of the config; levels: of `summary.level_rows`; prices: row, multiply_adds (of an image),
    training_multiply_adds, bytes.
    """
    found = []
    for name, row in rows.items():
        own, claimed = levels[levels.row == name], row["claimed"] or {}
        one = {
            "row": name,
            "against": row["against"],
            "name": row["says"],
            "paper": row["network"].split("/")[0],
            "architecture": row["architecture"],
            "kind": row["kind"],
        }
        one |= _numbers("clean_acc", own[own.column == "clean"])
        one["reported_clean_acc"] = claimed.get("clean", np.nan)
        worst = own[(own.column == "linf") & (own.by == "worst")]
        referee = own[(own.column == "linf") & (own.by == "autoattack")]
        for strength in strengths:
            one |= _numbers(f"robust_acc_{strength:g}", worst[np.isclose(worst.strength, strength)])
        for strength in sorted(levels[levels.by == "autoattack"].strength.unique()):
            one |= _numbers(f"autoattack_acc_{strength:g}", referee[np.isclose(referee.strength, strength)])
        one |= {"reported": claimed.get("robust", np.nan), "reported_attack": claimed.get("attack", "")}
        one |= {"eps": claimed.get("strength", np.nan), "reported_in": claimed.get("source", "")}
        one |= _numbers("robust_acc", worst[np.isclose(worst.strength, claimed.get("strength", np.nan))])
        one |= _numbers("l2", own[(own.column == "l2") & (own.by == "best")])
        for column in ("noise", "blur", "corruptions", "kept", "forgetting"):
            one |= _numbers(column, own[own.column == column])
        price = prices[prices.row == name].iloc[0]
        one |= {what: int(price[what]) for what in ("multiply_adds", "training_multiply_adds", "bytes")}
        one["unreliable"] = _told(worst)
        one["beaten"] = _told(own[own.column == "linf"], "leaves more than")
        one["note"] = row["forgets"] if isinstance(row["forgets"], str) else ""
        found.append(
            one | {"networks": int(worst.networks.max()), "attacked": int(worst.examples.max() / worst.networks.max())}
        )
    return pd.DataFrame(found)


def _told(own: pd.DataFrame, about: str = "") -> str:
    """Each different doubt of these levels that speaks `about` something, with the ε at which it stands."""
    found: dict[str, list[str]] = {}
    for level in own.itertuples():
        for doubt in level.doubts.split("; ") if level.doubts else []:
            if about in doubt:
                found.setdefault(doubt, []).append(f"{level.strength:g}")
    return "; ".join(f"ε {', '.join(dict.fromkeys(strengths))}: {doubt}" for doubt, strengths in found.items())


def _numbers(name: str, own: pd.DataFrame) -> dict[str, float]:
    """A number with its interval, nan if there is none."""
    if own.empty:
        return dict.fromkeys((name, f"{name}_low", f"{name}_high"), np.nan)
    row = own.iloc[0]
    return {name: row.value, f"{name}_low": row.low, f"{name}_high": row.high}


def table_1(numbers: pd.DataFrame, names: Mapping[str, str], times: pd.DataFrame) -> pd.DataFrame:
    """For a reader: a row for each of `table_rows`; names: how each paper is called; times: row and
    seconds, what an image takes on this machine."""
    shown, robust, referee = [], _strengths(numbers, "robust_acc_"), _strengths(numbers, "autoattack_acc_")
    for row in numbers.to_dict("records"):
        one = {"Network": row["name"], "Paper": names[row["paper"]], "Clean": _cell(row, "clean_acc")}
        one["Clean, claimed"] = _claimed(row["reported_clean_acc"])
        for strength in robust:
            one[f"ε {strength}"] = _cell(row, f"robust_acc_{strength}")
        for strength in referee:
            one[f"AutoAttack, ε {strength}"] = _cell(row, f"autoattack_acc_{strength}")
        claim = np.isnan(row["reported"])
        at = "" if claim else f" ({row['reported_attack']}, ε {row['eps']:.3g})"
        one["Robust, claimed"] = _claimed(row["reported"]) + unbroken(at)
        one["measured there"] = "–" if claim else _cell(row, "robust_acc")
        one["L2 distance"] = _cell(row, "l2")
        one |= {name.capitalize(): _cell(row, name) for name in ("noise", "blur", "corruptions")}
        one["Kept of earlier tasks"] = _cell(row, "kept", row["note"])
        one["Forgotten"] = _cell(row, "forgetting", row["note"])
        one["Multiply-adds, training"] = f"{row['training_multiply_adds']:.1e}"
        one["of an image"], one["Bytes of weights"] = (
            f"{row[name]:_}".replace("_", " ") for name in ("multiply_adds", "bytes")
        )
        one["µs an image, on this machine"] = f"{1e6 * times[times.row == row['row']].seconds.mean():.0f}"
        doubts = "; ".join(filter(None, (row["unreliable"], row["beaten"]))) or "none"
        shown.append(one | {"Doubts": doubts, "n": f"{row['networks']} × {row['attacked']}"})
    return pd.DataFrame(shown)


def _strengths(numbers: pd.DataFrame, prefix: str) -> list[str]:
    """The strengths of columns PREFIX and a number, as they are spelled."""
    names = (name.removeprefix(prefix) for name in numbers if name.startswith(prefix))
    return [name for name in names if name.replace(".", "").isdigit()]


def _cell(row: Mapping, name: str, otherwise: str = "not run") -> str:
    if np.isnan(row[name]):
        return otherwise
    return with_interval(pd.Series({"value": row[name], "low": row[f"{name}_low"], "high": row[f"{name}_high"], "note": ""}))


def _claimed(value: float) -> str:
    return "no number" if np.isnan(value) else number(value)
