"""Table 3: accuracy of DeepSleep at every noise scale, the paper's beside ours."""

import pandas as pd

from sleep_robustness.papers.deepsleep.tables.accuracies import by_reading_and_scale


def table_3(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """DeepSleep alone, from `accuracies` at all scales."""
    return by_reading_and_scale(table[table.row == "deepsleep"])
