"""What the figures of Pham et al. show: rows of the summaries, and what is printed."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from sleep_robustness.papers.bnn.summary import EARLIER, LAST, WORST
from sleep_robustness.papers.bnn.tasks import Tasks

USUAL = {"weights": "binary", "width": "base", "epochs": "base", "lipschitz": "none"}  # a network that differs in nothing else
PRINTED_TASKS = 5  # of Fig. 1
LARGEST = 0.2  # ε of Fig. 4
TRADED = 0.05  # ε of fig_trade
WIDER = 1.35  # m of the networks that differ in width


def usual(levels: pd.DataFrame, reading: str, *but: str) -> pd.DataFrame:
    """The rows of a reading's binary networks of usual size, but for some axes."""
    own = levels[levels.reading == reading]
    return own[np.logical_and.reduce([own[axis] == one for axis, one in USUAL.items() if axis not in but])]


def statistics_of(reading: Mapping) -> str:
    """The statistics of BatchNorm that a reading's figures show: the last that it names."""
    return reading["statistics"][-1]


def curves(
    levels: pd.DataFrame, printed: pd.DataFrame, readings: Mapping[str, Mapping], tasks: int, widths: Mapping[str, int]
) -> pd.DataFrame:
    """Figure 1 b and c: accuracy on each task after the last by its own BatchNorm, of each m and of each width, beside print.
    printed: part, network, task, printed. Columns as `plots.fig_1` says."""
    parts = []
    for reading, params in readings.items():
        for part, axis in (("m", ""), ("width", "width")):
            own = after_the_last(levels, reading, params, tasks, axis)
            if part == "width":
                own = own[own.m == WIDER]
            network = own.m if part == "m" else own.width.map(widths)
            places = (own.task - 1) / (tasks - 1)
            parts.append(own.assign(part=part, network=network, place=places, printed=np.nan))
            its = printed[printed.part == part]
            parts.append(its.assign(reading=reading, place=(its.task - 1) / (PRINTED_TASKS - 1)))
    shown = ["part", "reading", "network", "task", "place", "value", "low", "high", "examples", "networks", "printed"]
    return pd.concat(parts, ignore_index=True)[shown]


def after_the_last(levels: pd.DataFrame, reading: str, params: Mapping, tasks: int, *but: str) -> pd.DataFrame:
    """A reading's accuracies on each task after the last by its own BatchNorm, of networks of usual size but for some axes."""
    own = usual(levels, reading, *but)
    own = own[(own.after == LAST) & (own.norm == "own") & (own.statistics == statistics_of(params)) & (own.task != EARLIER)]
    return own.assign(task=own.task.replace(LAST, str(tasks)).astype(int))


def grid_curves(
    levels: pd.DataFrame,
    printed: pd.DataFrame,
    readings: Mapping[str, Mapping],
    tasks: int,
    widths: Mapping[str, int],
) -> pd.DataFrame:
    """Figure 3 of the final report: accuracy on each task by width, epochs and m, beside print (epochs, width, m, task,
    printed). Columns as `plots.final_fig_3` says."""
    parts = []
    for reading, params in readings.items():
        own = after_the_last(levels, reading, params, tasks, "width", "epochs")
        alike = printed[printed.epochs.isin(own.epochs)]
        own = own.merge(alike, "outer", on=["epochs", "width", "m", "task"])
        parts.append(own.assign(part="accuracy", reading=reading, size=own.width.map(widths)))
    shown = [
        "part",
        "reading",
        "epochs",
        "width",
        "size",
        "m",
        "task",
        "value",
        "low",
        "high",
        "examples",
        "networks",
        "printed",
    ]
    return pd.concat(parts, ignore_index=True)[shown]


