"""Table 2: accuracy under attack of DeepSleep and its parts, the paper's beside ours."""

import pandas as pd

from sleep_robustness.papers.deepsleep.tables.accuracies import ABLATIONS, by_reading_and_scale


def table_2(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The control, DeepSleep and its parts, from `accuracies` at 64/255 and 128/255."""
    return by_reading_and_scale(table[table.row.isin(["control", "deepsleep", *ABLATIONS])])
