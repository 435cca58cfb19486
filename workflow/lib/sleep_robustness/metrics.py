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
    LIMITS,
    Estimate,
    Statistic,
    bootstrap,
    estimate,
    mean,
    mean_over_networks,
    median,
    of_all,
    resampled,
    rounding,
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
        arrays = {row.Index: read(row.path) for row in networks.itertuples()}
        strengths = {run: own["strength"] for run, own in arrays.items()}
        for _, same_seed in networks.groupby("seed"):
            wrong = ~np.all([strengths[run] > 0 for run in same_seed.index], axis=0)
            for run in same_seed.index:
                strengths[run] = np.where(wrong, 0, strengths[run])
        for key, group in networks.groupby(axes, sort=False):
            seeds = {row.seed: arrays[row.Index] | {"strength": strengths[row.Index]} for row in group.itertuples()}
            for score, measure in (("F", "common"), ("I", "common_I")):
                tables.append(_with_axes(axes, key, pd.DataFrame(_measure_rows(score, seeds)).assign(measure=measure)))
    return pd.concat(tables)


def pair_rows(runs: pd.DataFrame, read: Callable[[str], Arrays]) -> pd.DataFrame:
    """How much larger each measure of one network of a reading is than that of another, for every two of them: the mean over
    seeds of the difference of networks of one seed on the same examples, with its interval and p. Pairs of which the measure is
    undefined for either network are left out.

    runs: as for `common_rows`, or of a distortion. Columns: the axes, other and other_variant (the network that it is compared
    with), measure, strength; the difference as value, low, high, low_without and high_without (the limits when any one pair is
    left out) and p; the ratio, ratio_low, ratio_high, ratio_low_without and ratio_high_without; level and other_level (what
    each of the two networks has), examples (of one network), networks (pairs that count), identical (whether both gave the
    same on every example, by every measure), note.
    """
    axes, tables = list(runs.columns.drop(["seed", "path"])), []
    for _, networks in runs.groupby("reading", sort=False):
        by_network = networks.sort_values("seed", kind="stable").groupby(axes, sort=False)
        known = [(pd.Series(key, axes), *_resampled([read(path) for path in group.path])) for key, group in by_network]
        for (own, rows, one, values), (other, other_rows, two, others) in combinations(known, 2):
            same = all(np.array_equal(*both, equal_nan=True) for both in zip(values, others, strict=True))
            rows = rows.assign(examples=np.minimum(rows.examples, other_rows.examples))
            for (these, first), (those, second) in (((own, one), (other, two)), ((other, two), (own, one))):
                against = {"other": those.defence, "other_variant": those.variant}
                numbers = _compared(first, second, exact=same)
                table = rows.assign(**these, **against, **numbers, identical=same)
                tables.append(_as_wide_as_wilson(table))
    before, numbers = [*axes, "other", "other_variant", "measure", "strength"], ["value", *LIMITS, "p"]
    numbers += ["ratio", *(f"ratio_{name}" for name in LIMITS), "level", "other_level"]
    return pd.concat(tables)[[*before, *numbers, "examples", "networks", "identical", "note"]]


Sampled = tuple[np.ndarray, np.ndarray, np.ndarray]  # what `resampled` gives of networks, and of each measure its `rounding`


def differences(one: Sampled, two: Sampled) -> tuple[Sampled, np.ndarray, Sampled]:
    """How networks differ from others, pair by pair of seeds: their differences; the ratio of the two means; and what its error
    is the mean of, to first order."""
    (each, drawn, own), (other, drawn_of_other, of_other) = one, two
    with np.errstate(invalid="ignore", divide="ignore"):  # no pair, ∞ − ∞, 0 ÷ 0
        level, other_level = _levels(each, other)
        ratio = level / other_level
        residuals = ((mine - ratio * theirs) / other_level for mine, theirs in ((each, other), (drawn, drawn_of_other)))
        gained = each - other, drawn - drawn_of_other, own + of_other
        return gained, ratio, (*residuals, (own + ratio**2 * of_other) / other_level**2)


