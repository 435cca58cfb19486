"""Which examples a network that learnt tasks is right on: by its state, by BatchNorm, and under an attack.

The axes of a condition: after, the task after which the weights are taken; norm, whose BatchNorm: "own", that of the task that
the images are of, "last", that of the task learnt last, or "reloaded", the released code's, whose network "after task k" has
task k's BatchNorm and the last weights (a checkpoint that is loaded into a used network changes BatchNorm alone); statistics of
BatchNorm, those of `Learnt` and "batch", of the test images themselves, BATCH at a time; task, whose images are shown.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
import torch

from sleep_robustness.attacks import attack
from sleep_robustness.networks.binary import BinaryNetwork
from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.papers.bnn.learnt import Learnt, predictions
from sleep_robustness.papers.bnn.tasks import Tasks
from sleep_robustness.randomness import torch_stream

BATCH = 100  # test images that give BatchNorm its statistics


def states(learnt: Learnt) -> Iterator[tuple[dict, BinaryNetwork]]:
    """Every condition of clean images, and its network: all BatchNorms when all tasks are learnt, and reloaded ones."""
    last = len(learnt.done)
    for task in range(1, last + 1):
        for norm, whose in (("own", task), ("last", last)):
            for statistics in ("running", "estimated"):
                yield _axes(last, norm, statistics, task), learnt.network(last, whose, statistics)
            network = learnt.network(last, whose)
            for part in network.norms.train():
                part.momentum = 0  # what it has gathered stays
            yield _axes(last, norm, "batch", task), network
        yield _axes(last, "own", "afterwards", task), learnt.network(last, task, "afterwards")
        for after in range(1, last + 1):
            yield _axes(after, "reloaded", "running", task), learnt.network(last, after)


def clean_flags(learnt: Learnt, tasks: Tasks, x: np.ndarray, y: np.ndarray) -> Flags:
    """Whether it is right on clean test images x [n, d] of classes y [n]."""
    found = [(axes, predictions(network, tasks.images(x, axes["task"]), BATCH) == y) for axes, network in states(learnt)]
    return _flags(found)


def attacked_flags(
    learnt: Learnt,
    tasks: Tasks,
    x: np.ndarray,
    y: np.ndarray,
    *,
    name: str,
    params: Mapping,
    statistics: Sequence[str],
    seed: int,
    device: str = "cpu",
) -> Flags:
    """Whether it is right on test images that an attack makes on the network itself, strength by strength, 0 for clean ones: of
    the first task, after it and after the last, and of the last; by its own BatchNorm and the last one.

    params: the attack's; statistics: of BatchNorm, those of `Learnt` that are evaluated. The attack must be one that gives
    `right` by strength.
    """
    last, found = len(learnt.done), []
    for after, task in ((1, 1), (last, 1), (last, last)):
        shown = torch.from_numpy(tasks.images(x, task)).double().to(device)
        for norm, whose in (("own", task), ("last", after)) if after != task else (("own", task),):
            for kind in statistics:
                network = learnt.network(after, whose, kind).to(device)
                rng = torch_stream(f"attack {name}", "tasks", seed, task)
                result = attack(name).run(network, shown, torch.from_numpy(y).to(device), params, rng)
                rows = zip(result.details["strengths"], result.details["right"].T, strict=True)
                for strength, right in rows:
                    axes = _axes(after, norm, kind, task) | {"strength": float(strength)}
                    # a network that has learnt nothing else has its own BatchNorm and the last one in one
                    both = ("own", "last") if after == task else (norm,)
                    found += [(axes | {"norm": one}, right) for one in both]
    return _flags(found)


def _axes(after: int, norm: str, statistics: str, task: int) -> dict:
    return {"after": after, "norm": norm, "statistics": statistics, "task": task}


def _flags(found: Sequence[tuple[dict, np.ndarray]]) -> Flags:
    axes, right = zip(*found, strict=True)
    return Flags(pd.DataFrame(axes), np.array(right, bool))
