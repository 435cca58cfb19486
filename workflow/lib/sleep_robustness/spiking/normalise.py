"""From a ReLU network to integrate-and-fire neurons: data-based normalisation (Diehl et al. 2015; Algorithm 1, line 3)."""

import torch
from torch import Tensor

from sleep_robustness.networks import in_float64
from sleep_robustness.networks.relu import ReluNetwork

BATCH = 10_000
ROUNDING = 1e-3  # share of the largest activation within which float32 may have taken another for it


def normalisation(network: ReluNetwork, x: Tensor) -> list[float]:
    """The factor of each layer, 1/d_l with d_l = m_l / d_{l−1} and d_0 = 1; m_l: `largest` over training examples x [n, d],
    which are looked at only if the network does not know it."""
    factors, before = [], 1.0
    for m in network.largest or largest(network, x):
        before = m / before
        factors.append(1 / before)
    return factors


@torch.no_grad()
def largest(network: ReluNetwork, x: Tensor) -> list[float]:
    """The largest weight or activation of each layer for examples x [n, d].

    Activations are those of test time, of the last layer after its ReLU; in float64, since a rounding would become one of every
    voltage, and to twelve digits, since those behind them depend on the processor. Of a network in float32 they are first
    computed in that, in half the time, and then in float64 for the examples that come near the largest.
    """
    highest = torch.cat([_highest(network, rows.to(network.precision)) for rows in x.split(BATCH)])
    near = x[(highest >= (1 - ROUNDING) * highest.amax(0)).any(1)]
    precise = in_float64(network)
    found = [weight.max().item() for weight in precise.weights]
    for rows in near.split(BATCH):
        for layer, activation in enumerate(precise.activations(rows.double())):
            found[layer] = max(found[layer], activation.max().item())
    return [float(f"{value:.12g}") for value in found]


def _highest(network: ReluNetwork, x: Tensor) -> Tensor:
    """The largest activation of each layer for each example, [n, layers]."""
    return torch.stack([layer.amax(1) for layer in network.activations(x)], dim=1)