def _levels(each: np.ndarray, other: np.ndarray) -> list[np.ndarray]:
    """The means of both over the pairs for which both are defined."""
    both = ~(np.isnan(each) | np.isnan(other))
    with np.errstate(invalid="ignore"):  # no such pair
        return [np.where(both, values, 0).sum(0) / both.sum(0) for values in (each, other)]


def _compared(one: Sampled, two: Sampled, exact: bool) -> dict:
    """The numbers of `differences`, [k] each; exact: no rounding can hide that they differ."""
    (*gained, rounded), ratio, (*residuals, rounded_ratio) = differences(one, two)
    difference, residual = estimate(*gained, 0 if exact else rounded), estimate(*residuals, 0 if exact else rounded_ratio)
    numbers = {"value": difference.value, "p": difference.p, "networks": difference.networks, "ratio": ratio}
    numbers |= dict(zip(("level", "other_level"), _levels(one[0], two[0]), strict=True))
    with np.errstate(invalid="ignore"):  # ∞ − ∞
        for name in LIMITS:
            numbers |= {name: getattr(difference, name), f"ratio_{name}": ratio + getattr(residual, name)}
    missing = len(one[0]) - difference.networks
    return numbers | {"note": [_undefined(number, len(one[0]), "pairs of networks") for number in missing]}


def _resampled(seeds: list[Arrays]) -> tuple[pd.DataFrame, Sampled, list[np.ndarray]]:
    """Every measure of one network; what is sampled of it, [s, measures], [r, s, measures] and [measures]; and what all is of:
    the values of every measure and seed, [n] or [n, k]."""
    rows, groups, step = [], [], _step(seeds[0])
    for name, (array, count, statistic) in MEASURES.items():
        if array in seeds[0]:
            rows.append((name, np.nan, rounding(statistic, step), len(seeds[0][array])))
            groups.append((statistic, [np.asarray(count(arrays[array]), float) for arrays in seeds]))
    if "right" in seeds[0]:
        right = [_right(arrays) for arrays in seeds]
        counted = round(np.mean([(~np.isnan(one[:, 0])).sum() for one in right]))
        rows += [("accuracy", strength, 0, counted) for strength in seeds[0]["strengths"]]
        groups.append((mean, right))
    found = [resampled(group, statistic) for statistic, group in groups]
    each = np.concatenate([values.reshape(len(seeds), -1) for values, _ in found], axis=1)
    drawn = np.concatenate([values.reshape(*values.shape[:2], -1) for _, values in found], axis=2)
    table = pd.DataFrame(rows, columns=["measure", "strength", "rounding", "examples"])
    own = table.pop("rounding").to_numpy(float)
    return table, (each, drawn, own), [values for _, group in groups for values in group]


def _right(arrays: Arrays, name: str = "right") -> np.ndarray:
    """Whether each example is right at each strength, float [n, k], by an array of ACCURACIES; nan of examples that are not
    `counted`."""
    right = arrays[name].astype(float)
    return np.where(arrays["counted"][:, None], right, np.nan) if "counted" in arrays else right


def _step(arrays: Arrays) -> float:
    """Of what strengths are multiples: the step of their grid, where the attack has one; else 0."""
    return float(np.diff(arrays["strengths"]).min()) if len(arrays.get("strengths", [])) > 1 else 0.0


def _as_wide_as_wilson(rows: pd.DataFrame) -> pd.DataFrame:
    """With an interval of differences of shares that no example tells apart, whose t has no width: such examples are a share of
    0, and no difference exceeds its Wilson limit. Networks that are identical differ by 0 for certain."""
    none = rows.measure.isin([*SHARES, "accuracy"]) & (rows.low == 0) & (rows.high == 0) & ~rows.identical
    limit = np.array([wilson(0, max(examples, rows.networks.max()))[1] for examples in rows.examples])
    limits = {name: rows[name].mask(none, limit if name.startswith("high") else -limit) for name in LIMITS}
    return rows.assign(**limits)


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


