"""Does the paper hold? Each claim is one or more questions that the summaries decide, reading by reading.

A question is about one number: a measure of a network (`of`), or how much it exceeds that of another (`over`), as a difference
or as a ratio; and whether its 95 % interval lies above a bound, below one, or between two. So nothing holds whose interval
includes no effect.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from markupsafe import Markup

from sleep_robustness.errors import UserError
from sleep_robustness.names import ATTACKS, DATASETS, DISTORTIONS, MEASURES, label, network, not_run
from sleep_robustness.tables.style import chosen, number, unbroken

HOLDS, PARTLY, FAILS, UNTESTED, UNCLEAR = (
    "holds",
    "holds partly",
    "does not hold",
    "cannot be tested",
    "definition unclear",
)
AXES = ("dataset", "attack", "distortion", "table", "of", "over", "measure", "strength")


def questions(claim: Mapping) -> Iterator[dict]:
    """The questions of a claim: of each of its parts, with the claim's own keys where a part has none; a key with a list asks
    one question for each entry."""
    common = {key: claim[key] for key in (*AXES, "rows") if key in claim}
    for part in claim["parts"]:
        asked = common | part
        lists = {key: asked[key] for key in AXES if isinstance(asked.get(key), list)}
        rows = {key: one if isinstance(one, list) else [one] for key, one in asked.get("rows", {}).items()}
        for choice in product(*lists.values()):
            for row in product(*rows.values()):
                yield asked | dict(zip(lists, choice, strict=True)) | {"rows": dict(zip(rows, row, strict=True))}


def decide(
    claims: Mapping[str, Mapping],
    levels: pd.DataFrame,
    pairs: pd.DataFrame,
    inside: Mapping[str, pd.DataFrame],
    readings: Mapping[str, Mapping],
    used: Collection[str],
) -> pd.DataFrame:
    """One row for each question of each claim in each reading.

    levels: summaries of attacks and distortions; pairs: of `metrics.pair_rows`; both of all data sets, with the columns
    `attack` and `distortion`, either of them empty; inside: other summaries, by name, with the reading of each row; used: the
    data sets that were run. Columns: claim, reading, question, printed, value, low, high, examples, networks, test, verdict,
    note.
    """
    rows = []
    for name, reading in readings.items():
        parts = [chosen(levels[levels[kind].notna()], reading, f"{kind}s") for kind in ("attack", "distortion")]
        known = {"of": pd.concat(parts), "over": pairs[pairs.reading == name]}
        known |= {key: table[table.reading == name] for key, table in inside.items()}
        for claim, said in claims.items():
            for asked in questions(said):
                found, note = _evidence(asked, known.get(asked.get("table") or ("over" if "over" in asked else "of")), used)
                verdict = UNTESTED if found is None else UNCLEAR if "unclear" in said else _verdict(asked, found)
                facts = {"printed": asked.get("printed", np.nan), "test": _test(asked), "verdict": verdict, "note": note}
                rows.append({"claim": claim, "reading": name, "question": _says(asked)} | (found or {}) | facts)
    columns = [
        "claim",
        "reading",
        "question",
        "printed",
        "value",
        "low",
        "high",
        "examples",
        "networks",
        "test",
        "verdict",
        "note",
    ]
    return pd.DataFrame(rows).reindex(columns=columns)


def overall(verdicts: Collection[str]) -> str:
    """The verdict on a claim from those on its questions; questions that cannot be tested decide nothing."""
    tested = [verdict for verdict in verdicts if verdict != UNTESTED]
    if not tested:
        return UNTESTED
    return tested[0] if len(set(tested)) == 1 else PARTLY


@dataclass(frozen=True)
class Verdict:
    """A cell: the verdict on a claim in one reading, by those on its questions, and what decides them; on the page the
    verdict alone, which opens."""

    verdicts: Collection[str]
    texts: Collection[str]

    def __str__(self) -> str:
        return " ".join([f"{overall(self.verdicts).capitalize()}.", *self.texts])

    def __html__(self) -> str:
        verdict, tested = overall(self.verdicts), [one for one in self.verdicts if one not in (UNTESTED, UNCLEAR)]
        summary = f"{tested.count(HOLDS)} of {len(tested)} hold" if tested else "why"
        badge = Markup('<strong class="verdict {}">{}</strong>').format(verdict.replace(" ", "-"), verdict.capitalize())
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
            texts = [said["unclear"]] if "unclear" in said else []
            texts += [_number(question) for question in its.itertuples()]
            row[f"{reading} reading".capitalize()] = Verdict(tuple(its.verdict), tuple(dict.fromkeys(texts)))
        rows.append(row | {"Where": said["where"]})
    return pd.DataFrame(rows)


def _evidence(asked: Mapping, table: pd.DataFrame | None, used: Collection[str]) -> tuple[dict | None, str]:
    """The row of a summary that answers a question, or None and why there is none."""
    if asked["dataset"] not in used:
        return None, f"{label(DATASETS, asked['dataset'])} {not_run(asked['dataset'])}"
    if table is None:
        return None, f"{_says(asked)}: not measured"
    same = (table.dataset == asked["dataset"]) & (table.measure == asked["measure"])
    for key, one in ({kind: asked[kind] for kind in ("attack", "distortion") if kind in asked} | asked["rows"]).items():
        same &= table[key].astype(str) == str(one)
    if "strength" in asked:
        same &= np.isclose(table.strength, asked["strength"])
    for key, columns in (("of", ("defence", "variant")), ("over", ("other", "other_variant"))):
        if key in asked:
            defence, _, variant = asked[key].partition("/")
            same &= (table[columns[0]] == defence) & (not variant or table[columns[1]] == variant)
    rows = table[same]
    if rows.empty:
        return None, f"{_says(asked)}: not measured in this reading"
    if len(rows) > 1:
        raise UserError(f"claims.yaml: {_says(asked)} is answered by {len(rows)} rows; name the variant, or more of `rows`.")
    row = rows.iloc[0]
    names = ("ratio", "ratio_low", "ratio_high") if asked.get("as") == "ratio" else ("value", "low", "high")
    found = dict(zip(("value", "low", "high"), row[list(names)], strict=True))
    if np.isnan(list(found.values())).any():
        return None, f"{_says(asked)}: undefined, no example to count"
    return found | {"examples": row.examples, "networks": row.networks}, ""


def _verdict(asked: Mapping, found: Mapping) -> str:
    if "above" in asked:
        return HOLDS if found["low"] > asked["above"] else FAILS
    if "below" in asked:
        return HOLDS if found["high"] < asked["below"] else FAILS
    low, high = asked["between"]
    if found["low"] >= low and found["high"] <= high:
        return HOLDS
    return PARTLY if found["low"] <= high and found["high"] >= low else FAILS


def _test(asked: Mapping) -> str:
    """What the interval is held against, as text."""
    for word in ("above", "below"):
        if word in asked:
            return f"{word} {asked[word]:g}"
    return "between {:g} and {:g}".format(*asked["between"])


def _says(asked: Mapping) -> str:
    """What a question's number is, as text."""
    rows = ", ".join(f"{key} {one}" for key, one in asked["rows"].items())
    words = {"attack": lambda name: label(ATTACKS, name), "distortion": lambda name: DISTORTIONS[name][0], "table": str}
    word = next(say(asked[key]) for key, say in words.items() if key in asked) + (f" ({rows})" if rows else "")
    both = [asked[key].partition("/") for key in ("of", "over") if key in asked]
    names = [network(defence, variant or asked.get("attack", "")) for defence, _, variant in both]
    compared = (" ÷ " if asked.get("as") == "ratio" else " − ").join(names)
    strength = f" at {asked['strength']:g}" if "strength" in asked else ""
    measure = label(MEASURES, asked["measure"]).partition(":")[0].replace("_", " ")
    return f"{compared}, {word} on {label(DATASETS, asked['dataset'])}, {measure}{strength}"


def _number(question) -> str:
    """A question with its number, or why there is none."""
    if question.verdict == UNTESTED:
        return f"{question.note}."
    value, low, high = (number(one) for one in (question.value, question.low, question.high))
    count = f"n = {question.networks:.0f} × {question.examples:.0f}"
    said = "" if np.isnan(question.printed) else f", printed {question.printed:g}"
    interval = unbroken(f"{value} [{low}, {high}]")
    return f"{question.question}: {interval} ({unbroken(question.test)}: {question.verdict}{said}; {unbroken(count)})."
