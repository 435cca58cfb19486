"""Weights of a one-layer network by what their pixels are to an output (paper §8.2, figures 3 D and 4)."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from sleep_robustness.data import Dataset
from sleep_robustness.errors import UserError
from sleep_robustness.metrics import mean_of_networks
from sleep_robustness.networks.relu import ReluNetwork

ROLES = ("on", "overlapping", "off")
# what is measured of an output: the mean weight of each role, two spreads, and the standard deviation among OFF weights. The
# paper's text leaves open whether the pixels that all images share are among the ON pixels; its figure 4 keeps them apart, so
# "spread" does.
MEASURES = {
    **{role: lambda means, role=role: means[role] for role in ROLES},
    "spread": lambda means: means.on - means.off,
    "spread_lit": lambda means: means.lit - means.off,
    "off_noise": lambda means: means.off_noise,
}


def pixel_roles(dataset: Dataset) -> np.ndarray:
    """What each pixel is to each class, names of ROLES [classes, d]: "on" is bright in the image of that class alone,
    "overlapping" in the images of all classes, "off" in others or in none. The data set has one test image a class."""
    bright = dataset.test_x[np.argsort(dataset.test_y)] > 0
    return np.where(bright.all(0), "overlapping", np.where(bright, "on", "off"))


def weight_rows(network: ReluNetwork, dataset: Dataset) -> pd.DataFrame:
    """Every weight of a network of one layer: output, input, role of the input to the output, weight. Raises UserError for a
    network of several layers."""
    if len(network.weights) != 1:
        raise UserError(f"weights: the network has {len(network.weights)} layers of weights; pixels have roles to one alone.")
    weights = network.weights[0].detach().cpu().numpy()
    outputs, inputs = (axis.ravel() for axis in np.indices(weights.shape))
    rows = {"output": outputs, "input": inputs, "role": pixel_roles(dataset).ravel(), "weight": weights.ravel()}
    return pd.DataFrame(rows)


def spread_rows(weights: pd.DataFrame, networks: Iterable[tuple[str, str, str]], control: str) -> pd.DataFrame:
    """The MEASURES of each network, means over its seeds and outputs, and as "…_difference" how they differ from the control
    of the same seed, paired. Outputs count as the examples.

    weights: defence, variant, seed and `weight_rows`; networks: (reading, defence, variant); control: the control's variant.
    Columns: reading, defence, variant, measure, then value, low, high, interval, examples, networks, note; and, of differences,
    p and identical, whether every weight is that of the control.
    """
    axes = ["defence", "variant", "seed", "output"]
    means = weights.pivot_table(index=axes, columns="role", values="weight")
    means["lit"] = weights[weights.role != "off"].groupby(axes).weight.mean()
    means["off_noise"] = weights[weights.role == "off"].groupby(axes).weight.std(ddof=0)
    rows, seeds = [], weights.seed.nunique()
    every = weights.set_index([*axes, "input"]).weight.sort_index()
    for reading, defence, variant in networks:
        same = np.array_equal(every.loc[defence, variant], every.loc["control", control])
        for measure, of in MEASURES.items():
            both = [of(means.loc[name]) for name in ((defence, variant), ("control", control))]
            values, before = (one.to_numpy().reshape(seeds, -1) for one in both)
            key = {"reading": reading, "defence": defence, "variant": variant}
            rows.append(key | {"measure": measure} | mean_of_networks(list(values)))
            against = mean_of_networks(list(values - before), tested=True) | {"identical": same}
            rows.append(key | {"measure": f"{measure}_difference"} | against)
    return pd.DataFrame(rows)
