"""What the paper prints, as the tables show it."""

import pandas as pd

from sleep_robustness.papers.tadros.names import TWINS


def of_twins_too(printed: pd.DataFrame) -> pd.DataFrame:
    """What the paper prints, said of the twins of its data sets too. printed: dataset and other columns."""
    twins = [printed[printed.dataset == papers].assign(dataset=name) for name, papers in TWINS.items()]
    return pd.concat([printed, *twins], ignore_index=True)
