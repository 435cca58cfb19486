"""What the tables share: which rows are a reading's, their order, the doubts beside them, and numbers as text."""

from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from sleep_robustness import names
from sleep_robustness.files import atomic
from sleep_robustness.names import ATTACKS, DATASETS, label, network, network_rank, rank
from sleep_robustness.readings import named
from sleep_robustness.tables import markup
from sleep_robustness.tables.markup import ByReading

NETWORK = ["dataset", "defence", "variant", "attack", "attack_variant"]
FAULT = "Is the attack at fault?"
NUMBERS = ["value", "low", "high", "examples", "networks", "note"]


def chosen(summary: pd.DataFrame, reading: Mapping, part: str) -> pd.DataFrame:
    """The rows of a summary that belong to a reading: means over networks, of the variants it names."""
    kind = part.removesuffix("s")
    axes = zip(summary.defence, summary.variant, summary[kind], strict=True)
    its_own = [variant in named(reading, defence, name) for defence, variant, name in axes]
    return summary[
        pd.Series(its_own, summary.index, bool)
        & (summary[f"{kind}_variant"] == summary[kind].map(reading.get(part, {})))
        & (summary.seed == "mean")
    ]


def of_reading(table: pd.DataFrame, reading: str) -> pd.DataFrame:
    """The rows of a figure's table that are of one reading, alone or with others (column `readings`, joined by ", ", or
    `reading`), and those of no reading; none at all if the reading has none."""
    named = table["readings" if "readings" in table else "reading"]
    its_own = named.fillna("").str.split(", ").map(lambda names: reading in names)
    return table[its_own | named.isna()] if its_own.any() else table[:0]


def with_doubts(numbers: pd.DataFrame, checks: pd.DataFrame) -> pd.DataFrame:
    """With a column of why the attack that a row rests on is in doubt; empty where it is not."""
    doubts = checks[~checks.passed].groupby(NETWORK, sort=False).says.agg("; ".join).rename("doubts").reset_index()
    return numbers.merge(doubts, how="left", on=NETWORK).fillna({"doubts": ""})


def doubts_of(group: pd.DataFrame) -> ByReading:
    """The doubts of some rows, each once, with the readings it concerns."""
    in_doubt = group[group.doubts != ""].groupby("doubts", sort=False).reading.unique()
    return ByReading(tuple((", ".join(names), f"{why}.") for why, names in in_doubt.items()))


def in_papers_order(table: pd.DataFrame) -> pd.DataFrame:
    """Rows in the paper's order of data sets, attacks and networks; otherwise as they were."""
    ranks = pd.DataFrame(
        {
            "dataset": [rank(DATASETS, name) for name in table.dataset],
            "attack": [rank(ATTACKS, name) for name in table.attack],
            "network": [network_rank(network(*names)) for names in zip(table.defence, table.variant, strict=True)],
        }
    )
    return table.iloc[ranks.sort_values(list(ranks), kind="stable").index]


def by_variant(texts: Mapping[str, str]) -> str:
    """What is said of each variant of a network; its name before it where there are several."""
    return "".join(texts.values()) if len(texts) < 2 else " ".join(f"{variant}: {text}." for variant, text in texts.items())


def number(value: float, digits: int = 3) -> str:
    """A number as text; undefined as a dash."""
    if np.isnan(value):
        return "–"
    return "∞" if np.isinf(value) else f"{value:.{digits}f}"


def with_interval(row, digits: int = 3) -> str:
    """A value with its interval, on one line, and what is to be said of it, or why there is none."""
    if np.isnan(row.value):
        return str(row.note)
    value, low, high = (number(one, digits) for one in (row.value, row.low, row.high))
    return unbroken(f"{value} [{low}, {high}]" + (f" ({row.note})" if isinstance(row.note, str) and row.note else ""))


def unbroken(text: str) -> str:
    """Text that a table cell does not break over two lines."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def write(numbers: pd.DataFrame, shown: pd.DataFrame, csv: str, md: str, html: str, not_run: Collection[str] = ()) -> None:
    """Write the numbers as CSV and what is shown as Markdown and as an HTML fragment; of each data set that was not run, if
    nothing else is shown of it, a row that says so."""
    for dataset in () if shown.empty else not_run:
        if label(DATASETS, dataset) not in set(shown["Data set"]):
            behind = shown.columns[shown.columns.get_loc("Data set") + 1]
            row = dict.fromkeys(shown, "–") | {"Data set": label(DATASETS, dataset), behind: names.not_run(dataset)}
            shown = pd.concat([shown, pd.DataFrame([row])], ignore_index=True)
    with atomic(Path(csv)) as temporary:
        numbers.to_csv(temporary, index=False)
    with atomic(Path(md)) as temporary:
        temporary.write_text(markup.markdown(shown), encoding="utf-8")
    with atomic(Path(html)) as temporary:
        temporary.write_text(markup.html(shown), encoding="utf-8")
