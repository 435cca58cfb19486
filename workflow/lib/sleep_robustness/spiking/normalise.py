"""From a ReLU network to integrate-and-fire neurons: data-based normalisation (Diehl et al. 2015; Algorithm 1, line 3)."""

import torch
from torch import Tensor

from sleep_robustness.models import ReluNetwork, in_float64

BATCH = 10_000


@torch.no_grad()
def normalisation(network: ReluNetwork, x: Tensor) -> list[float]:
    """The factor of each layer, 1/d_l with d_l = m_l / d_{l−1} and d_0 = 1, for training examples x [n, d].

    m_l is the largest weight or activation of layer l, activations as at test time, those of the last layer after its ReLU;
    in float64, since a rounding would become one of every voltage.
    """
    precise = in_float64(network)
    largest = [weight.max().item() for weight in precise.weights]
    for rows in x.split(BATCH):
        for layer, activation in enumerate(precise.activations(rows.double())):
            largest[layer] = max(largest[layer], activation.max().item())
    factors, before = [], 1.0
    for m in largest:
        before = m / before
        factors.append(1 / before)
    return factors
