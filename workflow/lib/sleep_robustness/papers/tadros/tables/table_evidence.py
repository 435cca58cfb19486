"""What explains the verdicts: small numbers behind each explanation, from the summaries of MNIST."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from sleep_robustness.errors import UserError
from sleep_robustness.names import ATTACKS, MEASURES, label, network
from sleep_robustness.statistics import wilson
from sleep_robustness.tables.style import NETWORK, NUMBERS, unbroken

AXES = ["table", *NETWORK[1:], "reading", "other", "rule", "layer", "steps", "measure"]
SAYS = MEASURES | {
    "left_out": "left out by score F",
    "neurons": "neurons that spiked",
    "changed": "share of weights changed",
    "raised": "share of weights raised",
    "lowered": "share of weights lowered",
    "positive": "of the weights that moved, positive before",
    "moved_positive": "mean size of these weights' change",
    "moved_others": "mean size of the others' change",
}


def table_evidence(
    explanations: Sequence[Mapping],
    attacks: pd.DataFrame,
    common: pd.DataFrame,
    pairs: pd.DataFrame,
    histories: pd.DataFrame,
    asleep: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A row for each number of each explanation, with n and interval; (numbers, for a reader).

    explanations: of evidence.yaml. attacks: summaries of MNIST under all attacks; common: FGSM's on the common subset;
    pairs: FGSM's of `pair_rows`; histories and asleep: of `history_rows` and `trace_rows`. What was not measured says so.
    """
    pairs = pairs.assign(other=pairs.other + "/" + pairs.other_variant, examples=pairs.examples * pairs.networks)
    tables = {"attacks": _of_attacks(attacks, common), "pairs": pairs[pairs.strength.isna()]}
    once = histories.drop_duplicates(["variant", "layer", "measure"])  # for all readings
    tables |= {"histories": once.drop(columns="reading"), "asleep": _of_rules(asleep)}
    tables = {name: table.assign(network=table.defence + "/" + table.variant) for name, table in tables.items()}
    rows = []
    for one in explanations:
        for asked in _asked(one):
            row = {"explains": one["explains"], "claims": " ".join(one["claims"])}
            rows.append(row | _found(asked, tables[asked["table"]]) | {"means": one["means"]})
    numbers = pd.DataFrame(rows).reindex(columns=["explains", "claims", *AXES, *NUMBERS[:3], "p", *NUMBERS[3:], "means"])
    first = ~numbers.explains.duplicated()  # what holds for several rows is shown once
    shown = pd.DataFrame(
        {
            "What it explains": numbers.explains.where(first, ""),
            "Claims": numbers.claims.where(first, ""),
            "What was measured": [_says(row) for row in numbers.itertuples()],
            "Value": [_value(row) for row in numbers.itertuples()],
            "n": [_count(row) for row in numbers.itertuples()],
            "What it means": numbers.means.where(first, ""),
        }
    )
    return numbers, shown


def _asked(explanation: Mapping) -> Iterator[dict]:
    """The numbers of an explanation one by one."""
    for number in explanation["numbers"]:
        lists = [value if isinstance(value, list) else [value] for value in number.values()]
        yield from (dict(zip(number, values, strict=True)) for values in product(*lists))


def _found(asked: Mapping, table: pd.DataFrame) -> dict:
    """The row of a table that a number names, or what it names and that it is not there."""
    wanted = {key: value for key, value in asked.items() if key != "table"}
    if unknown := wanted.keys() - set(table.columns):
        raise UserError(f"evidence.yaml: {asked['table']} has no column {unknown.pop()!r}.")
    rows = table[np.logical_and.reduce([table[key] == value for key, value in wanted.items()])]
    if len(rows) > 1:
        raise UserError(f"evidence.yaml: {wanted} is answered by {len(rows)} rows; name more of its columns.")
    if len(rows):
        return rows.iloc[0].to_dict() | {"table": asked["table"]}
    defence, _, variant = asked["network"].partition("/")
    return {**asked, "defence": defence, "variant": variant, "note": "not measured by this config"}


def _of_attacks(attacks: pd.DataFrame, common: pd.DataFrame) -> pd.DataFrame:
    """Means over networks under attacks, on the common subset of the released reading, and the share of all images that score F
    leaves out, with Wilson's interval at the images of one network."""
    means = attacks[(attacks.seed == "mean") & attacks.strength.isna()]
    counted, every = (means[means.measure == score].set_index(NETWORK) for score in ("F", "Z"))
    left = every.assign(value=1 - counted.examples / every.examples, measure="left_out", note="").reset_index()
    limits = [wilson(row.value, round(row.examples / row.networks)) for row in left.itertuples()]
    left = left.assign(low=[low for low, _ in limits], high=[high for _, high in limits])
    return pd.concat([means, common[(common.seed == "mean") & (common.reading == "released")], left], ignore_index=True)


def _of_rules(asleep: pd.DataFrame) -> pd.DataFrame:
    """What each sleep had done by each rule when it ended, once for all readings."""
    ends = asleep[asleep.step == asleep.groupby("variant").step.transform("max")]
    return ends.rename(columns={"step": "steps"}).drop_duplicates(["variant", "rule", "measure", "layer"])


def _says(row) -> str:
    """What a number is, as text."""
    own = f"{network(row.defence, row.variant)} ({row.variant})"
    if row.table == "pairs":
        defence, _, variant = row.other.partition("/")
        own = f"{own} − {network(defence, variant)} ({variant})"
    where = {
        "attacks": f"{label(ATTACKS, row.attack)} ({row.attack_variant})",
        "pairs": f"FGSM, {row.reading} reading",
        "histories": f"layer {row.layer:.0f}" + ("" if np.isnan(row.steps) else f" in {row.steps:.0f} ms"),
        "asleep": f"{row.rule} rule",
    }
    measure = label(SAYS, row.measure).partition(":")[0]
    return f"{own}, {where[row.table]}: {measure}"


def _value(row) -> str:
    """A number of any size with its interval and p, or why there is none."""
    if np.isnan(row.value):
        return row.note
    value, low, high = ("∞" if np.isinf(one) else f"{one:.3g}" for one in (row.value, row.low, row.high))
    p = "" if np.isnan(row.p) else f", {unbroken(f'p = {row.p:.2g}')}"
    return unbroken(f"{value} [{low}, {high}]") + p


def _count(row) -> str:
    """Networks × images that are counted, on average, or networks alone where no image is looked at."""
    if np.isnan(row.networks):
        return "–"
    return unbroken(f"{row.networks:.0f} × {row.examples / row.networks:.0f}" if row.examples else f"{row.networks:.0f}")
