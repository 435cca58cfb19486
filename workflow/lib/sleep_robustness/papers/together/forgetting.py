"""What ReLU networks keep of tasks that they learn one after the other, with and without a sleep after each."""

import logging
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import torch

from sleep_robustness.data import Dataset
from sleep_robustness.defences.control import fresh, one_hot_labels, train_with
from sleep_robustness.defences.sleep import fit
from sleep_robustness.networks import Network
from sleep_robustness.papers.bnn.learnt import Learnt, accuracy
from sleep_robustness.papers.bnn.tasks import Tasks
from sleep_robustness.randomness import torch_stream

log = logging.getLogger("sleep_robustness")


def learn_in_turn(
    dataset: Dataset, tasks: Tasks, training: Mapping, sleep: Mapping | None, examples: int, seed: int, device: str = "cpu"
) -> pd.DataFrame:
    """Let a network learn all tasks, each on the first so many training images, as the control of its paper is trained, and
    sleep over the images of each when it has learnt it.

    training: of the control; sleep: the parameters of a variant of `sleep`, or None. Columns: after, task, accuracy: on the
    test images of a task, after a task and its sleep; of tasks learnt so far.
    """
    network, rows = fresh(dataset, training, seed, device), []
    for task in range(1, len(tasks) + 1):
        x, y = tasks.shown(dataset.train_x, dataset.train_y, task, examples)
        own = replace(dataset, train_x=x, train_y=y)
        rng = torch_stream("batch order and dropout", seed, task)
        train_with(dict(training), network, torch.from_numpy(x).to(device), one_hot_labels(own, device), rng)
        network = fit(own, dict(sleep), base=network, seed=seed, device=device) if sleep else network
        rows += [
            {"after": task, "task": other, "accuracy": _right(network, dataset, tasks, other)} for other in range(1, task + 1)
        ]
        log.info("task %d: right on %s", task, ", ".join(f"{row['accuracy']:.3f}" for row in rows[-task:]))
    return pd.DataFrame(rows)


def learnt_in_turn(learnt: Learnt, tasks: int) -> pd.DataFrame:
    """The same of a network that learnt tasks in its own paper, for the first so many: by the BatchNorm of each task."""
    return pd.DataFrame(
        {"after": after, "task": task, "accuracy": learnt.done[after - 1]["right"][task - 1]}
        for after in range(1, tasks + 1)
        for task in range(1, after + 1)
    )


def _right(network: Network, dataset: Dataset, tasks: Tasks, task: int) -> float:
    return accuracy(network, *tasks.shown(dataset.test_x, dataset.test_y, task))
