"""What happens during sleep: spikes, weights, and what the network can do, at moments of it."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from sleep_robustness.attacks import fgsm
from sleep_robustness.defences.sleep import with_weights
from sleep_robustness.models import ReluNetwork
from sleep_robustness.spiking import SleepParameters, sleep

FIRST = 10  # steps slept at the first moment looked at


def moments(steps: int, count: int) -> list[int]:
    """`count` numbers of steps slept up to all `steps`, evenly on a logarithmic axis, fewer where they coincide."""
    return np.unique(np.geomspace(min(FIRST, steps), steps, count).round().astype(int)).tolist()


def trace(
    base: ReluNetwork,
    bedded: tuple[list[np.ndarray], np.ndarray, SleepParameters],
    rule: str,
    steps: Sequence[int],
    x: torch.Tensor,
    y: torch.Tensor,
    attack: Mapping,
) -> dict[str, np.ndarray]:
    """Let a network sleep under a rule of plasticity and look at it before, and after each number of `steps`, of which the last
    is all of them: k moments.

    bedded: weights, input spikes and parameters, as `defences.sleep.bedded` gives them; x [n, d], y [n]: what it is attacked
    with by FGSM, whose parameters are `attack`. Gives spikes [k, layers behind the input], so far; raised, lowered [k], the
    shares of all weights that lie above and below where they began; strength [k, n], as an attack's.
    """
    weights, spikes, parameters = bedded
    result = sleep(weights, spikes, parameters, rule, checkpoints=steps, rasters=True)
    so_far = np.stack([raster.sum(1).cumsum() for raster in result.rasters[1:]], axis=1)
    total, moved, strength, before = sum(weight.size for weight in weights), [(0.0, 0.0)], [], weights
    strength.append(_attacked(base, x, y, attack))
    for step in steps:
        now = result.checkpoints[step]
        pairs = list(zip(weights, now, strict=True))
        moved.append(tuple(sum(int(np.sum(way(new, old))) for old, new in pairs) / total for way in (np.greater, np.less)))
        same = all(np.array_equal(old, new) for old, new in zip(before, now, strict=True))
        strength.append(strength[-1] if same else _attacked(with_weights(base, now).to(x.device), x, y, attack))
        before = now
    raised, lowered = np.array(moved).T
    spikes_seen = np.concatenate([np.zeros((1, so_far.shape[1]), so_far.dtype), so_far[np.array(steps) - 1]])
    return {"spikes": spikes_seen, "raised": raised, "lowered": lowered, "strength": np.array(strength)}


def _attacked(network: ReluNetwork, x: torch.Tensor, y: torch.Tensor, attack: Mapping) -> np.ndarray:
    return fgsm.run(network, x, y, attack, torch.Generator()).strength
