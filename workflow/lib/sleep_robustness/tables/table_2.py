"""Table 2: how the networks are trained."""

import pandas as pd

from sleep_robustness.names import DATASETS, label


def table_2(used: pd.DataFrame, printed: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table 2: training parameters as printed and as used. used, printed: dataset, parameter, and the value."""
    numbers = used.merge(printed, how="left", on=["dataset", "parameter"])[["dataset", "parameter", "printed", "used"]]
    shown = numbers.fillna({"printed": "not printed"})
    shown = shown.assign(
        dataset=[label(DATASETS, name) for name in shown.dataset], parameter=shown.parameter.str.replace("_", " ")
    )
    return numbers, shown.rename(columns={"dataset": "Data set", "parameter": "Parameter", "printed": "Paper", "used": "Used"})
