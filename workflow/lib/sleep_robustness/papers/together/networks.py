"""The network of a row, however its paper keeps it."""

import os
from collections.abc import Mapping, Sequence

import numpy as np
from torch import Tensor

from sleep_robustness.attacks import autoattack
from sleep_robustness.evaluation import weight_bytes
from sleep_robustness.keys import key_of
from sleep_robustness.networks import Network, copy_of, load
from sleep_robustness.networks.binary import BinaryNetwork
from sleep_robustness.papers.bnn.learnt import Learnt
from sleep_robustness.papers.together.plan import learns_tasks, network_run
from sleep_robustness.randomness import torch_stream


def network_of(row: Mapping, seed: int, file: str | os.PathLike) -> Network:
    """A row's network of a seed, of the file that its paper keeps it in.

    One that learnt tasks is as it was after the first of them, with BatchNorm's statistics estimated then, and in float64. The
    others are as their papers hand them over.
    """
    if learns_tasks(row):
        return Learnt.load(file).network(1, 1, "estimated")
    return load([file])[key_of(network_run(row, seed))]


def views(network: Network, windows: Sequence[float]) -> list[Network]:
    """The network with each gradient that an attack may take: of a binary one one for each window, within which that of a sign
    passes; of others it is one."""
    if not isinstance(network, BinaryNetwork) or network.real:
        return [network]
    found = []
    for window in windows:
        found.append(copy_of(network).to(network.precision).requires_grad_(False))
        found[-1].window = window
    return found


def refereed(network: Network, x: Tensor, y: Tensor, params: Mapping, seed: int) -> np.ndarray:
    """What AutoAttack leaves of images x [n, d] of classes y [n] at each ε of its params, bool [n, k]."""
    rng = torch_stream("attack autoattack", seed)
    return autoattack.run(network, x, y, dict(params), rng).details["right"][:, 1:]


def stored_bytes(network: Network) -> int:
    """What a network's parameters take for inference: a bit for a binary weight, 4 bytes for all others."""
    if isinstance(network, BinaryNetwork):
        bits = 32 if network.real else 1
        return sum(-(-weight.numel() * bits // 8) for weight in network.layers) + 4 * sum(
            own.numel() for own in network.norms.parameters()
        )
    return weight_bytes(network)
