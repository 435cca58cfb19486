"""A small network on points of a plane, before and after sleep (paper §5.1, figure 5 A).

The paper prints nothing of its example but that the network has three layers. The points, the network and its sleep are our
choice. Inputs are rates of spikes and so not negative, and the network has no biases: its decision regions are wedges from
the origin.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import torch

from sleep_robustness.data import Dataset
from sleep_robustness.defences import control, sleep
from sleep_robustness.metrics import mean_of_networks
from sleep_robustness.networks.relu import ReluNetwork
from sleep_robustness.randomness import numpy_stream

DISTANCE = 0.6  # of the middle of each class from the origin


def points(params: Mapping, seed: int) -> Dataset:
    """Clouds of `examples` points a class and split around `classes` middles, at even angles from the origin, with standard
    deviation `spread`, clipped to the unit square."""
    rng, classes = numpy_stream("points of the plane", seed), params["classes"]
    labels = np.tile(np.arange(classes), params["examples"])
    clouds = [middles(classes)[labels] + params["spread"] * rng.standard_normal((len(labels), 2)) for _ in range(2)]
    train, test = (cloud.clip(0, 1).astype(np.float32) for cloud in clouds)
    return Dataset(train, labels, test, labels.copy(), (0.0, 1.0), (2,))


def middles(classes: int) -> np.ndarray:
    """The middle of each class, [classes, 2]."""
    angles = np.pi / 2 * (np.arange(classes) + 0.5) / classes
    return DISTANCE * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def true_classes(x: np.ndarray, classes: int) -> np.ndarray:
    """The class of the middle nearest to each of x [n, 2], int [n]. No rule errs less on the clouds, but for their clipping:
    they are Gaussian with one spread in all directions, and equally many."""
    return ((x[:, None] - middles(classes)) ** 2).sum(2).argmin(1)


def grid(side: int) -> np.ndarray:
    """A lattice of side² points over the unit square, float32 [side², 2]."""
    line = np.linspace(0, 1, side, dtype=np.float32)
    return np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)


def before_and_after(dataset: Dataset, params: Mapping, seed: int) -> dict[str, ReluNetwork]:
    """The network of a seed, trained on the points ("before"), and asleep over them ("after")."""
    trained = control.fit(dataset, params["training"], seed=seed)
    return {"before": trained, "after": sleep.fit(dataset, params["sleep"], base=trained, seed=seed)}


def decided(networks: Mapping[str, ReluNetwork], x: np.ndarray) -> dict[str, np.ndarray]:
    """The class that each network gives each of x, int64 [n]."""
    return {phase: network.predict(torch.from_numpy(x)).numpy() for phase, network in networks.items()}


def plane_rows(seeds: Mapping[int, tuple[Dataset, dict]], side: int) -> pd.DataFrame:
    """What sleep changes, means over networks with 95 % intervals over networks and points: "changed", the share of
    the plane and of the test points that get another class; "gained" and "lost", the largest rise and the largest fall of the
    area of a class; by class, "area", the share of the plane that it gets, and "recall", before, after and their difference;
    likewise of all, "true_area" and "true_points", the shares of the plane and of the test points that get their true class.

    seeds: the points and the networks of each. Columns: label (of a class, else "all"), measure, phase, value, low, high,
    interval, examples, networks, note.
    """
    lattice = grid(side)
    plane = [decided(networks, lattice) for _, networks in seeds.values()]
    tests = [decided(networks, dataset.test_x) for dataset, networks in seeds.values()]
    labels = next(iter(seeds.values()))[0].test_y  # the same of every seed
    rows = []

    def add(label, measure, phase, group):
        flags = [np.asarray(values, float) for values in group]
        rows.append({"label": label, "measure": measure, "phase": phase} | mean_of_networks(flags))

    def add_phases(label, measure, group, expected):
        flags = [{phase: 1.0 * (given == expected) for phase, given in one.items()} for one in group]
        for phase in ("before", "after"):
            add(label, measure, phase, [one[phase] for one in flags])
        add(label, measure, "difference", [one["after"] - one["before"] for one in flags])

    for measure, group in (("changed_area", plane), ("changed_points", tests)):
        add("all", measure, "difference", [one["after"] != one["before"] for one in group])
    classes = np.unique(labels)
    for measure, which in (("gained", np.argmax), ("lost", np.argmin)):
        changes = [np.stack([1.0 * (one["after"] == c) - (one["before"] == c) for c in classes]) for one in plane]
        add("all", measure, "difference", [change[which(change.mean(1))] for change in changes])
    add_phases("all", "true_area", plane, true_classes(lattice, len(classes)))
    add_phases("all", "true_points", tests, labels)
    for label in classes:
        add_phases(label, "area", plane, label)
        own = labels == label
        add_phases(label, "recall", [{phase: given[own] for phase, given in one.items()} for one in tests], label)
    return pd.DataFrame(rows)
