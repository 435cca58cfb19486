"""What the paper prints for the questions of its claims: accuracies of its tables, and their differences."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from sleep_robustness.papers.deepsleep.tables.accuracies import printed_row

CONTROL = "control/released"


def printed_values(table: pd.DataFrame, columns: Mapping[str, Mapping[str, str]]) -> Callable[[str, Mapping], float]:
    """A function of a reading's name and a question, as `claims.questions` gives it, to the printed number; nan where the paper
    prints none.

    table: scale, network, column, printed; columns: of each reading what ran in each column. Of two printed values for one
    thing it is the first. C&W and clean images, which have no scale, are those at 64/255.
    """
    known = table.drop_duplicates(["scale", "network", "column"]).set_index(["scale", "network", "column"]).printed

    def of(reading: str, asked: Mapping) -> float:
        if asked["measure"] != "accuracy" or "attack" not in asked:
            return np.nan
        names = {attack: name for name, attack in columns[reading].items()}
        column = "clean" if asked.get("strength") == 0 else names.get(asked["attack"])
        networks = [CONTROL if asked[key] == "control" else asked[key] for key in ("of", "over") if key in asked]
        rows = [printed_row(defence, variant) for defence, _, variant in (network.partition("/") for network in networks)]
        values = [known.get((round(255 * asked.get("strength", 0)) or 64, row, column), np.nan) for row in rows]
        return values[0] if len(values) == 1 else round(values[0] - values[1], 4)

    return of
