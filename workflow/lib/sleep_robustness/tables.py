"""From tidy summaries to the tables of the report: numbers as a CSV, the same for a reader as Markdown and HTML."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from sleep_robustness.files import atomic
from sleep_robustness.names import ATTACKS, CHECKS, DATASETS, MEASURES, OBJECTIVES, label, network, network_rank, rank
from sleep_robustness.readings import alike, named

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
        & (summary[f"{kind}_variant"] == summary[kind].map(reading[part]))
        & (summary.seed == "mean")
    ]


def accuracy_curves(
    summary: pd.DataFrame, original: pd.DataFrame, readings: Mapping[str, dict], part: str, names: list[str]
) -> pd.DataFrame:
    """Accuracy against strength, per group of readings: ours with interval, and the original program's where known.

    part: "attacks" or "distortions"; names: which of them.
    """
    kind, tables = part.removesuffix("s"), []
    for source, rows in (("ours", summary), ("original program", original.assign(seed="mean"))):
        rows = rows[(rows.measure == "accuracy") & rows[kind].isin(names)]
        for group, reading in alike(readings, part, names).items():
            tables.append(chosen(rows, reading, part).assign(readings=group, source=source))
    table = pd.concat(tables).astype({"examples": "Int64", "networks": "Int64"})
    # of the original program, only the networks that are drawn of ours
    keys = ["readings", "dataset", "defence", "variant", kind]
    drawn = table[table.source == "ours"][keys].drop_duplicates()
    table = table.merge(drawn, on=keys).assign(network=lambda t: list(map(network, t.defence, t.variant)))
    return table[["readings", "dataset", "network", *keys[2:], f"{kind}_variant", "source", "strength", *NUMBERS]]


def by_class(classes: pd.DataFrame, readings: Mapping[str, dict], attack: str, defences: list[str]) -> pd.DataFrame:
    """Class by class what an attack does to the networks of some defences, per group of readings."""
    tables, classes = [], classes[classes.defence.isin(defences)]
    for group, reading in alike(readings, "attacks", [attack]).items():
        tables.append(_in_papers_order(chosen(classes, reading, "attacks")).assign(readings=group))
    table = pd.concat(tables).assign(network=lambda t: list(map(network, t.defence, t.variant)))
    return table[["readings", "network", *NETWORK, "label", "measure", *NUMBERS]]


def table_1(
    summary: pd.DataFrame, common: pd.DataFrame, checks: pd.DataFrame, printed: pd.DataFrame, readings: Mapping[str, dict]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table 1: each reading's scores, and the score on its networks' common subset, beside the printed one; (numbers, for a
    reader). What failed of `checks` stands beside the rows that it casts doubt on. Attacks that not every reading names
    are left to `table_linf`."""
    parts, everyones = [], [name for name in summary.attack.unique() if all(name in r["attacks"] for r in readings.values())]
    summary, common = (table[table.attack.isin(everyones)] for table in (summary, common))
    for name, reading in readings.items():
        rows = chosen(summary, reading, "attacks").rename(columns={"measure": "score"})
        near = rows.attack != "fgsm"  # attacks that look for near adversarials, and may believe what is not so
        rows = rows[rows.score.isin(reading["scores"]) | (rows.score.isin(["success", "believed", "found"]) & near)]
        parts.append(rows.assign(reading=name))
    parts.append(common[common.seed == "mean"].rename(columns={"measure": "score"}))
    numbers = pd.concat(parts).merge(printed, how="left", on=["dataset", "attack", "defence", "score"])
    numbers = _in_papers_order(_with_doubts(numbers[["reading", *NETWORK, "score", "printed", *NUMBERS]], checks))
    rows = []
    for (dataset, attack, defence), group in numbers.groupby(["dataset", "attack", "defence"], sort=False):
        row = {"Data set": label(DATASETS, dataset), "Attack": label(ATTACKS, attack)}
        printed_scores = group.drop_duplicates("score").dropna(subset="printed")
        cells = [_unbroken(f"{s.score} {_number(s.printed, 4)}") for s in printed_scores.itertuples()]
        row |= {"Network": network(defence, group.variant.iloc[0]), "Paper": "; ".join(cells) or "–"}
        for name in readings:
            texts = {}
            for variant, scores in group[group.reading == name].groupby("variant", sort=False):
                by_score = scores.set_index("score").value
                if by_score.get("found") == by_score.get("success"):
                    scores = scores[~scores.score.isin(["believed", "found"])]  # nothing but what was true
                cells = [_unbroken(f"{s.score} {_with_interval(s, 4)} n={s.examples}") for s in scores.itertuples()]
                texts[variant] = "; ".join(cells)
            row[f"Ours, {name} reading"] = _by_variant(texts)
        row[FAULT] = _doubts_of(group)
        rows.append(row | {"Networks": group.networks.max()})
    return numbers, pd.DataFrame(rows)


