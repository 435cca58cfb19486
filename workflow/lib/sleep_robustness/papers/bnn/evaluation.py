"""Which examples a network that learnt tasks is right on: by its state, by BatchNorm, under an attack and under corruptions.

The axes of a condition: after, the task after which the weights are taken; norm, whose BatchNorm: "own", that of the task that
the images are of, "last", that of the task learnt last, or "reloaded", the released code's, whose network "after task k" has
task k's BatchNorm and the last weights (a checkpoint that is loaded into a used network changes BatchNorm alone); statistics of
BatchNorm, those of `Learnt` and "batch", of the test images themselves, BATCH at a time; task, whose images are shown.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd
import torch

from sleep_robustness.attacks import IMAGES, PIECE, attack
from sleep_robustness.networks.binary import TANH, BinaryNetwork
from sleep_robustness.papers.bnn.corrupted import conditions, shown
from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.papers.bnn.learnt import Learnt, predictions
from sleep_robustness.papers.bnn.tasks import ClassTasks, Tasks
from sleep_robustness.randomness import torch_stream

WINDOWS = {"tanh": TANH, "none": math.inf}  # what is no number
BATCH = 100  # test images that give BatchNorm its statistics


def states(learnt: Learnt) -> Iterator[tuple[dict, BinaryNetwork]]:
    """Every condition of clean images, and its network: all BatchNorms when all tasks are learnt, and reloaded ones."""
    last = len(learnt.done)
    for task in range(1, last + 1):
        for norm, whose in (("own", task), ("last", last)):
            for statistics in ("running", "estimated"):
                yield state(last, norm, statistics, task), learnt.network(last, whose, statistics)
            network = learnt.network(last, whose)
            network.norms.train()
            yield state(last, norm, "batch", task), network
        yield state(last, "own", "afterwards", task), learnt.network(last, task, "afterwards")
        for after in range(1, last + 1):
            yield state(after, "reloaded", "running", task), learnt.network(last, after)


def clean_flags(learnt: Learnt, tasks: Tasks | ClassTasks, x: np.ndarray, y: np.ndarray) -> Flags:
    """Whether it is right on clean test images x [n, d] of classes y [n]."""
    shown, found = {task: tasks.shown(x, y, task) for task in range(1, len(tasks) + 1)}, []
    doubles = {task: images.astype(np.float64) for task, (images, _) in shown.items()}  # once, not for each state
    for axes, network in states(learnt):
        task, size = axes["task"], BATCH if axes["statistics"] == "batch" else PIECE
        found.append((axes, predictions(network, doubles[task], size) == shown[task][1]))
    return Flags.of(found)


def attacked_flags(
    learnt: Learnt,
    tasks: Tasks | ClassTasks,
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

    params: the attack's, which must be one that gives `right` by strength, and windows, of the gradient of a sign, see
    `BinaryNetwork`; statistics: of BatchNorm, those of `Learnt` that are evaluated. The conditions have the axes strength and
    window beside those of this file.
    """
    found = []
    for after, task, norms in _attacked_states(learnt):
        own, labels = tasks.shown(x, y, task)
        images, labels = torch.from_numpy(own).double().to(device), torch.from_numpy(labels).to(device)
        for (whose, names), kind, window in product(norms.items(), statistics, params["windows"]):
            network = learnt.network(after, whose, kind).to(device)
            network.window = WINDOWS.get(window, window)
            result = attack(name).run(network, images, labels, params, torch_stream(f"attack {name}", "tasks", seed, task))
            for strength, right in zip(result.details["strengths"], result.details["right"].T, strict=True):
                own = {"strength": float(strength), "window": f"{window:g}" if window not in WINDOWS else window}
                found += [(state(after, norm, kind, task) | own, right) for norm in names]
    return Flags.of(found)


