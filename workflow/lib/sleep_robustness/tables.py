"""From tidy summaries to the tables of the report: numbers as a CSV, the same for a reader as Markdown and HTML."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.names import ATTACKS, DATASETS, DEFENCES, MEASURES, VARIANTS, label, rank

NETWORK = ["dataset", "defence", "variant", "attack", "attack_variant"]
NUMBERS = ["value", "low", "high", "examples", "networks", "note"]


def alike(readings: Mapping[str, dict], attack: str) -> dict[str, dict]:
    """Readings that name the same variants for all defences and this attack, under one name: {"printed, released": choice}."""
    groups: dict[str, list[str]] = {}
    for name, reading in readings.items():
        groups.setdefault(str((reading["defences"], reading["attacks"][attack])), []).append(name)
    return {", ".join(names): readings[names[0]] for names in groups.values()}


def chosen(summary: pd.DataFrame, reading: dict) -> pd.DataFrame:
    """The rows of a summary that belong to a reading: means over networks, of the variants it names."""
    attacks, defences = reading["attacks"], reading["defences"]
    named = (summary.attack_variant == summary.attack.map(attacks)) & (summary.variant == summary.defence.map(defences))
    return summary[named & (summary.seed == "mean")]


def accuracy_curves(summary: pd.DataFrame, original: pd.DataFrame, readings: Mapping[str, dict], attack: str) -> pd.DataFrame:
    """Accuracy against strength, per group of readings: ours with interval, and the original program's where known."""
    tables = []
    for source, rows in (("ours", summary), ("original program", original.assign(seed="mean"))):
        for names, reading in alike(readings, attack).items():
            rows_here = chosen(rows[(rows.measure == "accuracy") & (rows.attack == attack)], reading)
            tables.append(rows_here.assign(readings=names, source=source))
    columns = ["readings", *NETWORK, "source", "strength", *NUMBERS]
    return pd.concat(tables)[columns]


def table_1(summary: pd.DataFrame, printed: pd.DataFrame, readings: Mapping[str, dict]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table 1: each reading's scores beside the printed one; (numbers, for a reader)."""
    parts = []
    for name, reading in readings.items():
        rows = chosen(summary, reading)
        parts.append(rows[rows.measure.isin(reading["scores"])].assign(reading=name))
    numbers = pd.concat(parts).merge(printed, how="left", on=["dataset", "attack", "defence"])
    numbers = numbers.rename(columns={"measure": "score"})[["reading", *NETWORK, "score", "printed", *NUMBERS]]
    numbers = _in_papers_order(numbers)
    rows = []
    for (dataset, attack, defence), network in numbers.groupby(["dataset", "attack", "defence"], sort=False):
        row = {
            "Data set": label(DATASETS, dataset),
            "Attack": label(ATTACKS, attack),
            "Network": label(DEFENCES, defence),
        }
        row["Paper"] = _number(network.printed.iloc[0], 4)
        for name in readings:
            scores = network[network.reading == name]
            cells = [_unbroken(f"{score.score} ") + _with_interval(score) for score in scores.itertuples()]
            row[f"Ours, {name}"] = "; ".join(cells)
        rows.append(row | {"Networks": network.networks.max()})
    return numbers, pd.DataFrame(rows)


def table_2(used: pd.DataFrame, printed: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table 2: training parameters as printed and as used. used, printed: dataset, parameter, and the value."""
    numbers = used.merge(printed, how="left", on=["dataset", "parameter"])[["dataset", "parameter", "printed", "used"]]
    shown = numbers.fillna({"printed": "not printed"})
    shown = shown.assign(
        dataset=[label(DATASETS, name) for name in shown.dataset], parameter=shown.parameter.str.replace("_", " ")
    )
    return numbers, shown.rename(columns={"dataset": "Data set", "parameter": "Parameter", "printed": "Paper", "used": "Used"})


def table_fgsm(summary: pd.DataFrame, original: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """FGSM in full: every measure of every network and variant, beside what the authors' program gave."""
    strengths = original.strength.dropna().unique()
    near = summary.strength.map(lambda e: np.isnan(e) or np.isclose(strengths, e, atol=1e-6).any())
    kept = summary[near].assign(strength=summary.strength.round(6))
    keys = [*NETWORK, "measure", "strength"]
    seeds = (
        kept[kept.seed != "mean"]
        .groupby(keys, sort=False, dropna=False)
        .value.agg(lambda values: " ".join(_number(v) for v in values))
    )
    numbers = kept[kept.seed == "mean"].merge(original.rename(columns={"value": "original"}), how="left", on=keys)
    numbers = numbers.merge(seeds.rename("seeds").reset_index(), on=keys)[[*keys, *NUMBERS, "seeds", "original"]]
    numbers = numbers.assign(difference=numbers.value - numbers.original)
    numbers = _in_papers_order(numbers)
    shown = pd.DataFrame(
        {
            "Data set": label(DATASETS, row.dataset),
            "Network": label(DEFENCES, row.defence),
            "Gradient of": label(VARIANTS, (row.attack, row.attack_variant)),
            "Measure": label(MEASURES, row.measure) + ("" if np.isnan(row.strength) else f" at ε = {row.strength:g}"),
            "Ours": _with_interval(row),
            "Each network": _unbroken(row.seeds),
            "Authors' program": _number(row.original),
            "Difference": "–" if np.isnan(row.difference) else f"{round(row.difference, 3) + 0.0:+.3f}",
            "n": row.examples,
        }
        for row in numbers.itertuples()
    )
    return numbers, shown


def write(numbers: pd.DataFrame, shown: pd.DataFrame, csv: str, md: str, html: str) -> None:
    """Write the numbers as CSV and what is shown as Markdown and as an HTML fragment."""
    with atomic(Path(csv)) as temporary:
        numbers.to_csv(temporary, index=False)
    with atomic(Path(md)) as temporary:
        temporary.write_text(shown.to_markdown(index=False, disable_numparse=True) + "\n")
    with atomic(Path(html)) as temporary:
        temporary.write_text(shown.to_html(index=False, border=0) + "\n")


def _in_papers_order(table: pd.DataFrame) -> pd.DataFrame:
    """Rows in the paper's order of data sets, attacks and networks; otherwise as they were."""
    orders = {"dataset": DATASETS, "attack": ATTACKS, "defence": DEFENCES}
    ranks = pd.DataFrame({column: [rank(order, name) for name in table[column]] for column, order in orders.items()})
    return table.iloc[ranks.sort_values(list(orders), kind="stable").index]


def _number(number: float, digits: int = 3) -> str:
    if np.isnan(number):
        return "–"
    return "∞" if np.isinf(number) else f"{number:.{digits}f}"


def _with_interval(row) -> str:
    """A value with its interval, on one line, or why there is none."""
    if np.isnan(row.value):
        return str(row.note)
    return _unbroken(f"{_number(row.value)} [{_number(row.low)}, {_number(row.high)}]")


def _unbroken(text: str) -> str:
    """Text that a table cell does not break over two lines."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")