def table_2(used: pd.DataFrame, printed: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table 2: training parameters as printed and as used. used, printed: dataset, parameter, and the value."""
    numbers = used.merge(printed, how="left", on=["dataset", "parameter"])[["dataset", "parameter", "printed", "used"]]
    shown = numbers.fillna({"printed": "not printed"})
    shown = shown.assign(
        dataset=[label(DATASETS, name) for name in shown.dataset], parameter=shown.parameter.str.replace("_", " ")
    )
    return numbers, shown.rename(columns={"dataset": "Data set", "parameter": "Parameter", "printed": "Paper", "used": "Used"})


def table_3(
    used: Mapping[str, Mapping[str, dict]], printed: pd.DataFrame, readings: Mapping[str, dict]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table 3: sleep parameters as printed, and as each reading's variant uses them.

    used: parameters by data set and sleep variant; printed: dataset, parameter, printed.
    """
    paper = printed.set_index(["dataset", "parameter"]).printed
    numbers, shown = [], []
    for dataset, variants in used.items():
        for parameter in next(iter(variants.values())):
            value = paper.get((dataset, parameter))
            texts = {name: _by_use(reading["defences"]["sleep"], variants, parameter) for name, reading in readings.items()}
            row = {"dataset": dataset, "parameter": parameter, "printed": value}
            numbers += [row | {"reading": reading, "used": text} for reading, text in texts.items()]
            shown.append(
                {
                    "Data set": label(DATASETS, dataset),
                    "Parameter": parameter.replace("_", " "),
                    "Paper": value or "not printed",
                }
                | {f"Used, {reading} reading": text for reading, text in texts.items()}
            )
    return pd.DataFrame(numbers), pd.DataFrame(shown)


def table_4(
    thresholds: pd.DataFrame, checks: pd.DataFrame, printed: pd.DataFrame, readings: Mapping[str, dict]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table 4: the Boundary Attack where an adversarial farther than a threshold counts as not found, under both readings of
    the threshold, beside the printed score, with what failed of `checks`. printed: dataset, defence, printed."""
    numbers = thresholds[thresholds.seed == "mean"].merge(printed, how="left", on=["dataset", "defence"])
    numbers = _in_papers_order(_with_doubts(numbers[["reading", *NETWORK, "measure", "printed", *NUMBERS]], checks))
    rows = []
    for (dataset, defence), group in numbers.groupby(["dataset", "defence"], sort=False):
        row = {"Data set": label(DATASETS, dataset), "Network": network(defence, group.variant.iloc[0])}
        row["Paper"] = _number(group.printed.iloc[0], 4)
        for name in readings:
            for kind, title in (("l2", "L2 ≤ 1"), ("square", "mean square ≤ 1")):
                texts = {}
                for variant, own in group[group.reading == name].groupby("variant", sort=False):
                    by_measure = {r.measure: r for r in own.itertuples()}
                    found = [(word, by_measure[f"{measure}_{kind}"]) for measure, word in (("F", "F"), ("success", "found"))]
                    texts[variant] = "; ".join(_unbroken(f"{word} {_with_interval(r, 4)} n={r.examples}") for word, r in found)
                row[f"Ours, {name} reading, {title}"] = _by_variant(texts)
        rows.append(row | {FAULT: _doubts_of(group)})
    return numbers, pd.DataFrame(rows)


def table_linf(summary: pd.DataFrame, checks: pd.DataFrame, readings: Mapping[str, dict]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Accuracy under the attacks with an L∞ limit that only some readings name, beside that under FGSM at the same ε, with what
    failed of `checks`."""
    parts = []
    for name, reading in readings.items():
        rows = chosen(summary, reading, "attacks")
        rows = rows[rows.measure == "accuracy"]
        beside = [a for a in rows.attack.unique() if any(a not in other["attacks"] for other in readings.values())]
        strengths = rows[rows.attack.isin(beside)].strength.unique()
        rows = rows[rows.attack.isin([*beside, "fgsm"]) & rows.strength.isin(strengths)]
        networks = rows[rows.attack.isin(beside)][["dataset", "defence", "variant"]].drop_duplicates()
        parts.append(rows.merge(networks).assign(reading=name))
    numbers = _with_doubts(pd.concat(parts)[["reading", *NETWORK, "strength", *NUMBERS]], checks)
    numbers = _in_papers_order(numbers)
    keys, rows = ["reading", "dataset", "defence", "variant", "strength"], []
    attacks = sorted(numbers.attack.unique(), key=lambda name: rank(ATTACKS, name))
    for (reading, dataset, defence, variant, strength), group in numbers.groupby(keys, sort=False):
        row = {
            "Reading": reading,
            "Data set": label(DATASETS, dataset),
            "Network": network(defence, variant),
            "ε": f"{strength:g}",
        }
        for name in attacks:
            cells = [f"{_with_interval(r)} n={r.examples}" for r in group[group.attack == name].itertuples()]
            row[label(ATTACKS, name)] = _unbroken("".join(cells)) or "–"
        doubts = [f"{label(ATTACKS, r.attack)}: {r.doubts}." for r in group[group.doubts != ""].itertuples()]
        rows.append(row | {FAULT: " ".join(doubts) or "–"})
    return numbers, pd.DataFrame(rows)


def table_checks(checks: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Is the attack at fault? Every check of every network under every attack, with its limit."""
    numbers = _in_papers_order(checks.reset_index(drop=True))
    shown = pd.DataFrame(
        {
            "Data set": label(DATASETS, row.dataset),
            "Attack": label(ATTACKS, row.attack),
            "Variant": row.attack_variant,
            "Network": network(row.defence, row.variant),
            "Its variant": row.variant,
            "Check": label(CHECKS, row.check),
            "Value": _unbroken(f"{_number(row.value)} [{_number(row.low)}, {_number(row.high)}]"),
            "At most": f"{row.limit:g}",
            "Outcome": "passed" if row.passed else "in doubt",
            "n": row.examples,
        }
        for row in numbers.itertuples()
    )
    return numbers, shown


def table_fgsm(summary: pd.DataFrame, original: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """FGSM in full: every measure of every network and variant, beside what the authors' program gave."""
    strengths = original.strength.dropna().unique()
    kept = summary[(summary.strength.isna() | summary.strength.isin(strengths)) & (summary.measure != "success")]
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
            "Network": network(row.defence, row.variant),
            "Variant": row.variant,
            "Gradient of": label(OBJECTIVES, row.attack_variant),
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


def _with_doubts(numbers: pd.DataFrame, checks: pd.DataFrame) -> pd.DataFrame:
    """With a column of why the attack that a row rests on is in doubt; empty where it is not."""
    doubts = checks[~checks.passed].groupby(NETWORK, sort=False).says.agg("; ".join).rename("doubts").reset_index()
    return numbers.merge(doubts, how="left", on=NETWORK).fillna({"doubts": ""})


def _doubts_of(group: pd.DataFrame) -> str:
    """The doubts of some rows, each once, with the readings it concerns."""
    in_doubt = group[group.doubts != ""].groupby("doubts", sort=False).reading.unique()
    return " ".join(f"{', '.join(names)}: {why}." for why, names in in_doubt.items()) or "–"


def _by_variant(texts: Mapping[str, str]) -> str:
    """What is said of each variant of a network; its name before it where there are several."""
    return "".join(texts.values()) if len(texts) < 2 else " ".join(f"{variant}: {text}." for variant, text in texts.items())


def _in_papers_order(table: pd.DataFrame) -> pd.DataFrame:
    """Rows in the paper's order of data sets, attacks and networks; otherwise as they were."""
    ranks = pd.DataFrame(
        {
            "dataset": [rank(DATASETS, name) for name in table.dataset],
            "attack": [rank(ATTACKS, name) for name in table.attack],
            "network": [network_rank(network(*names)) for names in zip(table.defence, table.variant, strict=True)],
        }
    )
    return table.iloc[ranks.sort_values(list(ranks), kind="stable").index]


def _number(number: float, digits: int = 3) -> str:
    if np.isnan(number):
        return "–"
    return "∞" if np.isinf(number) else f"{number:.{digits}f}"


def _with_interval(row, digits: int = 3) -> str:
    """A value with its interval, on one line, or why there is none."""
    if np.isnan(row.value):
        return str(row.note)
    value, low, high = (_number(number, digits) for number in (row.value, row.low, row.high))
    return _unbroken(f"{value} [{low}, {high}]")


def _by_use(choice: str | list | Mapping, variants: Mapping[str, dict], parameter: str) -> str:
    """A parameter of the variants that a reading chooses as text, where they differ with what each is for."""
    if isinstance(choice, Mapping):
        uses = {"else": choice["else"]} | choice
    else:
        uses = {"else": choice} if isinstance(choice, str) else {variant: variant for variant in choice}
    by_text: dict[str, list[str]] = {}
    for use, variant in uses.items():
        by_text.setdefault(_listed(variants[variant][parameter]), []).append(label(ATTACKS, use))
    texts = [text if "else" in names else f"{text} ({', '.join(names)})" for text, names in by_text.items()]
    return "; ".join(texts)


def _listed(value) -> str:
    """A parameter as text: a list with commas."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _unbroken(text: str) -> str:
    """Text that a table cell does not break over two lines."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")
