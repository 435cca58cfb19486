"""What the figures of split CIFAR show: rows of its summaries, and what is printed."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sleep_robustness.papers.bnn.curves import statistics_of, usual
from sleep_robustness.papers.bnn.summary import ALL, EARLIER, LAST

TASKS = {1: "vehicles", 2: "animals"}
CIFAR, CIFAR_100 = "cifar10", "cifar100"
TASKS_100 = 6  # of CIFAR-100
NUMBERS = ["value", "low", "high", "examples", "networks", "printed"]


def task_values(levels: pd.DataFrame, printed: pd.DataFrame, readings: Mapping[str, Mapping]) -> pd.DataFrame:
    """Figure 7: accuracy on each task after the last by its own BatchNorm, beside print; of CIFAR-100 what is printed alone if
    `levels` has nothing of it. printed: dataset, m, task, printed. Columns as `plots.final_fig_7` says."""
    parts = []
    for reading, params in readings.items():
        for dataset, tasks in ((CIFAR, len(TASKS)), (CIFAR_100, TASKS_100)):
            own = _after_the_last(levels[levels.dataset == dataset], reading, params, tasks)
            alike = printed[printed.dataset == dataset].drop(columns="dataset")
            parts.append(own.merge(alike, "outer", on=["m", "task"]).assign(reading=reading, dataset=dataset))
    return pd.concat(parts, ignore_index=True)[["reading", "dataset", "m", "task", *NUMBERS]]


def corrupted_values(levels: pd.DataFrame, printed: pd.DataFrame, readings: Mapping[str, Mapping]) -> pd.DataFrame:
    """Figures 8 and S2: the same under each corruption at severity 1, and of their mean. printed: corruption, m, task, printed.
    Columns as `plots.final_fig_8` says."""
    means = printed[printed.corruption != "original"].groupby(["m", "task"]).printed.mean().reset_index()
    printed, parts = pd.concat([printed, means.assign(corruption=ALL)]), []
    for reading, params in readings.items():
        own = _after_the_last(levels[levels.severity < 2], reading, params)
        parts.append(own.merge(printed, "outer", on=["corruption", "m", "task"]).assign(reading=reading))
    return pd.concat(parts, ignore_index=True)[["reading", "corruption", "m", "task", *NUMBERS]]


def attacked_values(
    features: pd.DataFrame, images: pd.DataFrame, printed: pd.DataFrame, readings: Mapping[str, Mapping]
) -> pd.DataFrame:
    """Figure 9: accuracy under FGSM of features and of images, by ε, beside what the authors' data have of features. printed:
    m, after, task, strength, printed. Columns as `plots.final_fig_9` says."""
    parts, axes = [], ["m", "after", "task", "strength"]
    for reading, params in readings.items():
        for space, levels in (("features", features), ("images", images)):
            own = usual(levels[levels.by == "fgsm"], reading)
            own = own[(own.norm == "own") & (own.statistics == statistics_of(params)) & (own.task != EARLIER)]
            own = own.assign(task=_numbered(own.task), after=_numbered(own.after))
            its = own.merge(printed, "outer", on=axes) if space == "features" else own.assign(printed=np.nan)
            parts.append(its.assign(reading=reading, space=space))
    return pd.concat(parts, ignore_index=True)[["reading", "space", *axes, *NUMBERS]]


def _after_the_last(levels: pd.DataFrame, reading: str, params: Mapping, tasks: int = len(TASKS)) -> pd.DataFrame:
    """A reading's accuracies on each task after the last, by its own BatchNorm. tasks: how many there are."""
    own = usual(levels, reading)
    own = own[(own.after == LAST) & (own.norm == "own") & (own.statistics == statistics_of(params)) & (own.task != EARLIER)]
    return own.drop(columns="dataset", errors="ignore").assign(task=_numbered(own.task, tasks))


def _numbered(tasks: pd.Series, last: int = len(TASKS)) -> pd.Series:
    """The numbers of tasks, of which the last is called so."""
    return tasks.astype(str).replace(LAST, str(last)).astype(int)
