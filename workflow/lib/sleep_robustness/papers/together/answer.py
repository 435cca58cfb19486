"""The answer in a paragraph: who is robust, to what, at what price; made from the numbers of the table."""

from collections.abc import Mapping, Sequence

import pandas as pd

from sleep_robustness.tables.style import number


def answer(numbers: pd.DataFrame, differences: pd.DataFrame, strength: float) -> str:
    """What a reader can quote. numbers: of `tables.table_1.table_rows`; differences: of `summary.difference_rows`; strength:
    the ε that it is about."""
    column = f"robust_acc_{strength:g}"
    against = dict(zip(numbers.row, numbers.against, strict=True))
    differences = differences[differences.over == differences.row.map(against)]  # and not other pairs
    papers, controls = numbers[numbers.kind == "defence"], numbers[numbers.kind == "positive"]
    best, first = papers.loc[papers[column].idxmax()], numbers.iloc[0]
    above = _shown(differences, "linf", "worst", strength, papers.row, above=True)
    below = _shown(differences, "linf", "worst", strength, papers.row, above=False)
    names = dict(zip(numbers.row, numbers["name"], strict=True))
    said = [
        f"One evaluation for all {len(papers)} defences of {papers.paper.nunique()} papers, on MNIST "
        f"({first.networks} networks of each, "
        f"{first.attacked} images under attack, brackets are 95 % intervals):",
        f"within ε = {strength:g}, {best['name']} leaves most right under the worst attack, {_interval(best, column)}; "
        f"adversarial training, the positive control, leaves {_several(controls, column)}.",
        f"By its own interval, before any correction for their number, more than the network that it stands against is left "
        f"by: {_list(above, names)}. Less is left by: {_list(below, names)}.",
        f"Of the other {len(papers) - len(above) - len(below)} neither is shown.",
    ]
    kept = _shown(differences, "kept", "", None, papers.row, above=True)
    lost = _shown(differences, "kept", "", None, papers.row, above=False)
    said.append(f"By the same, more of earlier tasks is kept by: {_list(kept, names)}. Less is kept by: {_list(lost, names)}.")
    both = [name for name in kept if name in above]
    said.append(f"More of both: {_list(both, names)}.")
    said.append(
        "What would change this: an attack that finds more, since what is left under attack is left at most; more networks, "
        "since intervals are over few; and other data than MNIST."
    )
    return " ".join(said)


def _shown(differences: pd.DataFrame, column: str, by: str, strength: float | None, rows: pd.Series, above: bool) -> list[str]:
    """The rows whose interval of a difference lies above 0, or below it."""
    own = differences[(differences.column == column) & (differences.by.fillna("") == by) & differences.row.isin(rows)]
    if strength is not None:
        own = own[(own.strength - strength).abs() < 1e-9]
    return list(own[(own.low > 0) if above else (own.high < 0)].row)


def _interval(row: Mapping, column: str) -> str:
    return f"{number(row[column])} [{number(row[f'{column}_low'])}, {number(row[f'{column}_high'])}]"


def _several(rows: pd.DataFrame, column: str) -> str:
    return (
        " and ".join(f"{_interval(row, column)} (row {row['row']})" for row in rows.to_dict("records"))
        or "nothing, since it was not run"
    )


def _list(rows: Sequence[str], names: Mapping[str, str]) -> str:
    return "; ".join(names[row] for row in rows) or "none"
