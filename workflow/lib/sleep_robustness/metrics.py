"""Scores of the paper (§5) and shares, as tidy rows with n and interval.

A strength of 0 says that the network was wrong before the attack, ∞ that no adversarial was found; the three scores are
three ways to count these two.
"""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from sleep_robustness.statistics import bootstrap, wilson

Arrays = Mapping[str, np.ndarray]

# A measure names the array it reads, [n], and says what it counts of it: booleans, whose mean is a share, or strengths,
# whose median is a score.
MEASURES: dict[str, tuple[str, Callable[[np.ndarray], np.ndarray]]] = {
    "clean": ("strength", lambda s: s > 0),  # classified right before the attack
    "F": ("strength", lambda s: s[(s > 0) & np.isfinite(s)]),  # right and fooled: the printed score
    "I": ("strength", lambda s: s[s > 0]),  # right, never fooled counting as ∞
    "Z": ("strength", lambda s: s),  # all, misclassified counting as 0 and never fooled as ∞
    "never_fooled": ("strength", lambda s: np.isinf(s[s > 0])),  # share of the right ones
    "success": ("strength", lambda s: np.isfinite(s[s > 0])),  # the same, fooled: the printed success rate
    "believed": ("believed", lambda s: s[(s >= 0) & np.isfinite(s)]),  # F, if all is true that the attack believes
    "found": ("believed", lambda s: np.isfinite(s[s >= 0])),  # success, likewise
    "outside": ("outside", lambda flag: flag),  # fooled by an input outside the bounds
    "zero_gradient": ("zero_gradient", lambda flag: flag),
    "wrong_way": ("wrong_way", lambda flag: flag),
    "zero_output": ("zero_output", lambda flag: flag),
}


def value(counted: np.ndarray) -> float:
    """The mean of booleans, the median of numbers; nan of nothing."""
    if len(counted) == 0:
        return np.nan
    return float(counted.mean() if counted.dtype == bool else np.median(counted))


def summarise(runs: pd.DataFrame, read: Callable[[str], Arrays]) -> pd.DataFrame:
    """The rows of all networks under one attack or distortion. runs: the axes of each run, its seed, and its
    `path`, which `read` turns into arrays; runs that differ in their seed alone are one network. Columns: the axes, then
    those of `network_rows`."""
    axes = list(runs.columns.drop(["seed", "path"]))
    tables = []
    for key, group in runs.groupby(axes, sort=False):
        table = network_rows({row.seed: read(row.path) for row in group.itertuples()})
        tables.append(pd.concat([pd.DataFrame([key] * len(table), columns=axes), table], axis=1))
    return pd.concat(tables)


def common_rows(runs: pd.DataFrame, read: Callable[[str], Arrays]) -> pd.DataFrame:
    """Score F of each reading's networks over their common subset: the examples that all networks of the reading and of one
    seed get right before the attack, so that forgetting the hard ones gains nothing. runs: reading, dataset, defence,
    variant, attack, attack_variant, seed, path. Columns: the axes, then those of `network_rows`; the measure is "common"."""
    axes, tables = list(runs.columns.drop(["seed", "path"])), []
    for _, networks in runs.groupby("reading", sort=False):
        strengths = {row.Index: read(row.path)["strength"] for row in networks.itertuples()}
        for _, same_seed in networks.groupby("seed"):
            wrong = ~np.all([strengths[run] > 0 for run in same_seed.index], axis=0)
            for run in same_seed.index:
                strengths[run] = np.where(wrong, 0, strengths[run])
        for key, group in networks.groupby(axes, sort=False):
            table = pd.DataFrame(
                _measure_rows("F", {row.seed: {"strength": strengths[row.Index]} for row in group.itertuples()})
            )
            tables.append(pd.concat([pd.DataFrame([key] * len(table), columns=axes), table.assign(measure="common")], axis=1))
    return pd.concat(tables)


def network_rows(seeds: Mapping[int, Arrays]) -> pd.DataFrame:
    """All numbers of one network under one variant of an attack or a distortion, for each seed and as the mean over seeds.

    seeds: for each seed the arrays that were kept, of the same examples: those of MEASURES that are there and, where there
    is a grid, strengths [k] with right [n, k]. Columns: seed ("mean" for the mean over networks), measure, strength (ε of an
    accuracy, else empty), value, low, high, interval (its kind), examples (those counted, summed over networks), networks,
    note (why a value is undefined).
    """
    present = next(iter(seeds.values()))
    rows = [row for name, (array, _) in MEASURES.items() if array in present for row in _measure_rows(name, seeds)]
    if "right" in present:
        rows += _accuracy_rows(seeds)
    return pd.DataFrame(rows)


def _measure_rows(name: str, seeds: Mapping[int, Arrays]) -> Iterator[dict]:
    array, count = MEASURES[name]
    for seed, arrays in seeds.items():
        counted = count(arrays[array])
        if counted.dtype == bool:
            kind, (low, high) = "wilson", wilson(value(counted), len(counted))
        else:
            kind, (low, high) = "bootstrap", bootstrap([arrays[array]], lambda a: value(count(a)))
        yield _row(seed, name, np.nan, value(counted), low, high, kind, len(counted), 1)
    group = [arrays[array] for arrays in seeds.values()]
    counted = [count(a) for a in group]
    mean, low, high = np.mean([value(c) for c in counted]), *bootstrap(group, lambda a: value(count(a)))
    if counted[0].dtype == bool:
        low, high = _wider(mean, low, high, max(round(np.mean([len(c) for c in counted])), len(group)))
    yield _row("mean", name, np.nan, mean, low, high, "bootstrap", sum(map(len, counted)), len(group))


def _accuracy_rows(seeds: Mapping[int, Arrays]) -> Iterator[dict]:
    strengths = next(iter(seeds.values()))["strengths"]
    for seed, arrays in seeds.items():
        for strength, right in zip(strengths, arrays["right"].T, strict=True):
            yield _row(seed, "accuracy", strength, right.mean(), *wilson(right.mean(), len(right)), "wilson", len(right), 1)
    group = [arrays["right"] for arrays in seeds.values()]
    means = np.mean([right.mean(0) for right in group], axis=0)
    for strength, mean, low, high in zip(strengths, means, *bootstrap(group, lambda right: right.mean(0)), strict=True):
        low, high = _wider(mean, low, high, max(len(group[0]), len(group)))
        yield _row("mean", "accuracy", strength, mean, low, high, "bootstrap", sum(map(len, group)), len(group))


def _wider(share: float, low: float, high: float, n: int) -> tuple[float, float]:
    """The bootstrap interval of a mean share, widened to Wilson's for n examples where that is wider."""
    if n == 0 or np.isnan(share):
        return low, high
    wilson_low, wilson_high = wilson(share, n)
    return min(low, wilson_low), max(high, wilson_high)


def _row(seed, measure, strength, number, low, high, interval, examples, networks) -> dict:
    note = "no example to count" if examples == 0 else "undefined for some of the networks" if np.isnan(number) else ""
    return {
        "seed": seed, "measure": measure, "strength": strength, "value": number, "low": low, "high": high,
        "interval": interval, "examples": examples, "networks": networks, "note": note,
    }  # fmt: skip
