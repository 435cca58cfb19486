"""The numbers of the table: a level of each row in each column over its networks, and how rows differ from their controls."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sleep_robustness.evaluation import DISTORTIONS
from sleep_robustness.metrics import mean_of_networks
from sleep_robustness.papers.together.found import Found, together
from sleep_robustness.statistics import mean, median

Place = tuple[str, str, float]  # column, by, strength
Values = dict[Place, list[np.ndarray]]  # of each network, image by image
CLEAN, CORRUPTIONS, KEPT, FORGETTING = "clean", "corruptions", "kept", "forgetting"
LIMITS = {"l2": (0, np.inf), KEPT: (0, 1)}  # of what is no share of images
ENDS = ("low", "high", "low_without", "high_without")


def measured(found: Sequence[Found], shown: Sequence[pd.DataFrame], kept: Sequence[pd.DataFrame]) -> Values:
    """What was measured of a row's networks, one of each for each seed.

    shown: flags [n, conditions], whether the network is right on each image as it is ("clean", 0), distorted or corrupted, by
    (name, strength); kept: of `forgetting`, or none. Columns: clean, those of DISTORTIONS, corruptions (the mean over all of
    them, image by image), linf (right within ε: each attack, "worst" and "autoattack"), l2 (the distance of each attack's
    adversarials, and of the nearest, "best"), kept (accuracy on all tasks but the last, after it) and forgetting (by how much
    that is less than when they were learnt).
    """
    values: Values = {}
    for column in shown[0].columns:
        if column[0] == CLEAN or column[0] in DISTORTIONS:
            values[column[0], "", float(column[1])] = [own[column].to_numpy(float) for own in shown]
    corruptions = [column for column in shown[0].columns if column[0] != CLEAN and column[0] not in DISTORTIONS]
    values[CORRUPTIONS, "", np.nan] = [own[corruptions].to_numpy(float).mean(1) for own in shown]
    attacked = [one.attacked for one in found]
    for number, strength in enumerate(attacked[0].strengths):
        for name in attacked[0].right:
            values["linf", name, float(strength)] = [own.right[name][:, number].astype(float) for own in attacked]
        values["linf", "worst", float(strength)] = [own.worst[:, number].astype(float) for own in attacked]
    refereed = [one for one in found if len(one.referee_strengths)]
    for number, strength in enumerate(refereed[0].referee_strengths if refereed else []):
        values["linf", "autoattack", float(strength)] = [one.referee[:, number].astype(float) for one in refereed]
    for name in attacked[0].distances:
        values["l2", name, np.nan] = [own.distances[name] for own in attacked]
    values["l2", "best", np.nan] = [own.nearest for own in attacked]
    for name in (KEPT, FORGETTING) if kept else ():
        values[name, "", np.nan] = [np.array([_of_tasks(own, name)]) for own in kept]
    return values


def _of_tasks(table: pd.DataFrame, name: str) -> float:
    """Of the tasks but the last: the mean accuracy after it, or by how much that is less than after each was learnt."""
    last = table.after.max()
    earlier = table[table.task < last]
    kept = earlier[earlier.after == last].set_index("task").accuracy
    learnt = earlier[earlier.after == earlier.task].set_index("task").accuracy
    return kept.mean() if name == KEPT else (learnt - kept).mean()


def level_rows(rows: Mapping[str, Values], found: Mapping[str, Sequence[Found]]) -> pd.DataFrame:
    """Columns: row, column, by, strength, those of `metrics.mean_of_networks`, and doubts, see `evaluation.Attacked.told`."""
    table = []
    for row, values in rows.items():
        several = together([one.attacked for one in found[row]])
        place = {float(strength): number for number, strength in enumerate(several.strengths)}
        for (column, by, strength), own in values.items():
            by_image = column not in ("l2", KEPT, FORGETTING)
            numbers = mean_of_networks(own, median if column == "l2" else mean, share=by_image)
            if column in LIMITS:  # limits of few networks' may lie beyond what there is
                numbers |= {name: float(np.clip(numbers[name], *LIMITS[column])) for name in ENDS}
            doubts = several.told(by, place[strength]) if column == "linf" and strength in place else ""
            axes = {"row": row, "column": column, "by": by, "strength": strength}
            table.append(axes | numbers | {"doubts": doubts})
    return pd.DataFrame(table)


def difference_rows(rows: Mapping[str, Values], compared: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """By how much the first row of each pair is above the other, image by image and seed by seed, in all columns but the
    distances. Columns: row, over, column, by, strength, measure, those of `metrics.mean_of_networks`, p, level and other_level
    (of the two), and identical, whether no image tells them apart."""
    table = []
    for row, other in compared:
        for place, own in rows[row].items():
            if place[0] == "l2" or place not in rows[other] or len(own) != len(rows[other][place]):
                continue
            pairs = list(zip(own, rows[other][place], strict=True))
            axes = {"row": row, "over": other} | dict(zip(("column", "by", "strength"), place, strict=True))
            numbers = mean_of_networks([one - two for one, two in pairs], tested=True)
            levels = {
                "level": np.mean([one.mean() for one, _ in pairs]),
                "other_level": np.mean([two.mean() for _, two in pairs]),
            }
            same = not any((one - two).any() for one, two in pairs)
            table.append(axes | {"measure": "difference"} | numbers | levels | {"identical": same})
    return pd.DataFrame(table)
