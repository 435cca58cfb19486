"""Tables 1 to 3: accuracy under attack, the paper's beside ours."""

import pandas as pd

from sleep_robustness.papers.deepsleep.tables.accuracies import ABLATIONS, by_reading_and_scale

# of each table the rows of the paper that it has; "" are networks that the paper does not have
ROWS = {
    "table_1": ["control", "adversarial_train", "distilled", "sleep_defence", "deepsleep", ""],
    "table_2": ["control", "deepsleep", *ABLATIONS],
    "table_3": ["deepsleep"],
}


def table_1(table: pd.DataFrame, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(numbers, for a reader): the networks of one of ROWS, from `accuracies`."""
    return by_reading_and_scale(table[table.row.isin(ROWS[name])])
