"""Scores of the paper (§5) and shares, as tidy rows with n and interval.

A strength of 0 says that the network was wrong before the attack, ∞ that no adversarial was found; the three scores are
three ways to count these two. Of a network in which a measure counts no example, as F where none is ever fooled, the
measure is undefined; a mean over networks is over those for which it is defined, and says how many these are.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from sleep_robustness.statistics import (
    Statistic,
    bootstrap,
    interval,
    mean,
    means_of_pairs,
    median,
    of_all,
    permutation_test,
    resampled_each,
    wilson,
)

Arrays = Mapping[str, np.ndarray]

# A measure names the array it reads, [n]; says what it counts of each example, nan where it does not count the example; and
# takes the mean of flags, which is a share, or the median of strengths, which is a score.
MEASURES: dict[str, tuple[str, Callable[[np.ndarray], np.ndarray], Statistic]] = {
    "clean": ("strength", lambda s: s > 0, mean),  # classified right before the attack
    "F": ("strength", lambda s: np.where((s > 0) & np.isfinite(s), s, np.nan), median),  # right and fooled: the printed score
    "I": ("strength", lambda s: np.where(s > 0, s, np.nan), median),  # right, never fooled counting as ∞
    "Z": ("strength", lambda s: s, median),  # all, misclassified counting as 0 and never fooled as ∞
    "never_fooled": ("strength", lambda s: np.where(s > 0, np.isinf(s), np.nan), mean),  # share of the right ones
    "success": ("strength", lambda s: np.where(s > 0, np.isfinite(s), np.nan), mean),  # fooled: the printed success rate
    "believed": ("believed", lambda s: np.where((s >= 0) & np.isfinite(s), s, np.nan), median),  # F by the attack's belief
    "found": ("believed", lambda s: np.where(s >= 0, np.isfinite(s), np.nan), mean),  # success, likewise
    "outside": ("outside", lambda flag: flag, mean),  # fooled by an input outside the bounds
    "zero_gradient": ("zero_gradient", lambda flag: flag, mean),
    "wrong_way": ("wrong_way", lambda flag: flag, mean),
    "zero_output": ("zero_output", lambda flag: flag, mean),
    "mean": ("strength", lambda s: np.where((s > 0) & np.isfinite(s), s, np.nan), mean),  # of what F is the median of
}
# accuracies by strength, and what they read: by the outputs, and by the logits, which differ where no output is above 0
ACCURACIES = {"right": "accuracy", "right_by_logits": "accuracy_by_logits"}
# whether a distance, a mean square over n inputs, lies within the limit of Table 4, under two readings of it
THRESHOLDS = {"l2": lambda distance, n: distance * n <= 1, "square": lambda distance, n: distance <= 1}
SHARES = [name for name, (_, _, statistic) in MEASURES.items() if statistic is mean and name != "mean"]


def kept(path: str) -> Arrays:
    """What was kept of one network: an attack's arrays, or of a distortion strengths [k], right and right_by_logits [n, k]."""
    if not path.endswith(".csv"):
        with np.load(path) as arrays:
            return dict(arrays)
    table = pd.read_csv(path)
    right, by_logits = (table.filter(like=prefix) for prefix in ("right_", "by_logits_"))
    strengths = np.asarray(right.columns.str.removeprefix("right_"), float)
    return {"strengths": strengths, "right": right.to_numpy(bool), "right_by_logits": by_logits.to_numpy(bool)}


def summarise(runs: pd.DataFrame, read: Callable[[str], Arrays]) -> pd.DataFrame:
    """The rows of all networks under one attack or distortion. runs: the axes of each run, its seed, and its
    `path`, which `read` turns into arrays; runs that differ in their seed alone are one network. Columns: the axes, then
    those of `network_rows`."""
    axes = list(runs.columns.drop(["seed", "path"]))
    tables = []
    for key, group in runs.groupby(axes, sort=False):
        table = network_rows({row.seed: read(row.path) for row in group.itertuples()})
        tables.append(_with_axes(axes, key, table))
    return pd.concat(tables)


