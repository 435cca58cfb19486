"""What FGSM with the released gradient leaves right that other attacks do not, image by image."""

from collections.abc import Callable

import pandas as pd

from sleep_robustness.papers.bnn.flags import Flags
from sleep_robustness.papers.bnn.summary import EARLIER, LAST, WORST, contrast_rows, gathered, level_rows, with_worst
from sleep_robustness.tables.style import with_interval

RELEASED = "fgsm logit"
MISSED = {"missed": [{"by": RELEASED, "window": "1"}, {"by": WORST, "window": WORST, "times": -1}]}
ATTACKS = {
    (RELEASED, "1"): "FGSM, the true class's logit (released)",
    ("fgsm margin", "1"): "FGSM, the margin",
    ("pgd linf", "1"): "PGD, the margin, window 1",
    ("pgd linf", "0.3"): "window 0.3",
    ("pgd linf", "3"): "window 3",
    (WORST, WORST): "the worst of all",
}
NETWORK = ["weights", "width", "epochs", "lipschitz", "m"]
STATE = ["after", "task", "norm", "strength"]


def gradient_rows(runs: pd.DataFrame, read: Callable[[str], Flags], tasks: int) -> pd.DataFrame:
    """Accuracies under each attack in each window, under the worst of all, and by how much the released one's is above that.

    They are at the strengths that all attacks have; BatchNorm has running statistics, as released.

    runs: as for `summary.gathered`, with by and by_variant. Columns: those of `level_rows` and `contrast_rows`.
    """
    flags = gathered(runs.assign(by=runs.by + " " + runs.by_variant), read, tasks)
    kept = flags.conditions[flags.conditions.statistics == "running"]
    flags = with_worst(Flags(kept.reset_index(drop=True), flags.right[kept.index]))
    levels, missed = level_rows(flags), contrast_rows(flags, MISSED)
    rows = pd.concat([levels, missed], ignore_index=True)
    strengths = rows[rows.by == WORST].strength.unique()
    return rows[rows.strength.isin(strengths) & (rows.strength > 0) & (rows.task != EARLIER)]


def table_gradient(rows: pd.DataFrame, widths: dict[str, int], tasks: int) -> pd.DataFrame:
    """For a reader: a row for each network, state and ε, a column for each attack, and what the released gradient misses."""
    shown = []
    for key, own in rows.groupby([*NETWORK, *STATE]):
        about = dict(zip([*NETWORK, *STATE], key, strict=True))
        if about["norm"] == "last" and about["after"] in ("1", about["task"]):
            continue  # the same as by its own
        numbers = own.dropna(subset="by").set_index(["by", "window"])
        row = {
            "Network": f"{about['weights']}, {widths[about['width']]} units, m {about['m']:g}",
            "After task": about["after"].replace(LAST, str(tasks)),
            "Images of task": about["task"].replace(LAST, str(tasks)),
            "BatchNorm": about["norm"],
            "ε": f"{about['strength']:g}",
        }
        row |= {title: f"{numbers.value[attack]:.3f}" for attack, title in ATTACKS.items() if attack in numbers.index}
        missed = [with_interval(one) for one in own[own.measure == "accuracy_difference"].itertuples()]
        shown.append(row | {"Missed by the released gradient": missed[0] if missed else "–"})
    return pd.DataFrame(shown)
