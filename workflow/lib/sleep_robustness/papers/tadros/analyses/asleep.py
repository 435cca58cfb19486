"""What happens during sleep: spikes, weights, and what the network can do, at moments of it."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from sleep_robustness.attacks import fgsm
from sleep_robustness.defences.sleep import with_weights
from sleep_robustness.networks.relu import ReluNetwork
from sleep_robustness.papers.tadros.analyses.rows import MOVED
from sleep_robustness.spiking import SleepParameters, sleep

FIRST = 10  # steps slept at the first moment looked at
COUNTED = 50  # moments at which spikes are counted, which costs nothing


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
    """Let a network sleep under a rule of plasticity and look at it before, and after each number of `steps`: k moments. A
    sleep that ends sooner, by its number of updates, leaves it as it then is.

    bedded: weights, input spikes and parameters, as `defences.sleep.bedded` gives them; x [n, d], y [n]: what it is attacked
    with by FGSM, whose parameters are `attack`. Gives steps [k], 0 first; each of MOVED [k]; strength [k, n], as an attack's;
    and, at COUNTED moments of their own, spike_steps [c] and spikes [c, layers behind the input], so far.
    """
    weights, spikes, parameters = bedded
    ends = [min(step, len(spikes)) for step in steps]
    result = sleep(weights, spikes, parameters, rule, checkpoints=sorted(set(ends)), rasters=True)
    so_far = np.stack([raster.sum(1).cumsum() for raster in result.rasters[1:]], axis=1)
    so_far = np.concatenate([np.zeros((1, so_far.shape[1]), so_far.dtype), so_far])
    counted = [0, *moments(steps[-1], COUNTED)]
    moved, strength, before = [_moved(weights, weights)], [], weights
    strength.append(_attacked(base, x, y, attack))
    for step in ends:
        now = result.checkpoints[step]
        moved.append(_moved(weights, now))
        same = all(np.array_equal(old, new) for old, new in zip(before, now, strict=True))
        strength.append(strength[-1] if same else _attacked(with_weights(base, now).to(x.device), x, y, attack))
        before = now
    found = {"spike_steps": np.array(counted), "spikes": so_far[np.minimum(counted, len(spikes))]}
    return {
        "steps": np.array([0, *steps]),
        "strength": np.array(strength),
        **dict(zip(MOVED, np.array(moved).T, strict=True)),
    } | found


def _moved(before: Sequence[np.ndarray], now: Sequence[np.ndarray]) -> tuple[float, ...]:
    """MOVED, of the weights of all layers."""
    old, new = (np.concatenate([weight.ravel() for weight in weights]) for weights in (before, now))
    change = new - old
    far = [np.abs(change[(change != 0) & began]) for began in (old > 0, old <= 0)]
    changed = sum(map(len, far))
    positive = len(far[0]) / changed if changed else np.nan
    return (change > 0).mean(), (change < 0).mean(), positive, *(one.mean(dtype=float) if len(one) else np.nan for one in far)


def _attacked(network: ReluNetwork, x: torch.Tensor, y: torch.Tensor, attack: Mapping) -> np.ndarray:
    return fgsm.run(network, x, y, attack, torch.Generator()).strength
