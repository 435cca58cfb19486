"""Does the paper hold? Each claim is one or more questions that the summaries decide, reading by reading.

A question is about one number: a measure of a network (`of`), or how much it exceeds that of another (`over`), as a difference
or as a ratio. Its 95 % interval must lie above a bound, below one, or between two. A claim that something does not rise has a
`margin`, which the interval must lie below; a claim of equality has two, ± `within`. Both count from 1 where the question is
about a ratio: a margin of 0.1 is then a tenth of what the other network has in the same reading. A question may be asked in
some `readings` alone.

The verdict is the first of these that is so:
- definition unclear: the claim says why;
- cannot be tested: not run, nothing to count, an attack that fails its own checks, or both networks at 0 or at 1;
- no effect: the claim has a direction, and the network gave the same as the other on every example;
- holds: the interval lies where it must, and so do all those from which one network is left out; refuted: they lie outside;
- not shown: one of them has the bound inside. Beside it stands how many networks would decide.

p is of no difference, over other networks and other images, as the interval is.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import product

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from sleep_robustness.errors import UserError
from sleep_robustness.metrics import SHARES
from sleep_robustness.names import ATTACKS, DATASETS, DISTORTIONS, MEASURES, NETWORKS, ROWS, TABLES, label, network, not_run
from sleep_robustness.statistics import LEVEL, LIMITS, holm
from sleep_robustness.tables.style import chosen

HOLDS, REFUTED, NOT_SHOWN, NO_EFFECT, UNTESTED, UNCLEAR = VERDICTS = (
    "holds",
    "refuted",
    "not shown",
    "no effect",
    "cannot be tested",
    "definition unclear",
)
BEFORE = ("clean", "zero_gradient", "wrong_way", "zero_output")  # measures of images that are not attacked yet
AXES = ("dataset", "attack", "distortion", "table", "of", "over", "measure", "strength")
ACCURACIES = ("accuracy", "accuracy_difference", "worst_difference")  # measures that are shares besides
# what summaries of attacks, of distortions, of pairs of networks and of checks have
COLUMNS = (
    *("reading", "dataset", "defence", "variant", "attack", "attack_variant", "other", "other_variant"),
    *("measure", "strength", "seed", "check", "passed", "failed", "says"),
)
MOST = 1000  # networks, beyond which nobody will run them
END = 0.005  # shares of two networks that both lie so near 0 or 1 leave no room to tell them apart


def questions(claim: Mapping) -> Iterator[dict]:
    """The questions of a claim: of each of its parts, with the claim's own keys where a part has none; a key with a list asks
    one question for each entry."""
    common = {key: claim[key] for key in (*AXES, "rows", "usually") if key in claim}
    for part in claim["parts"]:
        asked = common | part | {"rows": common.get("usually", {}) | common.get("rows", {}) | part.get("rows", {})}
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
    printed: Callable[[str, Mapping], float] = lambda reading, asked: np.nan,
) -> pd.DataFrame:
    """One row for each question of each claim in each reading.

    levels: summaries of attacks and distortions; pairs: of `metrics.pair_rows`; both of all data sets, with the columns
    `attack` and `distortion`, either of them empty; checks: whether the attack is at fault, network by network; inside: other
    summaries, by name, with the reading of each row, and its `doubts` if they are known; used: the data sets that were run;
    printed: what the paper prints for a question in a reading, where the claim does not say.

    Columns: claim, reading, question, printed, value, low, high, low_without, high_without (limits when any one network is
    left out), examples (of one network), networks, p (of no difference, where one is held against 0; else empty), p_holm
    (adjusted for these of its source), test, verdict, needed (how many networks would decide what is not shown, else empty),
    doubts (the checks that failed), note.
    """
    axes = ["attack", "attack_variant", "distortion", "distortion_variant"]  # a paper may have no distortion at all
    levels, pairs = (table.reindex(columns=dict.fromkeys([*table, *axes])) for table in (levels, pairs))
    rows = []
    for name, reading in readings.items():
        parts = [chosen(levels[levels[kind].notna()], reading, f"{kind}s") for kind in ("attack", "distortion")]
        known = {"of": pd.concat(parts), "over": pairs[pairs.reading == name]}
        known |= {key: table[table.reading == name] for key, table in inside.items()}
        answers = []
        for claim, said in claims.items():
            for asked in (one for one in questions(said) if name in one.get("readings", [name])):
                table = known.get(asked.get("table") or ("over" if "over" in asked else "of"))
                answers.append((claim, asked, *_evidence(asked, table, checks, used)))
        adjusted = np.empty(len(answers))
        sources = np.array([claim[0] for claim, *_ in answers])
        p = np.array([found.get("p", np.nan) for *_, found, _ in answers])
        for source in np.unique(sources):
            adjusted[sources == source] = holm(p[sources == source])
        for (claim, asked, found, note), p_holm in zip(answers, adjusted, strict=True):
            verdict = UNCLEAR if "unclear" in claims[claim] else UNTESTED if note else _verdict(asked, found)
            told = np.nan if claims[claim].get("where") == "ours" else printed(name, asked)
            facts = {"printed": asked.get("printed", told), "p_holm": p_holm, "test": _test(asked), "verdict": verdict}
            if verdict == NOT_SHOWN:
                facts["needed"] = _needed(asked, found)
            said = {"claim": claim, "reading": name, "question": _says(asked), "doubts": ""}
            rows.append(said | found | facts | {"note": note})
    columns = [
        "claim",
        "reading",
        "question",
        "printed",
        "value",
        "low",
        "high",
        "low_without",
        "high_without",
        "examples",
        "networks",
        "p",
        "p_holm",
        "test",
        "verdict",
        "needed",
        "doubts",
        "note",
    ]
    return pd.DataFrame(rows).reindex(columns=columns)


def overall(verdicts: Collection[str]) -> str:
    """The verdict on a claim from those on its questions: theirs, where all that could be tested agree, else how many hold."""
    tested = [verdict for verdict in verdicts if verdict != UNTESTED]
    if not tested:
        return UNTESTED
    return tested[0] if len(set(tested)) == 1 else f"{tested.count(HOLDS)} of {len(tested)} hold"


def counts(verdicts: Collection[str]) -> str:
    """How many questions have each verdict: "2 holds, 1 not shown"."""
    number = Counter(verdicts)
    return ", ".join(f"{number[verdict]} {verdict}" for verdict in VERDICTS if number[verdict])


def _evidence(asked: Mapping, table: pd.DataFrame | None, checks: pd.DataFrame, used: Collection[str]) -> tuple[dict, str]:
    """The numbers that answer a question, as far as there are any, and why it cannot be tested, "" if it can."""
    if asked["dataset"] not in used:
        return {}, f"{label(DATASETS, asked['dataset'])} {not_run(asked['dataset'])}"
    if table is None:
        return {}, f"{_says(asked)}: not measured"
    same = (table.dataset == asked["dataset"]) & (table.measure == asked["measure"])
    for key, one in ({kind: asked[kind] for kind in ("attack", "distortion") if kind in asked} | asked["rows"]).items():
        same &= _is(table[key], one)
    if "strength" in asked:
        same &= np.isclose(table.strength, asked["strength"])
    for key, columns in (("of", ("defence", "variant")), ("over", ("other", "other_variant"))):
        if key in asked:
            defence, _, variant = asked[key].partition("/")
            same &= (table[columns[0]] == defence) & (not variant or table[columns[1]] == variant)
    rows = table[same]
    if rows.empty:
        return {}, f"{_says(asked)}: not measured in this reading"
    if len(rows) > 1:
        raise UserError(f"claims.yaml: {_says(asked)} is answered by {len(rows)} rows; name the variant, or more of `rows`.")
    row = rows.iloc[0]
    numbers, ratio = ["value", *LIMITS], asked.get("as") == "ratio"
    names = ["ratio", *(f"ratio_{name}" for name in LIMITS)] if ratio else numbers
    if ratio and "ratio" not in row:
        raise UserError(f"claims.yaml: {_says(asked)} is asked for as a ratio, which its table has not; ask a difference.")
    found = dict(zip(numbers, row[names], strict=True))
    if np.isnan(list(found.values())).any():
        return {}, f"{_says(asked)}: undefined, no example to count"
    # summaries sum the examples of all networks, those of pairs count one network's
    examples = row.examples / (1 if "over" in asked and "table" not in asked else row.networks)
    doubts, failure = _faults(row, checks) if "doubts" not in row else ("" if pd.isna(row.doubts) else row.doubts, "")
    found |= {
        "examples": examples,
        "networks": row.networks,
        "p": row.get("p", np.nan) if not ratio and 0 in _bounds(asked) else np.nan,
        "doubts": doubts,
        "identical": bool(pd.notna(same := row.get("identical", False)) and same),  # levels in a table beside have none
    }
    if failure:
        return found, failure
    return found, _no_room(asked, row)


def _is(column: pd.Series, value: object) -> pd.Series:
    """Where a column has a value of the claims, which may write 0 for 0.0."""
    if pd.api.types.is_numeric_dtype(column) and isinstance(value, int | float):
        return pd.Series(np.isclose(column, value), column.index)
    return column.astype(str) == str(value)


def _no_room(asked: Mapping, row: pd.Series) -> str:
    """Why a share cannot tell two networks apart: both are at its end. "" where it can, or where no difference is claimed."""
    if not _directional(asked) or row.get("level") is None or row.measure not in (*SHARES, *ACCURACIES):
        return ""
    both = row[["level", "other_level"]]
    end = 1 if (both >= 1 - END).all() else 0 if (both <= END).all() else None
    return "" if end is None else f"both networks are at {end}, so that no difference can be seen"


def _faults(row: pd.Series, checks: pd.DataFrame) -> tuple[str, str]:
    """Which checks of the row's attack failed on its networks, and why the attack failed altogether; "" for none. A measure of
    images before the attack does not depend on either."""
    if row.measure in BEFORE or "attack" not in row:
        return "", ""
    same = (checks.dataset == row.dataset) & (checks.attack == row.attack) & (checks.attack_variant == row.attack_variant)
    here, attack, found, failures = checks[same & ~checks.passed], label(ATTACKS, row.attack), [], []
    for defence, variant in [(row.defence, row.variant), (row.get("other"), row.get("other_variant"))]:
        its = here[(here.defence == defence) & (here.variant == variant)]
        if len(its):
            found.append(f"{attack} on {network(defence, variant)}: {'; '.join(its.says)}")
        failures += [f"{attack} fails on {network(defence, variant)}: {says}" for says in its.says[its.failed]]
    of_control = here[here.failed & (here.check == "positive_control")]
    failures += [f"{attack} fails on {network(one.defence, one.variant)}: {one.says}" for one in of_control.itertuples()]
    return ". ".join(found), "; ".join(dict.fromkeys(failures))


def _bounds(asked: Mapping) -> tuple[float, float]:
    """Between what the interval must lie."""
    one = 1 if asked.get("as") == "ratio" else 0  # what no difference is
    if "between" in asked:
        return tuple(asked["between"])
    if "within" in asked:
        return one - asked["within"], one + asked["within"]
    if "margin" in asked:
        return -np.inf, one + asked["margin"]
    return asked.get("above", -np.inf), asked.get("below", np.inf)


def _directional(asked: Mapping) -> bool:
    """Whether a question claims a difference of two networks."""
    return ("over" in asked or asked["measure"].endswith("_difference")) and ("above" in asked or "below" in asked)


def _verdict(asked: Mapping, found: Mapping) -> str:
    if found["identical"] and _directional(asked):
        return NO_EFFECT
    (low, high), least, most = _bounds(asked), *_widest(found)
    if low < least and most < high:
        return HOLDS
    return REFUTED if most < low or high < least else NOT_SHOWN


def _widest(found: Mapping) -> tuple[float, float]:
    """The lowest and the highest limit of the interval and of those from which one network is left out."""
    return min(found["low"], found["low_without"]), max(found["high"], found["high_without"])


def _needed(asked: Mapping, found: Mapping) -> float:
    """How many networks would decide, up to MOST: the fewest of which any one may be left out, were the value and the spread
    to stay and the images to grow in number alike. ∞ where the value is the bound itself, or there is no interval to go by."""
    numbers, own = np.arange(3, MOST + 1), found["networks"]
    with np.errstate(invalid="ignore", divide="ignore"):
        narrower = np.sqrt((own - 1) / (numbers - 1)) * stdtrit(numbers - 2, 1 - LEVEL / 2) / stdtrit(own - 2, 1 - LEVEL / 2)
    needed, (least, most) = [], _widest(found)
    for bound in filter(np.isfinite, _bounds(asked)):
        gap = float(found["value"] - bound)
        reach = float(found["value"] - least if gap > 0 else most - found["value"])
        enough = numbers[reach * narrower < abs(gap)] if np.isfinite(reach) else []
        needed.append(enough[0] if len(enough) else np.inf)
    return float(max(needed))  # the nearest bound, where the value lies outside


def _test(asked: Mapping) -> str:
    """What the interval is held against, as text."""
    if "between" in asked:
        return "between {:g} and {:g}".format(*asked["between"])
    if "within" in asked or "margin" in asked:
        kind = "a change of less than" if "within" in asked else "a rise of less than"
        size = asked.get("within", asked.get("margin"))
        return f"{kind} {100 * size:g} %" if asked.get("as") == "ratio" else f"{kind} {size:g}"
    return next(f"{key} {asked[key]:g}" for key in ("above", "below") if key in asked)


def _named(defence: str, variant: str, attack: str) -> str:
    """The reader's word for a network that a question names, with its variant where the word does not tell it."""
    told = not variant or (defence, variant) in NETWORKS
    return network(defence, variant or attack) + ("" if told else f" ({variant})")


def _says(asked: Mapping) -> str:
    """What a question's number is, as text."""
    usual = asked.get("usually", {})
    told = sorted(asked["rows"].items(), key=lambda row: row[0] != "contrast")
    rows = [ROWS.get((key, str(one)), f"{key} {one}") for key, one in told if usual.get(key) != one]
    words = {"attack": lambda name: label(ATTACKS, name), "distortion": lambda name: DISTORTIONS[name][0]}
    words["table"] = lambda name: label(TABLES, name)
    word = next(say(asked[key]) for key, say in words.items() if key in asked) + (
        f" ({', '.join(filter(None, rows))})" if rows else ""
    )
    both = [asked[key].partition("/") for key in ("of", "over") if key in asked]
    names = [_named(defence, variant, asked.get("attack", "")) for defence, _, variant in both]
    compared = (" ÷ " if asked.get("as") == "ratio" else " − ").join(names)
    strength = f" at {asked['strength']:g}" if "strength" in asked else ""
    measure = label(MEASURES, asked["measure"]).partition(":")[0].replace("_", " ")
    what = f"{word} on {label(DATASETS, asked['dataset'])}, {measure}{strength}"
    return f"{compared}, {what}" if compared else what
