"""Accuracies of networks that learnt tasks, and how they differ, as tidy rows over networks.

Conditions have the axes of `plan.COLUMNS`, of `evaluation` and, under an attack, `by` and `strength`. In rows the task learnt
last is "last", as task and as `after`; the task "earlier" is the mean over all others, image by image.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from sleep_robustness.metrics import mean_of_networks
from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.statistics import mean, of_all

PLACES = ["seed", "task"]  # what rows are means over, or tell apart at the end
EARLIER, LAST = "earlier", "last"
ALL, RIGHT = "all", "right"  # among which images an accuracy is
WORST = "worst"

Places = dict[tuple[int, str], int]  # of each seed and task, the number of a condition


def gathered(runs: pd.DataFrame, read: Callable[[str], Flags], tasks: int) -> Flags:
    """The flags of all runs in one, with the axes of each. runs: grid, member, seed, path, and further axes; by_variant is left
    out. A file may have other runs too, if it tells the grids of all."""
    parts = []
    for _, own in runs.groupby("path", sort=False):
        flags = read(own.path.iloc[0])
        named = [axis for axis in ("grid", "member", "seed") if axis in flags.conditions]
        axes = flags.conditions.reset_index().merge(own, on=named, validate="many_to_one")
        right = flags.right[axes.pop("index")]
        parts.append(Flags(axes.drop(columns=["grid", "member", "path", "by_variant"], errors="ignore"), right))
    flags = Flags.together(parts)
    for name in ("task", "after"):
        flags.conditions[name] = flags.conditions[name].astype(str).replace(str(tasks), LAST)
    return flags


def with_mean(flags: Flags) -> Flags:
    """With the corruption "all", the mean over all that there are, image by image."""
    axes = [axis for axis in flags.conditions if axis != "corruption"]
    rows = flags.conditions[flags.conditions.severity > 0].groupby(axes, sort=False)
    means = [(dict(zip(axes, key, strict=True)) | {"corruption": ALL}, flags.right[own.index].mean(0)) for key, own in rows]
    return Flags.together([flags, Flags.of(means)])


def with_worst(flags: Flags) -> Flags:
    """With the attack "worst", of the window "worst": right under all attacks in all windows, at strengths that all have."""
    conditions = flags.conditions
    axes = [axis for axis in conditions if axis not in ("by", "window")]
    found = [
        (dict(zip(axes, key, strict=True)) | {"by": WORST, "window": WORST}, flags.right[own.index].all(0))
        for key, own in conditions.groupby(axes, sort=False)
        if own.by.nunique() == conditions.by.nunique()
    ]
    return Flags.together([flags, Flags.of(found)])


def at_strengths(flags: Flags, strengths: Sequence[float] | None) -> Flags:
    """The conditions of attacks at some strengths and at 0; all if there are none, and of what is no attack."""
    if strengths is None or "strength" not in flags.conditions:
        return flags
    kept = np.isclose(flags.conditions.strength.to_numpy()[:, None], [0, *strengths]).any(1)
    return Flags(flags.conditions[kept].reset_index(drop=True), flags.right[kept])


def level_rows(flags: Flags) -> pd.DataFrame:
    """The accuracy under each condition. Columns: its axes, measure ("accuracy"), and those of `metrics.mean_of_networks`."""
    rows = []
    for axes, places in _blocks(flags.conditions):
        values = {place: flags.right[number].astype(float) for place, number in places.items()}
        rows += [
            axes | {"task": task, "measure": "accuracy"} | mean_of_networks(own, share=True) for task, own in _by_task(values)
        ]
    return pd.DataFrame(rows)


def contrast_rows(
    flags: Flags, contrasts: Mapping[str, Sequence[Mapping]], clean: Mapping[str, object] | None = None
) -> pd.DataFrame:
    """Sums of accuracies, each times a number, of the same seed, images and further conditions.

    contrasts: by name, terms, each `times` (1 if it does not say) and what it is of: the value of one axis or more; all terms
    of a contrast name the same axes. One that names an axis which the conditions lack is left out. clean: the condition under
    which an image must be right to be among the right ones; each contrast is then told among those too that all its terms get
    right. Columns: contrast, the axes that it does not name, among, measure ("accuracy_difference"), those of
    `metrics.mean_of_networks`, p, level and other_level (the accuracies of the terms that are added and of those taken off),
    and identical, whether the sum is 0 for every image.
    """
    rows, first = [], _same_but(flags.conditions, clean) if clean else None
    for name, terms in contrasts.items():
        named = [axis for axis in terms[0] if axis != "times"]
        if not set(named) <= set(flags.conditions):
            continue
        found = [_term(flags.conditions, term, named) for term in terms]
        times = np.array([float(term.get("times", 1)) for term in terms])
        for key in (key for key in found[0] if all(key in one for one in found)):
            for among in (ALL, RIGHT) if clean else (ALL,):
                axes = {"contrast": name, **dict(key), "among": among}
                numbers = _together([one[key] for one in found])
                values = {place: _right(flags, own, first if among == RIGHT else None) for place, own in numbers.items()}
                rows += _contrasted(axes, values, times)
    return pd.DataFrame(rows)


def _contrasted(axes: dict, values: Mapping[tuple, np.ndarray], times: np.ndarray) -> Iterator[dict]:
    """The rows of one contrast; values: for each seed and task the flags of its terms, [terms, n]."""
    sums = {place: times @ own for place, own in values.items()}
    sides = [np.where(times > 0, times, 0) / times[times > 0].sum(), np.where(times < 0, times, 0) / times[times < 0].sum()]
    levels = [dict(_by_task({place: side @ own for place, own in values.items()})) for side in sides]
    for task, own in _by_task(sums):
        level, other = (np.mean([of_all(mean, one) for one in side[task]]) for side in levels)
        numbers = mean_of_networks(own, tested=True) | {"level": level, "other_level": other}
        numbers["identical"] = not any(np.nan_to_num(one).any() for one in own)
        yield axes | {"task": task, "measure": "accuracy_difference"} | numbers


def _right(flags: Flags, numbers: Sequence[int], first: np.ndarray | None) -> np.ndarray:
    """The flags of some conditions, [terms, n]; nan where one of them is wrong at first, if that is told."""
    right = flags.right[numbers].astype(float)
    if first is not None:
        right[:, ~flags.right[first[numbers]].all(0)] = np.nan
    return right


def _together(parts: Sequence[Places]) -> dict[tuple[int, str], list[int]]:
    """The conditions of all terms for each seed and task that all have."""
    return {place: [one[place] for one in parts] for place in parts[0] if all(place in one for one in parts)}


def _term(conditions: pd.DataFrame, term: Mapping, named: Sequence[str]) -> dict[tuple, Places]:
    """The conditions of a term, by those of their axes that its contrast does not name."""
    own = conditions[np.logical_and.reduce([conditions[axis] == term[axis] for axis in named])]
    return {tuple(axes.items()): places for axes, places in _blocks(own.drop(columns=list(named)))}


def _same_but(conditions: pd.DataFrame, changed: Mapping[str, object]) -> np.ndarray:
    """The number of the condition that is the same as each but for some axes."""
    numbers = pd.Series(range(len(conditions)), pd.MultiIndex.from_frame(conditions))
    return numbers.loc[pd.MultiIndex.from_frame(conditions.assign(**changed))].to_numpy()


def _blocks(conditions: pd.DataFrame) -> Iterator[tuple[dict, Places]]:
    """Conditions that differ in seed and task alone, with their axes."""
    axes = [axis for axis in conditions if axis not in PLACES]
    for key, own in conditions.groupby(axes, sort=False):
        yield dict(zip(axes, key, strict=True)), {(row.seed, row.task): row.Index for row in own.itertuples()}


def _by_task(values: Mapping[tuple[int, str], np.ndarray]) -> Iterator[tuple[str, list[np.ndarray]]]:
    """Each task with its values [n], one array a seed; then all but the last together, the mean image by image."""
    seeds, tasks = (list(dict.fromkeys(one)) for one in zip(*values, strict=True))
    for task in tasks:
        yield task, [values[seed, task] for seed in seeds]
    if earlier := [task for task in tasks if task != LAST]:
        several = ([values[seed, task] for task in earlier] for seed in seeds)
        yield EARLIER, [_mean(own) for own in several]


def _mean(several: Sequence[np.ndarray]) -> np.ndarray:
    """The mean over arrays [n] of what is not nan; nan where all is."""
    known = ~np.isnan(several)
    return np.where(known.any(0), np.where(known, several, 0).sum(0) / np.maximum(known.sum(0), 1), np.nan)
