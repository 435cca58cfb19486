"""Table 2: how the networks are trained."""

from collections.abc import Collection

import pandas as pd

from sleep_robustness import names
from sleep_robustness.names import DATASETS, label
from sleep_robustness.papers.tadros.tables.printed import of_twins_too


def table_2(used: pd.DataFrame, printed: pd.DataFrame, not_run: Collection[str] = ()) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table 2: training parameters as printed and as used, or as printed alone of what was not run. used, printed: dataset,
    parameter, and the value."""
    absent, printed = printed[printed.dataset.isin(not_run)], of_twins_too(printed)
    used = pd.concat([used, absent[["dataset", "parameter"]].assign(used=absent.dataset.map(names.not_run))])
    numbers = used.merge(printed, how="left", on=["dataset", "parameter"])[["dataset", "parameter", "printed", "used"]]
    shown = numbers.fillna({"printed": "not printed"})
    shown = shown.assign(
        dataset=[label(DATASETS, name) for name in shown.dataset], parameter=shown.parameter.str.replace("_", " ")
    )
    return numbers, shown.rename(columns={"dataset": "Data set", "parameter": "Parameter", "printed": "Paper", "used": "Used"})
