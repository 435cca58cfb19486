"""Defensive distillation (Papernot et al. 2016; paper §3 and §8.1), as printed and as the released code does it."""

from collections.abc import Sequence

import pandas as pd
import torch
from torch import Tensor

from sleep_robustness.data import Dataset
from sleep_robustness.defences.control import fresh, one_hot_labels, train_with
from sleep_robustness.networks import copy_of, in_float64
from sleep_robustness.networks.relu import ReluNetwork
from sleep_robustness.randomness import torch_stream

PARAMETERS = {
    "temperature": {"type": ["number", "null"], "exclusiveMinimum": 0, "description": "a temperature above 0, or null"},
    "of": {"type": ["string", "null"], "description": "the name of another variant, or null"},
    "attacked_at": {"type": ["number", "null"], "exclusiveMinimum": 0, "description": "a temperature above 0, or null"},
}
BATCH = 10_000  # examples that are looked at at a time


def fit(
    dataset: Dataset,
    params: dict,
    base: ReluNetwork | None = None,
    seed: int = 0,
    device: str = "cpu",
    of: ReluNetwork | None = None,
) -> ReluNetwork:
    """Train once, then go on with the same network on its own soft labels, for the same epochs, rate and momentum.

    params: those of the control, with `temperature` T of the softmax in both trainings and `attacked_at`, its temperature
    afterwards. As printed T = 50, back to 1 when attacked. With `temperature` None it is what the released code does, which
    writes the switch to the softmax into a misspelt variable: the control network goes on, with ReLU output and squared
    error, on its own outputs, computed in training mode. The network `of` a variant is taken as it is but for the temperature
    afterwards.
    """
    if of is not None:
        network = copy_of(of)
        network.temperature, network.history = params["attacked_at"], pd.DataFrame([{"temperature": params["attacked_at"]}])
        return network
    rng = torch_stream("second training", seed)
    x = torch.from_numpy(dataset.train_x).to(device)
    if params["temperature"] is None:
        network = copy_of(base)
        soft = soft_labels(network, x, network.dropout_masks(len(x), rng))
    else:
        network = fresh(dataset, params, seed, device, params["temperature"])
        labels = one_hot_labels(dataset, device)
        train_with(params, network, x, labels, torch_stream("batch order and dropout", seed))
        soft = soft_labels(network, x)
    train_with(params, network, x, soft, rng)
    network.temperature = params["attacked_at"]
    return network


@torch.no_grad()
def soft_labels(network: ReluNetwork, x: Tensor, masks: Sequence[Tensor] | None = None) -> Tensor:
    """What the network says of x [n, d], float64 [n, classes]; `masks` as for its logits."""
    precise, pieces = in_float64(network), range(0, len(x), BATCH)
    own = [None if masks is None else [mask[start : start + BATCH] for mask in masks] for start in pieces]
    logits = [precise.logits(x[start : start + BATCH].double(), mask) for start, mask in zip(pieces, own, strict=True)]
    return precise.outputs(torch.cat(logits))
