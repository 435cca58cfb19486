"""Table 1: every attack on every network."""

from collections.abc import Collection, Mapping

import pandas as pd

from sleep_robustness import names
from sleep_robustness.names import ATTACKS, DATASETS, label, network
from sleep_robustness.papers.tadros.tables.printed import of_twins_too
from sleep_robustness.tables.style import (
    FAULT,
    NETWORK,
    NUMBERS,
    by_variant,
    chosen,
    doubts_of,
    in_papers_order,
    number,
    unbroken,
    with_doubts,
    with_interval,
)


def table_1(
    summary: pd.DataFrame,
    common: pd.DataFrame,
    checks: pd.DataFrame,
    printed: pd.DataFrame,
    readings: Mapping[str, dict],
    not_run: Collection[str] = (),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table 1: each reading's scores, and the score on its networks' common subset, beside the printed one; (numbers, for a
    reader). What failed of `checks` stands beside the rows that it casts doubt on.
    Of data sets that were not run the printed scores stand alone."""
    parts = []
    for name, reading in readings.items():
        rows = chosen(summary, reading, "attacks").rename(columns={"measure": "score"})
        near = rows.attack != "fgsm"  # attacks that look for near adversarials, and may believe what is not so
        rows = rows[rows.score.isin(reading["scores"]) | (rows.score.isin(["success", "believed", "found"]) & near)]
        parts.append(rows.assign(reading=name))
        own = common[(common.seed == "mean") & (common.reading == name)].rename(columns={"measure": "score"})
        parts.append(own[(own.score == "common") | ("I" in reading["scores"])])
    numbers = pd.concat(parts).merge(of_twins_too(printed), how="left", on=["dataset", "attack", "defence", "score"])
    numbers = in_papers_order(with_doubts(numbers[["reading", *NETWORK, "score", "printed", *NUMBERS]], checks))
    rows = []
    for (dataset, attack, defence), group in numbers.groupby(["dataset", "attack", "defence"], sort=False):
        row = {"Data set": label(DATASETS, dataset), "Attack": label(ATTACKS, attack)}
        printed_scores = group.drop_duplicates("score").dropna(subset="printed")
        cells = [unbroken(f"{s.score} {number(s.printed, 4)}") for s in printed_scores.itertuples()]
        row |= {"Network": network(defence, group.variant.iloc[0]), "Paper": "; ".join(cells) or "–"}
        for name in readings:
            texts = {}
            for variant, scores in group[group.reading == name].groupby("variant", sort=False):
                by_score = scores.set_index("score").value
                if by_score.get("found") == by_score.get("success"):
                    scores = scores[~scores.score.isin(["believed", "found"])]  # nothing but what was true
                cells = [unbroken(f"{s.score} {with_interval(s, 4)} n={s.examples}") for s in scores.itertuples()]
                texts[variant] = "; ".join(cells)
            row[f"Ours, {name} reading"] = by_variant(texts)
        row[FAULT] = doubts_of(group)
        rows.append(row | {"Networks": group.networks.max()})
    absent = in_papers_order(printed[printed.dataset.isin(not_run)].assign(variant="", reading=""))
    for (dataset, attack, defence), group in absent.groupby(["dataset", "attack", "defence"], sort=False):
        row = {"Data set": label(DATASETS, dataset), "Attack": label(ATTACKS, attack), "Network": network(defence, attack)}
        row["Paper"] = "; ".join(unbroken(f"{s.score} {number(s.printed, 4)}") for s in group.itertuples())
        rows.append(
            row | {f"Ours, {name} reading": names.not_run(dataset) for name in readings} | {FAULT: "–", "Networks": "–"}
        )
    return pd.concat([numbers, absent.assign(note=absent.dataset.map(names.not_run))]), pd.DataFrame(rows)
