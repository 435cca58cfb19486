"""The verdicts on the claims as a reader sees them: the table, and what the page says before all else."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup

from sleep_robustness.claims import MOST, NOT_SHOWN, REFUTED, UNTESTED, counts, overall
from sleep_robustness.tables.style import number, unbroken


@dataclass(frozen=True)
class Verdict:
    """A cell: the verdict on a claim in one reading, by those on its questions, and what decides them; on the page the
    verdict alone, which opens."""

    verdicts: Collection[str]
    texts: Collection[str]
    doubtful: int = 0  # numbers that rest on an attack that may be at fault

    def __str__(self) -> str:
        summary = f" ({counts(self.verdicts)})." if len(set(self.verdicts)) > 1 else "."
        return " ".join([f"{overall(self.verdicts).capitalize()}{summary}", *self.texts])

    def __html__(self) -> str:
        verdict = overall(self.verdicts)
        summary = counts(self.verdicts) + (f"; {self.doubtful} in doubt" if self.doubtful else "")
        kind = "mixed" if verdict[0].isdigit() else verdict.replace(" ", "-")
        badge = Markup('<strong class="verdict {}">{}</strong>').format(kind, verdict.capitalize())
        texts = Markup().join(Markup("<li>{}</li>").format(text) for text in self.texts)
        return badge + Markup("<details><summary>{}</summary><ul>{}</ul></details>").format(summary, texts)


def claims_table(decided: pd.DataFrame, claims: Mapping[str, Mapping]) -> pd.DataFrame:
    """For a reader: one row for each claim, with each reading's verdict and the numbers that decide it."""
    rows = []
    for claim, said in claims.items():
        own = decided[decided.claim == claim]
        row = {"Claim": claim, "What it says": said["says"]}
        for reading in decided.reading.unique():
            its = own[own.reading == reading]
            if its.empty:
                row[f"{reading} reading".capitalize()] = "Not asked in this reading."
                continue
            texts = [said["unclear"]] if "unclear" in said else []
            texts += [_number(question) for question in its.itertuples()]
            texts += [f"Is the attack at fault? {doubts}." for doubts in its.doubts if doubts]
            row[f"{reading} reading".capitalize()] = Verdict(
                tuple(its.verdict), tuple(dict.fromkeys(texts)), its.doubts.ne("").sum()
            )
        rows.append(row | {"Where": said["where"]})
    return pd.DataFrame(rows)


def notices(decided: pd.DataFrame, claims: Mapping[str, Mapping]) -> list[str]:
    """What a reader must see first: of each claim that has an `otherwise`, and is refuted in some reading, that text and the
    numbers that refute it."""
    said = []
    for claim in (name for name, one in claims.items() if "otherwise" in one):
        for reading, its in decided[decided.claim == claim].groupby("reading", sort=False):
            refuted = its[its.verdict == REFUTED]
            if len(refuted):
                numbers = " ".join(_number(question) for question in refuted.itertuples())
                said.append(f"{claims[claim]['otherwise']} {reading.capitalize()} reading, {claim}: {numbers}")
    return said


def _number(question) -> str:
    """A question with its number, or why there is none."""
    if np.isnan(question.value):
        return f"{question.note}."
    value, low, high = (number(one) for one in (question.value, question.low, question.high))
    interval = unbroken(f"{value} [{low}, {high}]")
    verdict = f"{question.verdict}, since {question.note}" if question.verdict == UNTESTED else question.verdict
    if question.verdict == NOT_SHOWN:
        verdict += _would_decide(question.needed)
    parts = [f"{unbroken(question.test)}: {verdict}"]
    if not np.isnan(question.p_holm):
        parts.append(unbroken(f"p = {number(question.p_holm, 4)}"))
    if not np.isnan(question.printed):
        parts.append(f"printed {question.printed:g}")
    count = unbroken(f"n = {question.networks:.0f} × {question.examples:.0f}")
    return f"{question.question}: {interval} ({', '.join(parts)}; {count})."


def _would_decide(needed: float) -> str:
    """How many networks it would take."""
    return f"; about {needed:.0f} networks would decide" if np.isfinite(needed) else f"; {MOST} networks would not decide"
