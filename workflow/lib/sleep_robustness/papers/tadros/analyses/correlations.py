"""Correlations of hidden activity between images of every two digits (paper §8.4, figures 8 to 10)."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from sleep_robustness.papers.tadros.analyses.rows import numbers
from sleep_robustness.statistics import Statistic, mean, mean_over_networks, of_all

Arrays = Mapping[str, np.ndarray]


def with_each_class(activity: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """The mean Pearson correlation of each image's activity with that of the other images of each class, float64 [n, classes].

    activity: of one layer, [n, units]; labels: int [n]. The mean over the images of class i of column j is the mean over all
    pairs of an image of i and another of j. An image whose activity is the same in all units has no correlation: its row is
    nan, and it counts in no pair.
    """
    centred = activity - activity.mean(1, keepdims=True, dtype=float)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    unit = np.divide(centred, length, out=np.zeros_like(centred), where=length > 0)
    member = (labels[:, None] == np.arange(classes)) & (length > 0)
    partners = member.sum(0) - member
    total = unit @ (unit.T @ member) - member  # the correlation of an image with itself is 1, and no pair
    return np.divide(total, partners, out=np.full(total.shape, np.nan), where=(partners > 0) & (length > 0))


def pairs(labels: np.ndarray, classes: int) -> Statistic:
    """The mean correlation of every two classes, [r, classes, classes], as a `Statistic` of what `with_each_class` gives.

    Both images of a pair are resampled, to first order: a resample's mean of i with j is its mean over images of i with all of
    j, and over images of j with all of i, less the mean of all. So only n numbers a class are kept, and not n² pairs.
    """
    members = [np.flatnonzero(labels == label) for label in range(classes)]

    def statistic(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
        drawn = np.stack([mean(values[own], weights[:, own]) for own in members], axis=1)
        return drawn + drawn.swapaxes(1, 2) - np.stack([of_all(mean, values[own]) for own in members])

    return statistic


def change(labels: np.ndarray, classes: int) -> Statistic:
    """The change of each pair's mean correlation, row by row, then the mean change of the same digit, that of different ones,
    and the first less the second, [r, classes² + 3], as a `Statistic` of values [n, 2·classes]: before, then after."""
    of_pairs, same = pairs(labels, classes), np.eye(classes, dtype=bool)

    def statistic(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
        changed = of_pairs(values[:, classes:], weights) - of_pairs(values[:, :classes], weights)
        of_same, of_different = changed[:, same].mean(1), changed[:, ~same].mean(1)
        means = np.stack([of_same, of_different, of_same - of_different], axis=1)
        return np.concatenate([changed.reshape(len(weights), -1), means], axis=1)

    return statistic


def change_rows(runs: pd.DataFrame, read: Callable[[str], Arrays]) -> pd.DataFrame:
    """How the correlations of each network differ from its own control's, as means over networks.

    runs: dataset, defence, variant, other axes if any, readings (a list), seed, path, control_path (of what it is compared
    with, which need not be the control), both of which `read` turns into arrays: inputs [k] and layers [l], their names;
    label [n]; correlation [k, l, n, classes]. Columns: the axes, reading (a row for each), input, layer, measure ("pair" of
    the digits first and second; "same" and "different", the means over all digits and over all pairs of two; "gap", the first
    of these less the second), value, low, high, interval, examples (those with activity before and after, summed over
    networks), networks, note.
    """
    tables, axes = [], list(runs.columns.drop(["readings", "seed", "path", "control_path"]))
    for key, group in runs.groupby(axes, sort=False):
        after, before = ([read(path) for path in paths] for paths in (group.path, group.control_path))
        rows = pd.DataFrame(_rows(after, before)).assign(**dict(zip(axes, key, strict=True)))
        tables += [rows.assign(reading=reading) for reading in group.readings.iloc[0]]
    axes = [*axes, "reading"]
    table = pd.concat(tables, ignore_index=True).astype({"first": "Int64", "second": "Int64"})
    return table[[*axes, *table.columns.drop(axes)]]


def _rows(after: Sequence[Arrays], before: Sequence[Arrays]) -> Iterator[dict]:
    labels = after[0]["label"]
    classes = after[0]["correlation"].shape[-1]
    statistic, digits = change(labels, classes), np.arange(classes)
    names = [("pair", first, second) for first in digits for second in digits] + [("same",), ("different",), ("gap",)]
    for place, kind in enumerate(after[0]["inputs"]):
        for depth, layer in enumerate(after[0]["layers"]):
            values = [
                np.concatenate([one["correlation"][place, depth] for one in both], axis=1)
                for both in zip(before, after, strict=True)
            ]
            found = mean_over_networks(values, statistic)
            counted = sum(int((~np.isnan(one)).all(1).sum()) for one in values)
            for number, name in enumerate(names):
                axes = {"input": kind, "layer": layer, **dict(zip(("measure", "first", "second"), name, strict=False))}
                yield axes | numbers(found[number], counted, len(values), "a digit has no two images with activity")