def transferred_flags(
    learnt: Learnt,
    twin: Learnt,
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
    """The same of images that the attack makes on another network, which has learnt the same tasks so far, by the BatchNorm of
    the task. The attack must keep its images; the window is "1", though the twin needs none."""
    found = []
    for after, task, norms in _attacked_states(learnt):
        images = torch.from_numpy(tasks.images(x, task)).double().to(device)
        for kind in statistics:
            source, rng = twin.network(after, task, kind).to(device), torch_stream(f"attack {name}", "tasks", seed, task)
            made = attack(name).run(source, images, torch.from_numpy(y).to(device), params, rng).details
            for (whose, names), number in product(norms.items(), range(len(made["strengths"]))):
                right = predictions(learnt.network(after, whose, kind).to(device), made[IMAGES][number]) == y
                own = {"strength": float(made["strengths"][number]), "window": "1"}
                found += [(state(after, norm, kind, task) | own, right) for norm in names]
    return Flags.of(found)


def _attacked_states(learnt: Learnt) -> Iterator[tuple[int, int, dict[int, list[str]]]]:
    """The states in which a network is attacked: after a task, on a task, and whose BatchNorm, with what that is called. A
    network that has learnt nothing since has its own and the last one in one."""
    last = len(learnt.done)
    for after, task in ((1, 1), (last, 1), (last, last)):
        yield after, task, {task: ["own", "last"]} if after == task else {task: ["own"], after: ["last"]}


def attacked_images(
    network: BinaryNetwork, x: np.ndarray, y: np.ndarray, params: Mapping, shape: Sequence[int]
) -> pd.DataFrame:
    """What FGSM makes of images x [n, d] of classes y [n] at each of its strengths, and what the network takes that for:
    strength, example, label, prediction, row, column, value."""
    inputs = torch.from_numpy(x).to(network.precision)
    made = attack("fgsm").run(network, inputs, torch.from_numpy(y), {**params, "keep": True}, torch_stream("images")).details
    rows, columns = np.indices(shape).reshape(2, -1)
    tables = []
    for strength, images in zip(made["strengths"], made[IMAGES], strict=True):
        given = predictions(network, images)
        for example, image in enumerate(images):
            about = {"strength": strength, "example": example, "label": y[example], "prediction": given[example]}
            tables.append(pd.DataFrame({**about, "row": rows, "column": columns, "value": image}))
    return pd.concat(tables, ignore_index=True)


def corrupted_flags(
    networks: Mapping[tuple[str, int], Learnt],
    tasks: Tasks,
    x: np.ndarray,
    y: np.ndarray,
    *,
    shape: Sequence[int],
    params: Mapping,
    statistics: Sequence[str],
    seed: int,
    photographs: Sequence[np.ndarray],
) -> Flags:
    """Whether networks of one seed, by grid and member, are right on test images x [n, d] after the last task, under every
    corruption and none, as each task shows them, by its own BatchNorm and the last one's.

    params: names, severities, order (corrupted "before" the pixels are put in a task's order, or "after", which the authors do,
    so that blurs mix pixels that never were neighbours), columns_alone and truncated, as for `shown`. The conditions have the
    axes grid, member, corruption and severity beside those of this file.
    """
    found = []
    for name, severity in conditions(params):
        for task, inputs in _by_task(x, tasks, name, severity, seed, shape, params, photographs):
            for (grid, member), learnt in networks.items():
                axes = {"grid": grid, "member": member, "seed": seed, "corruption": name, "severity": severity}
                found += [(own | axes, right) for own, right in _judged(learnt, inputs, y, task, statistics)]
    return Flags.of(found)


def featured_flags(
    networks: Mapping[int, Learnt],
    tasks: ClassTasks,
    features: Mapping[tuple[str, int], np.ndarray],
    y: np.ndarray,
    *,
    statistics: Sequence[str],
    seed: int,
) -> Flags:
    """The same of networks of one grid, by member, and of images that were corrupted before they became features.

    features: [n, d] for each corruption and severity, of test images of classes y [n].
    """
    found = []
    for (name, severity), x in features.items():
        for task in range(1, len(tasks) + 1):
            inputs, labels = tasks.shown(x, y, task)
            for member, learnt in networks.items():
                axes = {"member": member, "seed": seed, "corruption": name, "severity": severity}
                found += [(own | axes, right) for own, right in _judged(learnt, inputs, labels, task, statistics)]
    return Flags.of(found)


def _by_task(x, tasks, name, severity, seed, shape, params, photographs) -> Iterator[tuple[int, np.ndarray]]:
    """Each task with its images under a corruption, [n, d]."""
    if params["order"] == "before":
        corrupted = shown(x.reshape(-1, *shape), name, severity, params, (), photographs).reshape(x.shape)
    for task in range(1, len(tasks) + 1):
        if params["order"] == "before":
            yield task, tasks.images(corrupted, task)
        else:
            images = tasks.images(x, task).reshape(-1, *shape)
            yield task, shown(images, name, severity, params, (seed, task), photographs).reshape(x.shape)


def _judged(learnt: Learnt, inputs: np.ndarray, y: np.ndarray, task: int, statistics: Sequence[str]) -> Iterator:
    """The conditions of one task's inputs, with flags."""
    last = len(learnt.done)
    for kind in statistics:
        for norm, whose in (("own", task), ("last", last)):
            yield state(last, norm, kind, task), predictions(learnt.network(last, whose, kind), inputs) == y


def state(after: int, norm: str, statistics: str, task: int) -> dict:
    """The axes of a condition."""
    return {"after": after, "norm": norm, "statistics": statistics, "task": task}