def mean_of_networks(
    group: Sequence[np.ndarray], statistic: Statistic = mean, share: bool = False, tested: bool = False
) -> dict:
    """The mean over networks of a statistic of values [n] or [n, k], one array a network: the end of a tidy row from value on,
    and p where it is `tested` against 0.

    The interval is that of `statistics.estimate`, for a share no wider than 0 to 1 and no narrower than Wilson's; an example
    counts where none of its k values is nan.
    """
    counted = [int((~np.isnan(values.reshape(len(values), -1))).all(1).sum()) for values in group]
    found = mean_over_networks(group, statistic)
    return _mean_row(found, counted, share) | ({"p": float(found.p)} if tested else {})


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
    for seed, values, examples in zip(seeds, group, counted, strict=True):
        number = float(of_all(statistic, values))
        if name in SHARES:
            kind, (low, high) = "wilson", wilson(number, examples)
        else:
            kind, (low, high) = "bootstrap", bootstrap(values, statistic)
        yield _row(seed, name, np.nan) | _numbers(number, (low, high), kind, [examples], int(not np.isnan(number)))
    found = mean_over_networks(group, statistic, _step(next(iter(seeds.values()))))
    yield _row("mean", name, np.nan) | _mean_row(found, counted, name in SHARES, least=0)


def _accuracy_rows(array: str, name: str, seeds: Mapping[int, Arrays]) -> Iterator[dict]:
    strengths = next(iter(seeds.values()))["strengths"]
    group = [_right(arrays, array) for arrays in seeds.values()]
    counted = [int((~np.isnan(right[:, 0])).sum()) for right in group]
    for seed, own, number in zip(seeds, group, counted, strict=True):
        for strength, share in zip(strengths, of_all(mean, own), strict=True):
            yield _row(seed, name, strength) | _numbers(share, wilson(share, number), "wilson", [number], int(number > 0))
    found = mean_over_networks(group, mean)
    for k, strength in enumerate(strengths):
        yield _row("mean", name, strength) | _mean_row(found[k], counted, True)


def _mean_row(found: Estimate, counted: Sequence[int], share: bool = False, least: float = -np.inf) -> dict:
    """The end of a tidy row of a mean over networks, of which so many examples count in each; least: the smallest value that
    there can be."""
    value, limits = float(found.value), [float(getattr(found, name)) for name in LIMITS]
    if share:
        of = _counted_on_average(counted)
        limits = [*_wider(value, *limits[:2], of), *_wider(value, *limits[2:], of)]
    limits[::2] = (max(low, least) for low in limits[::2])
    return _numbers(value, limits, str(found.kind), counted, int(found.networks))


def _counted_on_average(counted: Sequence[int]) -> int:
    """Of how many examples a mean share speaks: those of one network in which any counts, or networks where these are more."""
    some = [one for one in counted if one]
    return max(round(np.mean(some)), len(some)) if some else 0


def _wider(share: float, low: float, high: float, n: int) -> tuple[float, float]:
    """The interval of a mean share, within 0 and 1 and no narrower than Wilson's for n examples."""
    if n == 0 or np.isnan(share):
        return low, high
    wilson_low, wilson_high = wilson(share, n)
    return max(0.0, min(low, wilson_low)), min(1.0, max(high, wilson_high))


def _row(seed: int | str, measure: str, strength: float) -> dict:
    return {"seed": seed, "measure": measure, "strength": strength}


def _numbers(value: float, limits: Sequence[float], kind: str, counted: Sequence[int], defined: int) -> dict:
    """The end of a tidy row. limits: all LIMITS, or the interval's of one network alone; counted: the examples that count in
    each network; defined: for how many networks the value is, said to be all where nothing counts."""
    undefined, examples = len(counted) - defined if sum(counted) else 0, sum(counted)
    low, high, low_without, high_without = [*limits, np.nan, np.nan][:4]
    return {
        "value": value, "low": low, "high": high, "low_without": low_without, "high_without": high_without,
        "interval": kind, "examples": examples, "networks": len(counted) - undefined,
        "note": _undefined(undefined, len(counted), "networks") if examples else "no example to count",
    }  # fmt: skip


def _undefined(some: int, of: int, what: str) -> str:
    """A note that something is undefined for some, which a mean leaves out; empty if for none."""
    return f"undefined for {some} of {of} {what}" if some else ""
