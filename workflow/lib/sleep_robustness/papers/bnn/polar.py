"""Figures 5 and 6 of the final report, by β of the Lipschitz term and by m: what corruptions and attacks leave right after the
last task, beside print."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from sleep_robustness.errors import UserError
from sleep_robustness.metrics import mean_of_networks
from sleep_robustness.papers.bnn.curves import statistics_of, usual
from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.papers.bnn.summary import EARLIER, LAST, WORST, gathered, with_worst
from sleep_robustness.statistics import mean

NORMS = {"audited": "own"}  # whose BatchNorm a reading shows: as the report does, the last task's, if it is not here
LEAST_ACCURACY, LEAST_STRENGTH = 1e-4, 9e-5  # where auc_log clips
RELEASED = "1"  # window of the gradient of a sign
SCORED = ["reading", "lipschitz", "m", "task", "by"]


def norm_of(reading: str) -> str:
    """Whose BatchNorm a reading's images are shown with: "last", as the report does, or "own"."""
    return NORMS.get(reading, "last")


def corruption_spokes(levels: pd.DataFrame, printed: pd.DataFrame, readings: Mapping[str, Mapping]) -> pd.DataFrame:
    """Figure 5: accuracy under each corruption at severity 1, of the m and β that are printed, on the earlier tasks and
    the last.

    printed: lipschitz, m, corruption, task, printed; the mean over all tasks but the last is taken here. Columns as
    `plots.final_fig_5` says.
    """
    last, axes, parts = printed.task == printed.task.max(), ["lipschitz", "m", "corruption"], []
    earlier = printed[~last].groupby(axes, sort=False).printed.mean().reset_index()
    printed = pd.concat([earlier.assign(task=EARLIER), printed[last].assign(task=LAST)])
    for reading, params in readings.items():
        own = usual(levels, reading, "lipschitz")
        own = own[(own.norm == norm_of(reading)) & (own.statistics == statistics_of(params)) & (own.severity < 2)]
        own = own[own.m.isin(printed.m) & own.lipschitz.isin(printed.lipschitz)]
        own = own[own.task.isin([EARLIER, LAST]) & (own.corruption != "all")]
        parts.append(_beside(own, printed, [*axes, "task"]).assign(reading=reading))
    shown = ["reading", "lipschitz", "corruption", "m", "task", "value", "low", "high", "examples", "networks", "printed"]
    return pd.concat(parts, ignore_index=True)[shown]


def attack_scores(
    runs: pd.DataFrame,
    read: Callable[[str], Flags],
    printed: pd.DataFrame,
    readings: Mapping[str, Mapping],
    tasks: int,
) -> pd.DataFrame:
    """Figure 6: auc_log under each attack after the last task, of the m and β that are printed, on the first task and the
    last.

    It is that of each network's accuracies; the interval is of its mean over networks. An attack has the released window if
    it has it, else its first; the worst, image by image, is of all in all windows at the strengths that they share.

    runs: as for `summary.gathered`, with reading and by; printed: lipschitz, m, task, by, printed. Columns as
    `plots.final_fig_6` says.
    """
    parts = []
    printed = printed.assign(task=printed.task.replace(printed.task.max(), LAST).astype(str))
    for reading, own in runs.groupby("reading", sort=False):
        flags = gathered(own, read, tasks)
        kept = usual(flags.conditions, reading, "lipschitz")
        kept = kept[(kept.after == LAST) & (kept.norm == norm_of(reading)) & kept.m.isin(printed.m)]
        kept = kept[(kept.statistics == statistics_of(readings[reading])) & kept.lipschitz.isin(printed.lipschitz)]
        if len(kept):
            rows = score_rows(Flags(kept.reset_index(drop=True), flags.right[kept.index]))
            parts.append(_beside(rows, printed, ["lipschitz", "m", "task", "by"]).assign(reading=reading))
    shown = ["strengths", "largest", "value", "low", "high", "examples", "networks", "printed"]
    return pd.concat(parts, ignore_index=True)[[*SCORED, *shown]]


def score_rows(flags: Flags) -> pd.DataFrame:
    """auc_log under each attack in one window, and under the worst of all where there are several. Columns: SCORED, strengths
    (how many above 0), largest (of these), and those of `metrics.mean_of_networks`."""
    if len(flags.conditions[["by", "window"]].drop_duplicates()) > 1:
        flags = with_worst(flags)
    conditions, rows = flags.conditions, []
    windows = conditions.groupby("by").window.agg(lambda own: RELEASED if (own == RELEASED).any() else own.iloc[0])
    for key, own in conditions[conditions.window == conditions.by.map(windows)].groupby(SCORED, sort=False):
        strengths = np.sort(own.strength.unique())
        if key[-1] == WORST and len(strengths) < 2:
            continue  # its attacks share no ε but 0
        networks = [flags.right[one.sort_values("strength").index].T for _, one in own.groupby("seed")]
        about = {"strengths": int((strengths > 0).sum()), "largest": strengths[-1]}
        numbers = mean_of_networks([one.astype(float) for one in networks], _score_at(strengths))
        rows.append(dict(zip(SCORED, key, strict=True)) | about | numbers)
    table = pd.DataFrame(rows)
    return table.assign(low=table.low.clip(0, 1), high=table.high.clip(0, 1))  # where all its values are


def auc_log(strengths: Sequence[float], accuracies: np.ndarray) -> np.ndarray:
    """The area under ln accuracy over ln ε, from 0, nothing right at any ε, to 1, nothing ever fooled (final report, 2.6).

    With ε from below clipped at 9e-5 and accuracy a, a share, at 1e-4: trapezoids of (ln a − ln 1e-4) over ln ε, divided by
    |ln 1e-4| and by the range of ln ε that there is. The report divides by |ln 1e-4 · ln 9e-5|. That is the same for its list
    of ε, which goes from 0 to 1: ln ε then goes from ln 9e-5 to 0. Over another range 1 still means that nothing is ever
    fooled, but values over two ranges, or of two lists of ε, do not compare.

    strengths: ε [k], rising, as shares of the range of a pixel; accuracies: [..., k]. Returns [...]. Raises UserError where
    ln ε has no range, or ε falls.
    """
    places = np.log(np.maximum(strengths, LEAST_STRENGTH))
    if len(places) < 2 or (np.diff(strengths) <= 0).any() or places[-1] == places[0]:
        listed = ", ".join(f"{one:g}" for one in strengths)
        raise UserError(f"auc_log has the strengths {listed}; they must rise, and the last be above {LEAST_STRENGTH:g}")
    heights = 1 - np.log(np.maximum(accuracies, LEAST_ACCURACY)) / np.log(LEAST_ACCURACY)
    return np.trapezoid(heights, places, axis=-1) / (places[-1] - places[0])


def _score_at(strengths: np.ndarray) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """auc_log of flags [n, k] at these strengths [k], as a `statistics.Statistic`."""
    return lambda values, weights: auc_log(strengths, mean(values, weights))


def _beside(own: pd.DataFrame, printed: pd.DataFrame, axes: list[str]) -> pd.DataFrame:
    """A reading's rows, and what is printed of the β that it has."""
    return own.merge(printed[printed.lipschitz.isin(own.lipschitz)], "outer", on=axes)
