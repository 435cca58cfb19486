"""How much sleep: networks that slept for so many steps, and what is left of them."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch

from sleep_robustness.data import Dataset
from sleep_robustness.defences.sleep import fit
from sleep_robustness.distortions import distortion
from sleep_robustness.evaluation import DISTORTIONS, attack_all, right
from sleep_robustness.networks.relu import ReluNetwork
from sleep_robustness.papers.together.dose_rows import AWAKE
from sleep_robustness.randomness import numpy_stream


def dosed(
    base: ReluNetwork, dataset: Dataset, sleep: Mapping, steps: Sequence[int], seed: int, device: str = "cpu"
) -> Iterator[tuple[int, ReluNetwork]]:
    """The network that a base is after each number of steps of a sleep, and before it, 0. sleep: as of `defences.sleep.fit`."""
    yield AWAKE, base
    for number in steps:
        yield number, fit(dataset, {**sleep, "steps": number}, base=base, seed=seed, device=device)


def left(
    network: ReluNetwork, x: np.ndarray, y: np.ndarray, attacked: int, strength: float, linf: Mapping[str, Mapping], seed: int
) -> dict[str, np.ndarray]:
    """Whether a network is right on images x [n, d] of classes y [n], bool [n]: "clean", with "noise", that of `evaluate`, and
    under each attack of `linf` within a strength, which has the first `attacked` images."""
    labels, side = torch.from_numpy(y).to(network.device), int(x.shape[1] ** 0.5)
    variance, params = DISTORTIONS["noise"]
    noisy = distortion("noise").apply(x.reshape(-1, side, side), variance, numpy_stream("noise", seed), params)
    some = torch.from_numpy(x[:attacked]).to(network.device, network.precision)
    found = attack_all(network, some, labels[:attacked], [strength], seed, linf=linf, l2={}).right
    return {"clean": right(network, x, labels), "noise": right(network, noisy, labels)} | {
        name: own[:, 0] for name, own in found.items()
    }
