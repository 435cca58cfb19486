"""FGSM of images, through the network that makes features of them (split CIFAR; ours: the final report attacks features)."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from sleep_robustness.attacks.fgsm import OBJECTIVES
from sleep_robustness.networks.binary import BinaryNetwork
from sleep_robustness.papers.bnn.evaluation import state
from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.papers.bnn.learnt import Learnt
from sleep_robustness.papers.bnn.tasks import ClassTasks
from sleep_robustness.progress import progress

BATCH = 10  # images whose gradients are held at a time, 0.1 GiB each

log = logging.getLogger("sleep_robustness")


def image_flags(
    networks: Mapping[tuple[int, int], Learnt],
    tasks: ClassTasks,
    x: Tensor,
    y: np.ndarray,
    *,
    features: Callable[[Tensor], Tensor],
    objective: str,
    strengths: Sequence[float],
    statistics: Sequence[str],
) -> Flags:
    """Whether networks, by member of their grid and seed, are right on images that FGSM makes of x [n, …], float32 in 0..1, of
    classes y [n]: of the first task, after it and after the last, and of the last, by the BatchNorm of the task.

    features: what networks are given of images, differentiable; objective: of FGSM; strengths: its ε, beside 0. The gradient is
    taken once, at x, through `features`. The conditions have the axis strength beside those of `evaluation`, member and seed.
    """
    found, grid = [], [0.0, *sorted(strengths)]
    for task in (1, len(tasks)):
        rows, labels = tasks.shown(np.arange(len(y)), y, task)
        heads = [(axes, head.to(x.device)) for axes, head in _heads(networks, task, statistics)]
        right = np.empty((len(heads), len(grid), len(rows)), bool)
        batches = np.split(np.arange(len(rows)), range(BATCH, len(rows), BATCH))
        for batch in progress(batches, what=f"FGSM of images of task {task}, batches of {BATCH}"):
            truth = torch.from_numpy(labels[batch]).to(x.device)
            attacks = _signs(x[rows[batch]], truth, [head for _, head in heads], features, objective)
            for number, ((_, head), sign) in enumerate(zip(heads, attacks, strict=True)):
                for column, epsilon in enumerate(grid):
                    with torch.no_grad():
                        attacked = features((x[rows[batch]] + epsilon * sign).clamp(0, 1))
                    right[number, column, batch] = (head.predict(attacked.double()) == truth).cpu()
        found += [
            (axes | {"strength": epsilon}, own)
            for (axes, _), each in zip(heads, right, strict=True)
            for epsilon, own in zip(grid, each, strict=True)
        ]
    return Flags.of(found)


def _heads(
    networks: Mapping[tuple[int, int], Learnt], task: int, statistics: Sequence[str]
) -> Iterator[tuple[dict, BinaryNetwork]]:
    """The networks that images of a task are made on, in each state, with their axes."""
    for (member, seed), learnt in networks.items():
        for after in range(1, len(learnt.done) + 1):
            if after >= task and after in (1, len(learnt.done)):
                for kind in statistics:
                    axes = state(after, "own", kind, task) | {"member": member, "seed": seed}
                    yield axes, learnt.network(after, task, kind)


def _signs(
    x: Tensor, y: Tensor, heads: Sequence[BinaryNetwork], features: Callable[[Tensor], Tensor], objective: str
) -> Iterator[Tensor]:
    """For each head the sign of the objective's gradient by images x. Features are computed once; their graph serves all."""
    x = x.clone().requires_grad_()
    given = features(x)
    for head in heads:
        inputs = given.detach().double().requires_grad_()
        logits = head.logits(inputs)
        (by_features,) = torch.autograd.grad(logits, inputs, OBJECTIVES[objective](head, logits.detach(), y))
        largest = by_features.abs().amax(1, keepdim=True)  # its size changes no sign, but might vanish in float32
        scaled = (by_features / largest.clamp_min(torch.finfo(torch.float64).tiny)).to(given.dtype)
        (gradient,) = torch.autograd.grad(given, x, scaled, retain_graph=True)
        if zero := int((gradient.flatten(1) == 0).all(1).sum()):
            log.warning("the gradient is 0 everywhere for %d of %d images", zero, len(x))
        yield gradient.sign()
