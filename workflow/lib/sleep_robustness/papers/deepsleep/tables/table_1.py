"""Table 1: accuracy under attack of all defences, the paper's beside ours."""

import pandas as pd

from sleep_robustness.papers.deepsleep.tables.accuracies import ABLATIONS, by_reading_and_scale


def table_1(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All networks but the parts of DeepSleep, which Table 2 has, from `accuracies` at 64/255 and 128/255."""
    return by_reading_and_scale(table[~table.row.isin(ABLATIONS)])