def common_rows(runs: pd.DataFrame, read: Callable[[str], Arrays]) -> pd.DataFrame:
    """Scores F and I of each reading's networks over their common subset: the examples that all networks of the reading and of
    one seed get right before the attack, so that forgetting the hard ones gains nothing. F still leaves out what was never
    fooled, network by network. runs: reading, dataset, defence, variant, attack, attack_variant, seed, path. Columns: the axes,
    then those of `network_rows`; the measures are "common" and "common_I"."""
    axes, tables = list(runs.columns.drop(["seed", "path"])), []
    for _, networks in runs.groupby("reading", sort=False):
        strengths = {row.Index: read(row.path)["strength"] for row in networks.itertuples()}
        for _, same_seed in networks.groupby("seed"):
            wrong = ~np.all([strengths[run] > 0 for run in same_seed.index], axis=0)
            for run in same_seed.index:
                strengths[run] = np.where(wrong, 0, strengths[run])
        for key, group in networks.groupby(axes, sort=False):
            seeds = {row.seed: {"strength": strengths[row.Index]} for row in group.itertuples()}
            for score, measure in (("F", "common"), ("I", "common_I")):
                tables.append(_with_axes(axes, key, pd.DataFrame(_measure_rows(score, seeds)).assign(measure=measure)))
    return pd.concat(tables)


def pair_rows(runs: pd.DataFrame, read: Callable[[str], Arrays]) -> pd.DataFrame:
    """How much larger each measure of one network of a reading is than that of another, for every two of them: the mean over
    seeds, with an interval from pairs of networks of one seed on the same examples, and the p of `permutation_test`. Pairs of
    which the measure is undefined for either network are left out.

    runs: as for `common_rows`, or of a distortion. Columns: the axes, other and other_variant (the network that it is compared
    with), measure, strength, the difference as value, low, high and p, the ratio, ratio_low and ratio_high, level and
    other_level (what each of the two networks has), examples (of one network), networks (pairs that count), identical (whether
    both gave the same on every example, by every measure), note.
    """
    axes, tables = list(runs.columns.drop(["seed", "path"])), []
    for _, networks in runs.groupby("reading", sort=False):
        by_network = networks.sort_values("seed", kind="stable").groupby(axes, sort=False)
        known = [(pd.Series(key, axes), *_resampled([read(path) for path in group.path])) for key, group in by_network]
        for pair in combinations(known, 2):
            seeds, alike = len(pair[0][2][0]), _alike(*(groups for *_, groups in pair))
            levels, drawn, number = means_of_pairs(*(resamples for _, _, resamples, _ in pair))
            counted = {"networks": number, "note": [_undefined(seeds - n, seeds, "pairs of networks") for n in number]}
            for k, (own, rows, _, _) in enumerate(pair):
                other = pair[1 - k][0]
                against = {"other": other.defence, "other_variant": other.variant}
                with np.errstate(invalid="ignore", divide="ignore"):  # ∞ − ∞, 0 ÷ 0 and so on are undefined
                    numbers = [levels[k] - levels[1 - k], *interval(drawn[k] - drawn[1 - k])]
                    numbers += [levels[k] / levels[1 - k], *interval(drawn[k] / drawn[1 - k]), levels[k], levels[1 - k]]
                columns = ["value", "low", "high", "ratio", "ratio_low", "ratio_high", "level", "other_level"]
                compared = rows.assign(**own, **against, **dict(zip(columns, numbers, strict=True)), **counted, **alike)
                tables.append(_as_wide_as_wilson(compared))
    before = [*axes, "other", "other_variant", "measure", "strength"]
    return pd.concat(tables)[[*before, *columns[:3], "p", *columns[3:], "examples", "networks", "identical", "note"]]


def _resampled(seeds: list[Arrays]) -> tuple[pd.DataFrame, tuple, list]:
    """Every measure of one network; each seed's values of it [s, measures], what the resamples give of these [r, s, measures],
    and how often they draw each seed [r, s]; and what it is of: for each statistic the values of each seed, [n] or [n, k]."""
    rows, groups = [], []
    for name, (array, count, statistic) in MEASURES.items():
        if array in seeds[0]:
            rows.append((name, np.nan))
            groups.append((statistic, [np.asarray(count(arrays[array]), float) for arrays in seeds]))
    if "right" in seeds[0]:
        rows += [("accuracy", strength) for strength in seeds[0]["strengths"]]
        groups.append((mean, [arrays["right"].astype(float) for arrays in seeds]))
    each = [np.array([of_all(statistic, values) for values in group]).reshape(len(seeds), -1) for statistic, group in groups]
    found = [resampled_each(group, statistic) for statistic, group in groups]
    drawn = [one.reshape(*one.shape[:2], -1) for one, _ in found]
    table = pd.DataFrame(rows, columns=["measure", "strength"]).assign(examples=len(groups[0][1][0]))
    return table, (np.concatenate(each, axis=1), np.concatenate(drawn, axis=2), found[0][1]), groups


def _alike(own: list, other: list) -> dict:
    """The columns p, of every measure, and identical, of two networks; it matters not which is which."""
    pairs = [(statistic, one, two) for (statistic, one), (_, two) in zip(own, other, strict=True)]
    p = [np.atleast_1d(permutation_test(one, two, statistic)) for statistic, one, two in pairs]
    same = [np.array_equal(*values, equal_nan=True) for _, one, two in pairs for values in zip(one, two, strict=True)]
    return {"p": np.concatenate(p), "identical": all(same)}


