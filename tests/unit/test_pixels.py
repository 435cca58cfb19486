"""Weights by what their pixels are to an output: closed forms on networks made by hand."""

import numpy as np
import pandas as pd
import pytest
import torch

from sleep_robustness.data import patches
from sleep_robustness.errors import UserError
from sleep_robustness.networks.relu import ReluNetwork, from_weights
from sleep_robustness.papers.tadros.analyses.pixels import MEASURES, ROLES, pixel_roles, spread_rows, weight_rows

DATASET = patches.load()
WEIGHTS = {"on": 0.3, "overlapping": 0.1, "off": -0.2}


def table(defence, variant, by_role, seeds=(1, 2, 3), shift=0.0):
    """`weight_rows` of networks whose weights are those of their role, and `shift` more with each seed."""
    roles = pixel_roles(DATASET)
    tables = []
    for number, seed in enumerate(seeds):
        weights = np.vectorize(by_role.get)(roles) + shift * number
        rows = weight_rows(from_weights([torch.from_numpy(weights)]), DATASET)
        tables.append(rows.assign(defence=defence, variant=variant, seed=seed))
    return pd.concat(tables)


def test_each_image_has_ten_pixels_of_its_own_and_fifteen_that_all_share():
    roles = pixel_roles(DATASET)
    assert roles.shape == (4, 100)
    assert [[(row == role).sum() for role in ROLES] for row in roles] == [[10, 15, 75]] * 4
    assert ((roles == "on").sum(0) <= 1).all()


def test_roles_go_by_class_and_not_by_the_order_of_images():
    order = [2, 0, 3, 1]
    shuffled = patches.load()
    shuffled = type(shuffled)(
        shuffled.train_x, shuffled.train_y, shuffled.test_x[order], shuffled.test_y[order], shuffled.bounds, shuffled.shape
    )
    np.testing.assert_array_equal(pixel_roles(shuffled), pixel_roles(DATASET))


def test_spread_of_known_weights():
    weights = pd.concat([table("control", "a", dict.fromkeys(ROLES, 0.0)), table("nap", "b", WEIGHTS, shift=0.01)])
    rows = spread_rows(weights, [("printed", "control", "a"), ("printed", "nap", "b")], "a")
    nap = rows[rows.defence == "nap"].set_index("measure")
    assert nap.value["on"] == pytest.approx(0.31) and nap.value["on_difference"] == pytest.approx(0.31)  # mean of 3 seeds
    assert nap.value["spread"] == pytest.approx(0.5) and nap.value["spread_difference"] == pytest.approx(0.5)
    assert nap.value["spread_lit"] == pytest.approx((10 * 0.3 + 15 * 0.1) / 25 + 0.2)
    assert nap.identical["spread_difference"] is False
    assert nap.low["spread"] == pytest.approx(nap.high["spread"]), "all outputs and seeds have one spread"
    assert (nap.networks == 3).all() and (nap.examples == 3 * 4).all()


def test_the_noise_of_off_weights_is_their_standard_deviation():
    control = table("control", "a", dict.fromkeys(ROLES, 0.0))
    nap = control.assign(defence="nap", variant="b")
    off = nap.role == "off"
    nap.loc[off, "weight"] = np.where(np.arange(off.sum()) % 2, 0.05, -0.05).astype(np.float32)
    rows = spread_rows(pd.concat([control, nap]), [("printed", "nap", "b")], "a").set_index("measure")
    assert rows.value["off_noise"] == pytest.approx(0.05, rel=1e-3) and rows.value["on_difference"] == 0
    assert rows.value["off_noise_difference"] == pytest.approx(0.05, rel=1e-3)


def test_a_network_compared_with_itself_differs_by_nothing():
    weights = pd.concat([table("control", "a", WEIGHTS, shift=0.01), table("nap", "b", WEIGHTS, shift=0.01)])
    rows = spread_rows(weights, [("printed", "nap", "b")], "a").set_index("measure")
    for name in MEASURES:
        assert tuple(rows.loc[f"{name}_difference", ["value", "low", "high", "p", "identical"]]) == (0, 0, 0, 1, True)


def test_a_network_of_several_layers_is_refused():
    with pytest.raises(UserError, match="the network has 2 layers of weights"):
        weight_rows(ReluNetwork([100, 5, 4]), DATASET)
