"""Does the paper hold? Each claim is one or more questions that the summaries decide, reading by reading.

A question is about one number: a measure of a network (`of`), or how much it exceeds that of another (`over`), as a difference
or as a ratio; and whether its 95 % interval lies above a bound, below one, or between two. A difference that is held against 0
must besides be significant by a paired permutation test, adjusted by Holm for all such questions of a reading and a source (the
claim's letter: T is the paper). So nothing holds whose interval includes no effect.

That something has no effect is a question of another kind, with a verdict of its own: the difference does not rise beyond a
`margin`, which its interval must lie below. That is one of the two one-sided tests of equivalence (Schuirmann 1987), at 2.5 %,
since these claims are of no gain, and a loss is none. Where both networks gave the same on every example nothing is tested.

A number rests on an attack, and where the checks find that the attack may be at fault this stands beside the verdict.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from markupsafe import Markup

from sleep_robustness.errors import UserError
from sleep_robustness.names import ATTACKS, DATASETS, DISTORTIONS, MEASURES, label, network, not_run
from sleep_robustness.statistics import LEVEL, holm
from sleep_robustness.tables.style import NETWORK, chosen, number, unbroken

HOLDS, NO_RISE, PARTLY, FAILS, UNTESTED, UNCLEAR = (
    "holds",
    "no rise beyond the margin",
    "holds partly",
    "does not hold",
    "cannot be tested",
    "definition unclear",
)
BEFORE = ("clean", "zero_gradient", "wrong_way", "zero_output")  # measures of images that are not attacked yet
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
    checks: pd.DataFrame,
    inside: Mapping[str, pd.DataFrame],
    readings: Mapping[str, Mapping],
    used: Collection[str],
) -> pd.DataFrame:
    """One row for each question of each claim in each reading.

    levels: summaries of attacks and distortions; pairs: of `metrics.pair_rows`; both of all data sets, with the columns
    `attack` and `distortion`, either of them empty; checks: whether the attack is at fault, network by network; inside: other
    summaries, by name, with the reading of each row; used: the data sets that were run. Columns: claim, reading, question,
    printed, value, low, high, examples (of one network), networks, p (of no difference, where one is held against 0; else
    empty), p_holm (adjusted for these of its source), test, verdict, doubts (the checks that failed), note.
    """
    rows, doubts = [], checks[~checks.passed].groupby(NETWORK).says.agg("; ".join).to_dict()
    for name, reading in readings.items():
        parts = [chosen(levels[levels[kind].notna()], reading, f"{kind}s") for kind in ("attack", "distortion")]
        known = {"of": pd.concat(parts), "over": pairs[pairs.reading == name]}
        known |= {key: table[table.reading == name] for key, table in inside.items()}
        answers = []
        for claim, said in claims.items():
            for asked in questions(said):
                table = known.get(asked.get("table") or ("over" if "over" in asked else "of"))
                answers.append((claim, asked, *_evidence(asked, table, doubts, used)))
        adjusted = np.empty(len(answers))
        sources = np.array([claim[0] for claim, *_ in answers])
        p = np.array([found["p"] if found else np.nan for *_, found, _ in answers])
        for source in np.unique(sources):
            adjusted[sources == source] = holm(p[sources == source])
        for (claim, asked, found, note), p_holm in zip(answers, adjusted, strict=True):
            verdict = UNTESTED if not found else UNCLEAR if "unclear" in claims[claim] else _verdict(asked, found, p_holm)
            facts = {"printed": asked.get("printed", np.nan), "p_holm": p_holm, "test": _test(asked), "verdict": verdict}
            said = {"claim": claim, "reading": name, "question": _says(asked), "doubts": ""}
            rows.append(said | (found or {}) | facts | {"note": note})
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
        "p",
        "p_holm",
        "test",
        "verdict",
        "doubts",
        "note",
    ]
    return pd.DataFrame(rows).reindex(columns=columns)


def overall(verdicts: Collection[str]) -> str:
    """The verdict on a claim from those on its questions; questions that cannot be tested decide nothing."""
    tested = {verdict for verdict in verdicts if verdict != UNTESTED}
    if tested == {HOLDS, NO_RISE}:
        return HOLDS
    return UNTESTED if not tested else tested.pop() if len(tested) == 1 else PARTLY


@dataclass(frozen=True)
class Verdict:
    """A cell: the verdict on a claim in one reading, by those on its questions, and what decides them; on the page the
    verdict alone, which opens."""

    verdicts: Collection[str]
    texts: Collection[str]
    doubtful: int = 0  # numbers that rest on an attack that may be at fault

    def __str__(self) -> str:
        return " ".join([f"{overall(self.verdicts).capitalize()}.", *self.texts])

    def __html__(self) -> str:
        verdict, tested = overall(self.verdicts), [one for one in self.verdicts if one not in (UNTESTED, UNCLEAR)]
        summary = f"{sum(one in (HOLDS, NO_RISE) for one in tested)} of {len(tested)} hold" if tested else "why"
        summary += f", {self.doubtful} in doubt" if self.doubtful else ""
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
            texts += [f"Is the attack at fault? {doubts}." for doubts in its.doubts if doubts]
            row[f"{reading} reading".capitalize()] = Verdict(
                tuple(its.verdict), tuple(dict.fromkeys(texts)), its.doubts.ne("").sum()
            )
        rows.append(row | {"Where": said["where"]})
    return pd.DataFrame(rows)


def notices(decided: pd.DataFrame, claims: Mapping[str, Mapping]) -> list[str]:
    """What a reader must see first: of each claim that has an `otherwise`, and does not hold as a whole in some reading, that
    text and the numbers of the questions that fail there."""
    said = []
    for claim in (name for name, one in claims.items() if "otherwise" in one):
        for reading, its in decided[decided.claim == claim].groupby("reading", sort=False):
            failed = its[its.verdict == FAILS]
            if len(failed):
                numbers = " ".join(_number(question) for question in failed.itertuples())
                said.append(f"{claims[claim]['otherwise']} {reading.capitalize()} reading, {claim}: {numbers}")
    return said


def _evidence(
    asked: Mapping, table: pd.DataFrame | None, doubts: Mapping[tuple, str], used: Collection[str]
) -> tuple[dict | None, str]:
    """The row of a summary that answers a question, or None and why there is none. doubts: by network and attack."""
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
    if "margin" in asked and row.identical:
        return None, f"{_says(asked)}: the same on every example, the network being in effect the one it is compared with"
    p = row.get("p", np.nan) if asked.get("as") != "ratio" and 0 in _bounds(asked) else np.nan
    # summaries sum the examples of all networks, those of pairs count one network's
    examples = row.examples / (1 if "over" in asked and "table" not in asked else row.networks)
    facts = {"examples": examples, "networks": row.networks, "p": p, "doubts": _doubts(row, doubts)}
    return found | facts, ""


def _doubts(row: pd.Series, doubts: Mapping[tuple, str]) -> str:
    """Which checks failed of the networks that a row is of, under its attack; none of what is so before the attack."""
    if row.measure in BEFORE:
        return ""
    networks = [(row.get("defence"), row.get("variant")), (row.get("other"), row.get("other_variant"))]
    keys = {pair: (row.dataset, *pair, row.get("attack"), row.get("attack_variant")) for pair in networks}
    attack = label(ATTACKS, row.get("attack", ""))
    return ". ".join(f"{attack} on {network(*pair)}: {doubts[key]}" for pair, key in keys.items() if key in doubts)


def _bounds(asked: Mapping) -> tuple[float, float]:
    """Between what the interval must lie."""
    return tuple(asked["between"]) if "between" in asked else (asked.get("above", -np.inf), asked.get("below", np.inf))


def _verdict(asked: Mapping, found: Mapping, p_holm: float) -> str:
    """p_holm: nan where the question is not held against no effect."""
    if "margin" in asked:
        return NO_RISE if found["high"] < asked["margin"] else FAILS
    low, high = _bounds(asked)
    if low < found["low"] and found["high"] < high:
        return FAILS if p_holm >= LEVEL else HOLDS
    return PARTLY if "between" in asked and found["low"] <= high and found["high"] >= low else FAILS


def _test(asked: Mapping) -> str:
    """What the interval is held against, as text."""
    if "between" in asked:
        return "between {:g} and {:g}".format(*asked["between"])
    words = {"above": "above", "below": "below", "margin": "a rise of less than"}
    return next(f"{words[key]} {asked[key]:g}" for key in words if key in asked)


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
    p = "" if np.isnan(question.p_holm) else f", {unbroken(f'p = {number(question.p_holm)}')}"
    return f"{question.question}: {interval} ({unbroken(question.test)}: {question.verdict}{p}{said}; {unbroken(count)})."
