"""What sleep does to each class (paper §5.1, figures 5 B, C): how hard it is to attack, how well known, how high it scores."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from sleep_robustness.metrics import MEASURES, SHARES, mean_of_networks
from sleep_robustness.statistics import difference, median

# Of the strengths of an attack: the mean over those right and fooled ("mean", as figure 5 B), of those right the share never
# fooled, and the share right. Beside them stands, of the outputs, the mean of an image's own class ("score").
BY_ATTACK = ("mean", "never_fooled", "clean")
GROUPS = {"0-7": range(8), "8-9": (8, 9)}  # of MNIST's digits, as the paper's text puts them


def score_rows(outputs: Mapping[tuple, np.ndarray], labels: np.ndarray) -> pd.DataFrame:
    """Mean outputs of each network by the class of the image (figure 5 C): defence, variant, label, output, then value to note.

    outputs: [n, classes] by (defence, variant, seed); labels [n].
    """
    networks, rows = dict.fromkeys(key[:2] for key in outputs), []
    for network in networks:
        group = [values for key, values in outputs.items() if key[:2] == network]
        for label in np.unique(labels):
            for output in range(group[0].shape[1]):
                axes = {"defence": network[0], "variant": network[1], "label": label, "output": output}
                rows.append(axes | mean_of_networks([values[labels == label, output].astype(float) for values in group]))
    return pd.DataFrame(rows)


def digit_rows(
    runs: pd.DataFrame,
    read: Callable[[str], Mapping[str, np.ndarray]],
    outputs: Mapping[tuple, np.ndarray],
    labels: np.ndarray,
) -> pd.DataFrame:
    """Each reading's networks after sleep beside the control, class by class and for the GROUPS of classes.

    runs: reading, dataset, defence (the control's and sleep's), variant, attack, attack_variant, seed, path; `read` gives the
    arrays of an attack. outputs [n, classes] by (defence, variant, seed), labels [n]. Columns: reading, dataset, defence,
    variant, attack, attack_variant, label, measure ("mean", "never_fooled", "clean", "score"; of sleep also "…_difference" to
    the control of the same seed, on the same images; "mean_both_difference", of the images that are right and fooled in both
    networks; and "median_both_difference", of the medians over the images that both get right, never fooled counting as ∞),
    then value to note and, of the former differences, p.
    """
    axes, tables = list(runs.columns.drop(["seed", "path"])), []
    for _, reading in runs.groupby("reading", sort=False):
        arrays = {row.Index: read(row.path) for row in reading.itertuples()}
        base = {row.seed: row for row in reading[reading.defence == "control"].itertuples()}
        for key, group in reading.groupby(axes, sort=False):
            pairs = [(base[row.seed], row) for row in group.itertuples()]
            rows = list(_network_rows(pairs, arrays, outputs, labels, key[axes.index("defence")] != "control"))
            tables.append(pd.DataFrame([dict(zip(axes, key, strict=True)) | row for row in rows]))
    return pd.concat(tables)


def _network_rows(pairs, arrays, outputs, labels, compared):
    """The rows of one network: of each class and group its measures and, where `compared`, how they differ from the control's.
    pairs: the runs of the control and of the network, of each seed."""
    attacked = next(iter(arrays.values()))["label"]
    for label, members in ({str(one): [one] for one in np.unique(labels)} | GROUPS).items():
        values = {}  # of a measure for each seed [n, 2], the control's and the network's; nan where an example is not counted
        chosen = np.isin(attacked, members)
        for measure in BY_ATTACK:
            count = MEASURES[measure][1]
            both = [[np.asarray(count(arrays[run.Index]["strength"][chosen]), float) for run in pair] for pair in pairs]
            values[measure] = [np.stack(pair, axis=1) for pair in both]
        own = np.flatnonzero(np.isin(labels, members))
        scores = [[outputs[run.defence, run.variant, run.seed][own, labels[own]] for run in pair] for pair in pairs]
        values["score"] = [np.stack(pair, axis=1).astype(float) for pair in scores]
        for measure, group in values.items():
            row = {"label": label, "measure": measure}
            yield row | mean_of_networks([pair[:, 1] for pair in group], share=measure in SHARES)
            if compared:
                yield row | {"measure": f"{measure}_difference"} | mean_of_networks(group, difference, tested=True)
        if compared:
            paired = [pair[:, 1] - pair[:, 0] for pair in values["mean"]]
            yield {"label": label, "measure": "mean_both_difference"} | mean_of_networks(paired)
            strengths = [np.stack([arrays[run.Index]["strength"][chosen] for run in pair], axis=1) for pair in pairs]
            right = [np.where((both > 0).all(1, keepdims=True), both, np.nan) for both in strengths]
            yield {"label": label, "measure": "median_both_difference"} | mean_of_networks(right, _of_medians)


def _of_medians(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The median of the second column of values [n, 2] less that of the first, as a `Statistic`."""
    with np.errstate(invalid="ignore"):  # ∞ − ∞
        return median(values[:, 1], weights) - median(values[:, 0], weights)