def times(runs: pd.DataFrame, read: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """The seconds that an epoch of binary networks took: part ("time"), reading, epochs, width, value, networks. It is the mean
    over networks and tasks, but for the first of a job, which loads what is compiled. runs: reading, weights, lipschitz,
    epochs, width, and path of the times, which `read` reads."""
    own = runs[(runs.weights == "binary") & (runs.lipschitz == "none")]
    own = own.assign(value=[read(path).seconds.iloc[1:].mean() for path in own.path])
    found = own.groupby(["reading", "epochs", "width"], sort=False).value.agg(value="mean", networks="size").reset_index()
    return found.assign(part="time")


def lipschitz_curves(levels: pd.DataFrame, printed: pd.DataFrame, readings: Mapping[str, Mapping], tasks: int) -> pd.DataFrame:
    """Figure 4 of the final report: accuracy on each task by β and by m, beside print (lipschitz, m, task, printed). Columns as
    `plots.final_fig_4` says."""
    parts = []
    for reading, params in readings.items():
        own = after_the_last(levels, reading, params, tasks, "lipschitz")
        own = own[own.m.isin(printed.m)]
        parts.append(own.merge(printed, "outer", on=["lipschitz", "m", "task"]).assign(reading=reading))
    shown = ["reading", "lipschitz", "m", "task", "value", "low", "high", "examples", "networks", "printed"]
    return pd.concat(parts, ignore_index=True)[shown]


def corruption_curves(levels: pd.DataFrame, printed: pd.DataFrame, readings: Mapping[str, Mapping], tasks: int) -> pd.DataFrame:
    """Figure 3: accuracy on each task under each corruption at severity 1, after the last task and by its BatchNorm, of the m
    that are printed, beside print (corruption, m, task, printed). Columns as `plots.fig_3` says."""
    parts = []
    for reading, params in readings.items():
        own = usual(levels, reading)
        own = own[(own.norm == "last") & (own.statistics == statistics_of(params)) & (own.severity < 2)]
        own = own[own.m.isin(printed.m) & (own.task != EARLIER) & (own.corruption != "all")]
        own = own.assign(task=own.task.replace(LAST, str(tasks)).astype(int))
        parts.append(own.merge(printed, "outer", on=["corruption", "m", "task"]).assign(reading=reading))
    shown = ["reading", "corruption", "m", "task", "value", "low", "high", "examples", "networks", "printed"]
    return pd.concat(parts, ignore_index=True)[shown]


def fgsm_curves(levels: pd.DataFrame, printed: pd.DataFrame, readings: Mapping[str, Mapping]) -> pd.DataFrame:
    """Figure 4: accuracy on the first task under FGSM, after it and after the last, by the last BatchNorm and its own, beside
    print. printed: m, after, strength, printed. Columns: reading, m, after, norm, strength, value, low, high, examples,
    networks, printed."""
    parts = []
    for reading, params in readings.items():
        own = usual(levels, reading)
        own = own[(own.by == "fgsm") & (own.window == "1") & (own.task == "1") & (own.strength <= LARGEST)]
        own = own[own.statistics == statistics_of(params)]
        own = own.assign(after=own.after.astype(str))
        alike = printed.assign(after=printed.after.astype(str), norm="last")
        parts.append(own.merge(alike, "outer", on=["m", "after", "norm", "strength"]).assign(reading=reading))
    shown = ["reading", "m", "after", "norm", "strength", "value", "low", "high", "examples", "networks", "printed"]
    return pd.concat(parts, ignore_index=True)[shown]


def trade_points(clean: pd.DataFrame, attacked: pd.DataFrame, readings: Mapping[str, Mapping]) -> pd.DataFrame:
    """What each network keeps of earlier tasks, and what the worst attack of the reading at ε .05 leaves right on the last one,
    after it and by its own BatchNorm. Columns as `plots.fig_trade` says, and epochs."""
    parts, network = [], [*USUAL, "m"]
    for reading, params in readings.items():
        kept, left = (
            table[
                (table.reading == reading)
                & (table.after == LAST)
                & (table.norm == "own")
                & (table.statistics == statistics_of(params))
            ]
            for table in (clean, attacked)
        )
        kept = kept[kept.task == EARLIER].rename(columns={"value": "kept", "low": "kept_low", "high": "kept_high"})
        by = WORST if len(left) and (left.by == WORST).any() else "fgsm"
        left = left[(left.task == LAST) & (left.by == by) & (left.strength == TRADED)]
        parts.append(left.merge(kept[[*network, "kept", "kept_low", "kept_high"]], on=network, validate="many_to_one"))
    numbers = ["kept", "kept_low", "kept_high", "value", "low", "high", "examples", "networks"]
    return pd.concat(parts, ignore_index=True)[["reading", *network, "by", "strength", *numbers]]


def examples(x: np.ndarray, tasks: Tasks, shape: Sequence[int]) -> pd.DataFrame:
    """The pixels of images x [n, d] as the first two tasks show them: part, task, example, row, column, value."""
    rows, columns = np.indices(shape).reshape(2, -1)
    return pd.concat(
        [
            pd.DataFrame({"part": "examples", "task": task, "example": number, "row": rows, "column": columns, "value": image})
            for task in (1, 2)
            for number, image in enumerate(tasks.images(x, task))
        ],
        ignore_index=True,
    )


def batchnorm_curves(levels: pd.DataFrame, tasks: int, widths: Mapping[str, int]) -> pd.DataFrame:
    """Accuracy on each task after the last by whose BatchNorm and which statistics, of each m and each width, in the last
    reading, which is the audited one. Columns as `plots.fig_batchnorm` says."""
    parts = []
    for part, axis in (("m", ""), ("width", "width")):
        own = usual(levels, levels.reading.iloc[-1], axis)
        own = own[(own.after == LAST) & (own.norm != "reloaded") & (own.task != EARLIER)]
        own = own if part == "m" else own[own.m == WIDER]
        network = own.m if part == "m" else own.width.map(widths)
        parts.append(own.assign(part=part, network=network, task=own.task.replace(LAST, str(tasks)).astype(int)))
    shown = ["part", "network", "norm", "statistics", "task", "value", "low", "high", "examples", "networks"]
    return pd.concat(parts, ignore_index=True)[shown]


def wide_curves(
    levels: pd.DataFrame, contrasts: pd.DataFrame, printed: pd.DataFrame, tasks: int, widths: Mapping[str, int]
) -> pd.DataFrame:
    """The same, beside print where there are as many tasks (part, network, task, printed); and by each BatchNorm what the
    contrast "wider" says of earlier tasks. Columns as `plots.fig_wide` says."""
    alike = printed[printed.task.le(tasks) & (tasks == PRINTED_TASKS)].assign(norm="own", statistics="running")
    own = batchnorm_curves(levels, tasks, widths).merge(alike, "left", on=["part", "network", "norm", "statistics", "task"])
    wider = contrasts[(contrasts.contrast == "wider") & (contrasts.after == LAST) & (contrasts.task == EARLIER)]
    shown = ["norm", "statistics", "value", "low", "high", "examples", "networks"]
    return pd.concat([own, wider[wider.norm != "reloaded"][shown].assign(part="wider")], ignore_index=True)
