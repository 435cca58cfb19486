"""Tables 1 to 3 and Figure 3: accuracy under attack, the paper's beside ours, and what each deviation of the code changes."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from sleep_robustness.names import ATTACKS, label, network, network_rank
from sleep_robustness.tables.style import chosen, number, with_interval

SCALES = [2, 4, 8, 16, 32, 64, 128, 255]  # the printed noise scales; ε is a 255th of each
TABLES_1_AND_2 = [64, 128]
DEEPSLEEP = ("described", "released")
# which row of the paper a network is, by what its variant's name begins and ends with; the paper has none of the others
ABLATIONS = ("slow_only", "fast_only", "without_noise", "depth_3", "length_2", "cycles_2")
DEFENCES = {"control": ["released"], "adversarial_train": ["described", "released"], "distilled": ["released", "trained"]}
MARGIN = "by the margin"
# what the code does otherwise than the text, and of which networks that makes the difference: as it is released, and mended
DEVIATIONS = {
    "BatchNorm's statistics are lost": [("deepsleep", "released"), ("deepsleep", "released_carried")],
    "the same, and estimated anew": [("deepsleep", "released"), ("deepsleep", "released_estimated")],
    "the second convolution does not learn": [("deepsleep", "released"), ("deepsleep", "released_learning")],
    "the noise is made on a mixture of networks": [("deepsleep", "released"), ("deepsleep", "released_on_control")],
    "there are images in place of spikes": [("deepsleep", "released"), ("deepsleep", "released_spikes")],
    "the simplest form has no noise": [("deepsleep", "without_noise"), ("deepsleep", "released")],
    "adversarial training is by FGSM": [("adversarial_train", "released"), ("adversarial_train", "described")],
    "adversarial training is at ε = 8/255": [("adversarial_train", "described"), ("adversarial_train", "strong")],
    "the teacher is not trained": [("distilled", "released"), ("distilled", "trained")],
    "Sleep Defense is another algorithm": [("deepsleep", "sleep_defence"), ("sleep", "printed")],
}


def printed_row(defence: str, variant: str) -> str:
    """Which row of the paper's tables a network is, "" for none."""
    if defence == "sleep":  # the defence of Tadros et al. itself
        return "sleep_defence"
    if defence != "deepsleep":
        return defence if variant in DEFENCES.get(defence, []) else ""
    name = variant.removeprefix("described_")
    if name in (*ABLATIONS, "sleep_defence"):
        return name
    if variant.removesuffix("_estimated") in ABLATIONS:
        return variant.removesuffix("_estimated")
    return defence if variant.removesuffix("_estimated") in DEEPSLEEP else ""


def accuracies(
    summary: pd.DataFrame,
    printed: pd.DataFrame,
    readings: Mapping[str, dict],
    columns: Mapping[str, Mapping[str, str]],
    scales: Collection[int],
) -> pd.DataFrame:
    """Accuracies of each reading's networks at each scale, in the columns of the paper.

    summary: of all attacks; printed: scale, network, column, printed; columns: of each reading what runs in each column, the
    name of an attack. Columns: reading, scale, row (of the paper's tables, "" for none), network, defence, variant, column,
    attack (empty for clean images), value, low, high, examples, networks, note, printed (nan where the paper has no such row).
    What has no limit is the same at all scales.
    """
    rows = []
    for reading, own in readings.items():
        known = chosen(summary[summary.measure == "accuracy"], own, "attacks")
        for scale in scales:
            for column, attack in {"clean": "fgsm", **columns[reading]}.items():
                its = known[known.attack == attack]
                wanted = np.isclose(its.strength, 0 if column == "clean" else scale / 255, atol=1e-4)
                its = its[wanted | ((column != "clean") & np.isinf(its.strength))]
                rows.append(its.assign(reading=reading, scale=scale, column=column, ran="" if column == "clean" else attack))
    table = pd.concat(rows)
    axes = list(zip(table.defence, table.variant, strict=True))
    table = table.assign(row=[printed_row(*one) for one in axes], network=[network(*one) for one in axes])
    printed = printed.rename(columns={"network": "row"}).drop_duplicates(["scale", "row", "column"])
    table = table.merge(printed[["scale", "row", "column", "printed"]], how="left", on=["scale", "row", "column"])
    ranks = pd.DataFrame({"reading": table.reading.map(list(readings).index), "scale": table.scale})
    ranks["network"] = table.network.map(network_rank)
    table = table.iloc[ranks.sort_values(list(ranks), kind="stable").index]
    table = table.drop(columns="attack").rename(columns={"ran": "attack"})
    before = ["reading", "scale", "row", "network", "defence", "variant", "column", "attack"]
    return table[[*before, "value", "low", "high", "examples", "networks", "note", "printed"]]