def _as_wide_as_wilson(rows: pd.DataFrame) -> pd.DataFrame:
    """With an interval of differences of shares that no example tells apart, whose bootstrap has no width: such examples are a
    share of 0, and no difference exceeds its Wilson limit. Networks that are identical differ by 0 for certain."""
    none = rows.measure.isin([*SHARES, "accuracy"]) & (rows.low == 0) & (rows.high == 0) & ~rows.identical
    _, limit = wilson(0, max(rows.examples.iloc[0], rows.networks.max()))
    return rows.assign(low=rows.low.mask(none, -limit), high=rows.high.mask(none, limit))


def threshold_rows(runs: pd.DataFrame, read: Callable[[str], Arrays]) -> pd.DataFrame:
    """Score F and success where an adversarial counts as found only within a threshold (Table 4), under both readings of it:
    ‖x' − x‖₂ ≤ 1 ("F_l2", "success_l2") and ‖x' − x‖²/N ≤ 1, the score's own measure ("F_square", "success_square").

    runs: as for `common_rows`, of an attack that keeps what it ended with; columns likewise.
    """
    axes, tables = list(runs.columns.drop(["seed", "path"])), []
    for key, group in runs.groupby(axes, sort=False):
        for name in THRESHOLDS:
            seeds = {row.seed: _within(read(row.path), name) for row in group.itertuples()}
            for measure in ("F", "success"):
                table = pd.DataFrame(_measure_rows(measure, seeds)).assign(measure=f"{measure}_{name}")
                tables.append(_with_axes(axes, key, table))
    return pd.concat(tables)


def threshold_pair_rows(runs: pd.DataFrame, read: Callable[[str], Arrays]) -> pd.DataFrame:
    """The measures of `threshold_rows`, of every two networks of a reading, as `pair_rows` compares them."""
    tables = []
    for name in THRESHOLDS:
        pairs = pair_rows(runs, lambda path, name=name: _within(read(path), name))
        pairs = pairs[pairs.measure.isin(["F", "success"])]
        tables.append(pairs.assign(measure=pairs.measure + f"_{name}"))
    return pd.concat(tables)


def _within(arrays: Arrays, name: str) -> Arrays:
    """The strengths of an attack where an adversarial beyond a threshold counts as not found."""
    within, distance = THRESHOLDS[name], arrays["distance"]
    return {"strength": np.where(within(distance, arrays["adversarial"].shape[1]), distance, np.inf)}


def class_rows(runs: pd.DataFrame, read: Callable[[str], Arrays]) -> pd.DataFrame:
    """For each class the mean strength over the examples that are right and fooled ("mean", Figure 5B), the share never fooled
    of those right, and the share right. runs: as for `summarise`. Columns: the axes, label, then those of `network_rows`."""
    axes, tables = list(runs.columns.drop(["seed", "path"])), []
    for key, group in runs.groupby(axes, sort=False):
        seeds = {row.seed: read(row.path) for row in group.itertuples()}
        for label in np.unique(next(iter(seeds.values()))["label"]):
            own = {seed: {"strength": arrays["strength"][arrays["label"] == label]} for seed, arrays in seeds.items()}
            rows = [row for name in ("mean", "never_fooled", "clean") for row in _measure_rows(name, own)]
            table = pd.DataFrame(rows).assign(label=label)
            tables.append(_with_axes(axes, key, table))
    return pd.concat(tables)


def network_rows(seeds: Mapping[int, Arrays]) -> pd.DataFrame:
    """All numbers of one network under one variant of an attack or a distortion, for each seed and as the mean over seeds.

    seeds: for each seed the arrays that were kept, of the same examples: those of MEASURES that are there and, where there
    is a grid, strengths [k] with those of ACCURACIES [n, k]. Columns: seed ("mean" for the mean over networks), measure,
    strength (ε of an accuracy, else empty), value, low, high, interval (its kind), examples (those counted, summed over
    networks), networks, note (why a value is undefined).
    """
    present = next(iter(seeds.values()))
    names = [name for name, (array, _, _) in MEASURES.items() if array in present and name != "mean"]
    rows = [row for name in names for row in _measure_rows(name, seeds)]
    rows += [row for array, name in ACCURACIES.items() if array in present for row in _accuracy_rows(array, name, seeds)]
    return pd.DataFrame(rows)


