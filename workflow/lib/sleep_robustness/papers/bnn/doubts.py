"""What shows that something is amiss with a network that learnt tasks, or with an attack on it.

A check fails where its value is above its limit for some network.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sleep_robustness.papers.bnn.flags import Flags


@dataclass(frozen=True)
class Check:
    """says: what a value is; limit: above which it fails."""

    says: str
    limit: float


CHECKS = {
    "unmoved": Check("share of a layer's hidden weights that a task left as they were", 0.05),
    "unmoved_norm": Check("share of a BatchNorm's γ and β that a task left as they were", 0.05),
    "stale": Check("running mean of a unit, from the actual one when the task ends, in its standard deviations", 0.5),
    "zero_gradient": Check("images at which the margin's gradient is 0 everywhere, after the last task", 0.05),
    "window": Check("of those right under PGD in window 1, fooled in another window", 0.05),
    "transfer": Check("of those right under the attacks on the network itself, fooled by images made on the twin", 0.05),
    "square": Check("of those right under the attacks by gradients, fooled by Square", 0.05),
    "uniform": Check("of those right under the attacks, fooled by uniform noise", 0.05),
}
STRENGTHS = (0.05, 0.1)  # at which attacks are checked: those of the claims
FEWEST = 20  # images that an attack leaves right, for its check: of fewer, a single one would be above the limit
BY_GRADIENT = ("fgsm", "pgd", "pgd_loss", "bim", "deepfool_linf")
# an attack, and those that should have found what it finds: by name, in any window
SHOULD_FIND = {"transfer": BY_GRADIENT, "square": BY_GRADIENT, "uniform": (*BY_GRADIENT, "transfer", "square")}


def attack_checks(flags: Flags) -> pd.DataFrame:
    """The checks of attacks at STRENGTHS, of one network's flags by its own BatchNorm, where FEWEST images or more are right.
    Columns: measure, strength, value; each is of the state and the statistics where it is largest."""
    conditions, rows = flags.conditions[flags.conditions.norm == "own"], []
    for (strength, *_), own in conditions.groupby(["strength", "after", "task", "statistics"], sort=False):
        if not np.isclose(strength, STRENGTHS).any():
            continue
        pgd = own[own.by == "pgd"]
        found = {"window": (pgd[pgd.window == "1"], pgd[pgd.window != "1"])}
        found |= {name: (own[own.by.isin(those)], own[own.by == name]) for name, those in SHOULD_FIND.items()}
        for measure, (those, others) in found.items():
            if len(those) and len(others):
                right = flags.right[those.index].all(0)
                missed = right & ~flags.right[others.index].all(0)
                if right.sum() >= FEWEST:
                    rows.append({"measure": measure, "strength": strength, "value": missed.sum() / right.sum()})
    table = pd.DataFrame(rows, columns=["measure", "strength", "value"])
    return table.groupby(["measure", "strength"], sort=False).value.max().reset_index()


def check_rows(networks: pd.DataFrame, runs: pd.DataFrame, read: Callable[[str], Flags]) -> pd.DataFrame:
    """All checks, of each reading: reading, measure, strength (nan of those that need no attack), value (the mean over
    networks), largest, networks, passed.

    networks: of `network_checks`, with reading, grid, member and seed; runs: of attacks, reading, grid, member, seed, by and
    path of the flags.
    """
    own = networks[networks.measure.isin(CHECKS)]
    parts = [own.groupby(["reading", "measure", "grid", "member", "seed"], sort=False).value.max().reset_index()]
    for (reading, grid), some in runs.groupby(["reading", "grid"], sort=False):
        every = [(one.by.iloc[0], read(path)) for path, one in some.groupby("path", sort=False)]
        flags = Flags.together([one.with_axes(by=by) for by, one in every])
        for (member, seed), conditions in flags.conditions.groupby(["member", "seed"], sort=False):
            found = attack_checks(Flags(conditions.reset_index(drop=True), flags.right[conditions.index]))
            parts.append(found.assign(reading=reading, grid=grid, member=member, seed=seed))
    each = pd.concat(parts).groupby(["reading", "measure", "strength"], sort=False, dropna=False)
    rows = each.value.agg(value="mean", largest="max", networks="count").reset_index()
    return rows.assign(passed=rows.largest <= rows.measure.map({name: check.limit for name, check in CHECKS.items()}))


def with_doubts(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """A summary of one reading with a column of the checks in doubt that its numbers rest on, empty where there is none.

    rows: of `check_rows`, of the same reading. What networks are concerns all rows; running means those that are of running
    statistics; an attack by gradients is in doubt where a weaker one beats it at the same ε. A row that is of no one attack, or
    of several statistics, has none there.
    """
    failed = rows[~rows.passed].set_index(["measure", "strength"])
    axes = [axis for axis in ("statistics", "by", "window", "strength") if axis in table]
    told = table[axes].astype(object).where(table[axes].notna(), None)
    places = list(told.itertuples(index=False, name=None))
    known = {place: _doubts(dict(zip(axes, place, strict=True)), failed) for place in set(places)}
    return table.assign(doubts=[known[place] for place in places])


def _doubts(row: Mapping, failed: pd.DataFrame) -> str:
    by_gradient = row.get("by") in BY_GRADIENT
    concerned = {
        "stale": row["statistics"] == "running",
        "zero_gradient": by_gradient,
        "window": row.get("by") == "pgd" and row.get("window") == "1",
        **dict.fromkeys(SHOULD_FIND, by_gradient),
    }
    return "; ".join(
        f"{CHECKS[measure].says}: {own.value:.2f}, {own.largest:.2f} in one network"
        for (measure, strength), own in failed.iterrows()
        if concerned.get(measure, True) and (np.isnan(strength) or np.isclose(strength, row.get("strength") or np.nan))
    )
