"""Is the attack at fault?"""

import pandas as pd

from sleep_robustness.names import ATTACKS, CHECKS, DATASETS, label, network
from sleep_robustness.tables.style import in_papers_order, number, unbroken


def table_checks(checks: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Is the attack at fault? Every check of every network under every attack, with its limit."""
    numbers = in_papers_order(checks.reset_index(drop=True))
    shown = pd.DataFrame(
        {
            "Data set": label(DATASETS, row.dataset),
            "Attack": label(ATTACKS, row.attack),
            "Variant": row.attack_variant,
            "Network": network(row.defence, row.variant),
            "Its variant": row.variant,
            "Check": label(CHECKS, row.check),
            "Value": unbroken(f"{number(row.value)} [{number(row.low)}, {number(row.high)}]"),
            "At most": f"{row.limit:g}",
            "Outcome": "passed" if row.passed else "in doubt",
            "n": row.examples,
        }
        for row in numbers.itertuples()
    )
    return numbers, shown
