"""Every sentence of the paper that says something of what is so: its claims and their verdicts, or why it has none."""

from collections.abc import Mapping, Sequence

import pandas as pd

from sleep_robustness.claims import overall
from sleep_robustness.tables.style import unbroken

NONE = "–"


def table_sentences(
    sentences: Sequence[Mapping], claims: Mapping[str, Mapping], decided: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A row for each claim of each sentence in each reading, and one for a sentence without a claim; (verdicts, for a reader).

    sentences: of sentences.yaml; claims: of claims.yaml, in whose order the sentences come, each by the first
    claim that it names, those without one last; decided: of `claims.decide`.
    """
    place, readings = {claim: number for number, claim in enumerate(claims)}, list(decided.reading.unique())
    verdicts = {key: overall(own) for key, own in decided.groupby(["claim", "reading"]).verdict}
    rows, shown = [], []
    for one in sorted(sentences, key=lambda one: place[one["claims"][0]] if "claims" in one else len(place)):
        said, named = {"where": one["where"], "says": one["says"]}, one.get("claims", [])
        rows += [
            said | {"claim": claim, "reading": reading, "verdict": verdicts[claim, reading]}
            for claim in named
            for reading in readings
        ]
        if not named:
            rows.append(said | {"why_not": one["why_not"]})
        row = {"Where": one["where"], "What the paper says": one["says"]}
        row["Claims, or why none"] = ", ".join(named) or one["why_not"]
        for reading in readings:
            texts = [unbroken(f"{claim} {verdicts[claim, reading]}") for claim in named]
            row[f"{reading} reading".capitalize()] = "; ".join(texts) or NONE
        shown.append(row)
    return pd.DataFrame(rows).reindex(columns=["where", "says", "claim", "reading", "verdict", "why_not"]), pd.DataFrame(shown)