def by_reading_and_scale(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(numbers, for a reader), from `accuracies`: a row for each reading, scale and network, and in each column ours, with its
    interval, the paper's and what ran."""
    rows = []
    for (reading, scale, name), group in table.groupby(["reading", "scale", "network"], sort=False):
        row = {"Reading": reading, "Noise scale": f"{scale}/255", "Network": name}
        for cell in group.itertuples():
            what = f" {label(ATTACKS, cell.attack)}:" if cell.attack else ""
            paper = "" if np.isnan(cell.printed) else f"; paper {number(cell.printed)}"
            row[cell.column] = f"{what} {with_interval(cell)}{paper}".strip()
        rows.append(row | {"Networks": group.networks.max(), "Images": _images(group)})
    return table, pd.DataFrame(rows).fillna("–")


def in_table_2(table: pd.DataFrame) -> pd.Series:
    """Whether rows of `accuracies` are of Table 2: the control, DeepSleep and its parts; Table 1 has all but the parts."""
    return table.row.isin(["control", "deepsleep", *ABLATIONS])


def transferred_and_own(summary: pd.DataFrame, scale: int = 64) -> pd.DataFrame:
    """Each network's accuracy under PGD three ways, and on clean images: images made on the control, those made on the network
    itself by the loss, and by the margin of its logits.

    summary: of pgd_loss, transfers among them, and of pgd. Columns: defence, variant, kind, value, low, high, examples,
    networks.
    """
    levels = summary[(summary.measure == "accuracy") & (summary.seed == "mean")]
    at, clean = np.isclose(levels.strength, scale / 255, atol=1e-4), levels.strength == 0
    kinds = {
        "clean": clean & (levels.attack == "pgd_loss") & (levels.attack_variant == "described"),
        "made on the control": at & (levels.attack == "pgd_loss") & (levels.attack_variant == "shared"),
        "by the loss": at & (levels.attack == "pgd_loss") & (levels.attack_variant == "described"),
        MARGIN: at & (levels.attack == "pgd"),
    }
    table = pd.concat([levels[rows].assign(kind=kind) for kind, rows in kinds.items()])
    return table[["defence", "variant", "kind", "value", "low", "high", "examples", "networks"]]


def deviations(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(numbers, for a reader): of each of DEVIATIONS what the network as released and the mended one do.

    table: that of `transferred_and_own`. A network that was not run has no row.
    """
    parts, rows = [], []
    for what, networks in DEVIATIONS.items():
        for (defence, variant), kind in zip(networks, ("as released", "mended"), strict=True):
            own = table[(table.defence == defence) & (table.variant == variant)]
            parts.append(own.assign(deviation=what, form=kind))
            cells = {row.kind: with_interval(row) for row in own.assign(note="").itertuples()}
            rows.append({"Deviation": what, "Form": kind, "Network": network(defence, variant)} | cells)
    before = ["deviation", "form"]
    numbers = pd.concat(parts)
    return numbers[[*before, *numbers.columns.drop(before)]], pd.DataFrame(rows).fillna("–")


def _images(group: pd.DataFrame) -> str:
    """How many images of one network the cells of a row count, the fewest to the most."""
    each = (group.examples / group.networks).round().astype(int)
    return str(each.min()) if each.min() == each.max() else f"{each.min()} to {each.max()}"
