"""The neurons that are specific to a digit, and how they respond before and after sleep (paper §8.4, figures 11 and 12)."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from sleep_robustness.papers.tadros.analyses.rows import numbers
from sleep_robustness.statistics import Statistic, mean, mean_over_networks

Arrays = Mapping[str, np.ndarray]
SELECTIONS = ("same", "halves")  # neurons are selected on the images that are then measured, or on others
MEASURES = ("before", "after", "change")


def most_active(responses: np.ndarray, labels: np.ndarray, classes: int, count: int, chosen: np.ndarray) -> np.ndarray:
    """The `count` neurons with the largest mean response to the chosen images of each class, int [classes, count].

    responses [n, units]; labels int [n]; chosen bool [n]. The first on ties.
    """
    means = [responses[chosen & (labels == label)].mean(0) for label in range(classes)]
    return np.argsort(-np.array(means), axis=1, kind="stable")[:, :count]


def first_halves(labels: np.ndarray) -> np.ndarray:
    """Every other image of each class, bool [n], from its first."""
    chosen = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        chosen[np.flatnonzero(labels == label)[::2]] = True
    return chosen


def of_specific(responses: np.ndarray, labels: np.ndarray, classes: int, count: int) -> tuple[np.ndarray, float]:
    """The mean response to each image of the `count` neurons specific to its class, for each of SELECTIONS, [2, n]; and the
    largest mean response of any neuron to any class, by which the paper normalises.

    "same", as printed: the neurons are selected on all images, those measured among them. "halves": they are selected on
    every other image and measured on the rest; nan for those they are selected on.
    """
    found = []
    for chosen, measured in ((np.ones(len(labels), bool),) * 2, (first_halves(labels), ~first_halves(labels))):
        specific = most_active(responses, labels, classes, count, chosen)[labels]
        found.append(np.where(measured, np.take_along_axis(responses, specific, axis=1).mean(1), np.nan))
    largest = max(responses[labels == label].mean(0).max() for label in range(classes))
    return np.array(found), float(largest)


def by_class(labels: np.ndarray, classes: int) -> Statistic:
    """Means before and after and their change, of each class and then of all classes together, [r, classes + 1, 3], as a
    `Statistic` of values [n, 2], nan where an image is not measured."""
    members = [labels == label for label in range(classes)]

    def statistic(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
        means = np.stack([mean(values[own], weights[:, own]) for own in members], axis=1)
        means = np.concatenate([means, means.mean(1, keepdims=True)], axis=1)
        return np.concatenate([means, means[..., 1:] - means[..., :1]], axis=2)

    return statistic


def response_rows(runs: pd.DataFrame, read: Callable[[str], Arrays]) -> pd.DataFrame:
    """What the specific neurons of each sleep's networks do before and after it, as means over networks.

    runs: dataset, defence, variant, readings (a list), seed, and path, which `read` turns into arrays: responses [k], their
    names; label [n]; specific [k, 2, 2, n], before and after and for each of SELECTIONS; largest [k, 2]. Columns: dataset,
    defence, variant, reading (a row for each), response, selection, scale ("raw": Hz or activation; "normalised": as a share of
    the network's own largest), digit (or "all"), measure (one of MEASURES), value, low, high, interval, examples, networks,
    note, and of the change of all digits p.
    """
    tables = []
    for (dataset, defence, variant), group in runs.groupby(["dataset", "defence", "variant"], sort=False):
        rows = pd.DataFrame(_rows([read(path) for path in group.path]))
        rows = rows.assign(dataset=dataset, defence=defence, variant=variant)
        tables += [rows.assign(reading=reading) for reading in group.readings.iloc[0]]
    axes, table = ["dataset", "defence", "variant", "reading"], pd.concat(tables, ignore_index=True)
    return table[[*axes, *table.columns.drop(axes)]]


def _rows(seeds: Sequence[Arrays]) -> Iterator[dict]:
    labels = seeds[0]["label"]
    classes = int(labels.max()) + 1
    statistic = by_class(labels, classes)
    for place, response in enumerate(seeds[0]["responses"]):
        for chosen, selection in enumerate(SELECTIONS):
            raw = [one["specific"][place, :, chosen].T for one in seeds]
            with np.errstate(invalid="ignore", divide="ignore"):  # 0/0 where no neuron ever spikes
                normalised = [values / one["largest"][place] for values, one in zip(raw, seeds, strict=True)]
            for scale, values in (("raw", raw), ("normalised", normalised)):
                means = mean_over_networks(values, statistic)
                counted = [int((~np.isnan(raw[0][labels == label])).all(1).sum()) for label in range(classes)]
                for digit, examples in enumerate([*counted, sum(counted)]):
                    for number, measure in enumerate(MEASURES):
                        axes = {"response": response, "selection": selection, "scale": scale}
                        axes |= {"digit": "all" if digit == classes else digit, "measure": measure}
                        found = means[digit, number]
                        row = axes | numbers(found, examples * len(seeds), len(seeds), "no neuron responds")
                        yield row | ({"p": float(found.p)} if digit == classes and measure == "change" else {})
