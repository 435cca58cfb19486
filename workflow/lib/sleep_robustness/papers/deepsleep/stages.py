"""What each stage of DeepSleep does: to the filters, to the accuracy, and how many spikes it takes (D15; Zhao 2022, §3.3)."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from sleep_robustness.metrics import mean_of_networks
from sleep_robustness.networks import copy_of, estimate_statistics
from sleep_robustness.networks.lenet import LeNet

NEURONS = {"conv1": 10 * 24 * 24, "conv2": 20 * 8 * 8, "linear": 10}
LAYERS = list(NEURONS)
PIECE = 1000  # images that a network is shown at a time


def roughness(filters: Tensor) -> Tensor:
    """How much neighbouring weights of each filter [channels, in, height, width] differ, [channels]: the mean square of their
    differences in the share that independent weights would have. 1 is noise, 0 a constant."""
    down, across = (filters.diff(dim=axis).square().mean((1, 2, 3)) for axis in (2, 3))
    return (down + across) / (4 * filters.var((1, 2, 3), correction=0))


def stage_rows(
    networks: Mapping[str, Sequence[LeNet]], train_x: Tensor, x: Tensor, y: Tensor
) -> Iterator[tuple[str, str, str, dict]]:
    """What is so after each stage: (after, layer, measure, the end of a tidy row).

    networks: of each stage, "control" and others, one for each seed; x [n, d], y [n]: what accuracies are of; train_x: what
    statistics are estimated on. Of the weights of each layer, channel by channel: `moved`, how far they are from the control's,
    in lengths of those; `turned`, 1 less the cosine of the angle between both; of convolutions `roughness`, less the control's.
    Of the network: `clean`, the share right, and `clean_estimated`, with BatchNorm's statistics estimated.
    """
    for after, own in networks.items():
        yield after, "", "clean", mean_of_networks([_right(network, x, y) for network in own], share=True)
        if after == "asleep":
            continue
        estimated = list(map(copy_of, own))
        for network in estimated:
            estimate_statistics(network, train_x)
        yield after, "", "clean_estimated", mean_of_networks([_right(network, x, y) for network in estimated], share=True)
        for layer in LAYERS if after != "control" else []:
            both = [_weights(layer, *pair) for pair in zip(own, networks["control"], strict=True)]
            flat = [[weight.flatten(1) for weight in pair] for pair in both]
            moved = [((now - before).norm(dim=1) / before.norm(dim=1)).numpy() for now, before in flat]
            turned = [1 - torch.cosine_similarity(now, before).numpy() for now, before in flat]
            yield after, layer, "moved", mean_of_networks(moved)
            yield after, layer, "turned", mean_of_networks(turned)
            if layer != "linear":
                rougher = [(roughness(now) - roughness(before)).numpy() for now, before in both]
                yield after, layer, "roughness", mean_of_networks(rougher)


def spike_rows(histories: Sequence[pd.DataFrame], shown: int) -> Iterator[tuple[str, str, str, dict]]:
    """The spikes of a neuron for an image in each epoch of slow sleep: ("slow", layer, "spikes", the end of a tidy row with its
    epoch and steps). histories: of the networks of all seeds; shown: images in an epoch."""
    slow = [history[history.layer.notna()] for history in histories if "layer" in history]
    for layer in dict.fromkeys(name for own in slow for name in own.layer):
        each = np.array([own.spikes[own.layer == layer] for own in slow]) / (shown * NEURONS[layer])
        steps = slow[0].steps[slow[0].layer == layer]
        for epoch, (values, number) in enumerate(zip(each.T, steps, strict=True), start=1):
            row = mean_of_networks([np.array([value]) for value in values]) | ({} if values.any() else {"note": "no spike"})
            yield "slow", layer, "spikes", {"epoch": epoch, "steps": int(number)} | row


def filter_rows(networks: Mapping[str, LeNet]) -> pd.DataFrame:
    """The filters of the first convolution after each stage: after, filter, row, column, value in units of its largest."""
    tables = []
    for after, network in networks.items():
        filters = network.conv1.weight.detach()[:, 0]
        values = (filters / filters.abs().amax((1, 2), keepdim=True)).numpy()
        number, row, column = (axis.ravel() for axis in np.indices(values.shape))
        columns = {"filter": number, "row": row, "column": column, "value": values.ravel()}
        tables.append(pd.DataFrame(columns).assign(after=after))
    return pd.concat(tables)


def _weights(layer: str, *networks: LeNet) -> list[Tensor]:
    """The weights of a layer in each network, float64."""
    return [getattr(network, layer).weight.detach().double() for network in networks]


def _right(network: LeNet, x: Tensor, y: Tensor) -> np.ndarray:
    """Whether a network gives each of x its label, [n]."""
    return torch.cat([network.predict(rows) for rows in x.split(PIECE)]).eq(y).double().numpy()