def mean_of_networks(group: Sequence[np.ndarray], statistic: Statistic = mean, share: bool = False) -> dict:
    """The mean over networks of a statistic of values [n] or [n, k], one array a network: the end of a tidy row from value on.

    Its interval is a bootstrap over networks and examples, for a share widened to Wilson's; an example counts where none of
    its k values is nan.
    """
    counted = [int((~np.isnan(values.reshape(len(values), -1))).all(1).sum()) for values in group]
    of_each = [of_all(statistic, values) for values in group]
    average, (low, high) = _mean_of_defined(of_each), bootstrap(group, statistic)
    if share:
        low, high = _wider(average, low, high, _counted_on_average(counted))
    return _numbers(average, low, high, "bootstrap", sum(counted), of_each)


def best(history: pd.DataFrame) -> pd.Series:
    """The evaluation of a search that has the highest value of those allowed, the first of equals; of all if none is."""
    among = history[history.allowed] if history.allowed.any() else history
    return among.loc[among.value.idxmax()]


def _with_axes(axes: list[str], key: tuple, table: pd.DataFrame) -> pd.DataFrame:
    """The rows of one network, with its place on the axes before them."""
    return pd.concat([pd.DataFrame([key] * len(table), columns=axes), table], axis=1)


def _measure_rows(name: str, seeds: Mapping[int, Arrays]) -> Iterator[dict]:
    array, count, statistic = MEASURES[name]
    group = [np.asarray(count(arrays[array]), float) for arrays in seeds.values()]
    counted = [int((~np.isnan(values)).sum()) for values in group]
    numbers = [float(of_all(statistic, values)) for values in group]
    for seed, values, number, examples in zip(seeds, group, numbers, counted, strict=True):
        if name in SHARES:
            kind, (low, high) = "wilson", wilson(number, examples)
        else:
            kind, (low, high) = "bootstrap", bootstrap([values], statistic)
        yield _row(seed, name, np.nan, number, low, high, kind, examples, [number])
    average, low, high = _mean_of_defined(numbers), *bootstrap(group, statistic)
    if name in SHARES:
        low, high = _wider(average, low, high, _counted_on_average(counted))
    yield _row("mean", name, np.nan, average, low, high, "bootstrap", sum(counted), numbers)


def _accuracy_rows(array: str, name: str, seeds: Mapping[int, Arrays]) -> Iterator[dict]:
    strengths = next(iter(seeds.values()))["strengths"]
    for seed, arrays in seeds.items():
        for strength, right in zip(strengths, arrays[array].T, strict=True):
            share = right.mean()
            yield _row(seed, name, strength, share, *wilson(share, len(right)), "wilson", len(right), [share])
    group = [arrays[array] for arrays in seeds.values()]
    means = np.mean([right.mean(0) for right in group], axis=0)
    for strength, share, low, high in zip(strengths, means, *bootstrap(group, mean), strict=True):
        low, high = _wider(share, low, high, max(len(group[0]), len(group)))
        yield _row("mean", name, strength, share, low, high, "bootstrap", sum(map(len, group)), [share] * len(group))


def _mean_of_defined(of_each: Sequence[float]) -> float:
    defined = [one for one in of_each if not np.isnan(one)]
    return float(np.mean(defined)) if defined else np.nan


def _counted_on_average(counted: Sequence[int]) -> int:
    """Of how many examples a mean share speaks: those of one network in which any counts, or networks where these are more."""
    some = [one for one in counted if one]
    return max(round(np.mean(some)), len(some)) if some else 0


def _wider(share: float, low: float, high: float, n: int) -> tuple[float, float]:
    """The bootstrap interval of a mean share, widened to Wilson's for n examples where that is wider."""
    if n == 0 or np.isnan(share):
        return low, high
    wilson_low, wilson_high = wilson(share, n)
    return min(low, wilson_low), max(high, wilson_high)


def _row(seed, measure, strength, number, low, high, interval, examples, of_each) -> dict:
    axes = {"seed": seed, "measure": measure, "strength": strength}
    return axes | _numbers(number, low, high, interval, examples, of_each)


def _numbers(number, low, high, interval, examples, of_each: Sequence[float]) -> dict:
    """The end of a tidy row; of_each: the number of each network. networks: those for which it is defined, all if it is for
    none."""
    undefined = int(np.isnan(of_each).sum()) if examples else 0
    return {
        "value": number, "low": low, "high": high, "interval": interval, "examples": examples,
        "networks": len(of_each) - undefined,
        "note": _undefined(undefined, len(of_each), "networks") if examples else "no example to count",
    }  # fmt: skip


def _undefined(some: int, of: int, what: str) -> str:
    """A note that something is undefined for some, which a mean leaves out; empty if for none."""
    return f"undefined for {some} of {of} {what}" if some else ""
