"""What binary networks and their real twins cost: operations, energy and bits, counted from the sizes; and the time of an
epoch, measured where it was run, which decides claim B13."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from sleep_robustness.claims import HOLDS, NOT_SHOWN, REFUTED, UNTESTED
from sleep_robustness.metrics import mean_of_networks
from sleep_robustness.papers.bnn.curves import USUAL, WIDER
from sleep_robustness.statistics import LIMITS
from sleep_robustness.tables.markup import ByReading
from sleep_robustness.tables.style import number, unbroken, with_interval

# Of one operation in 45 nm, memory apart (M. Horowitz, ISSCC 2014). Additions and multiplications are of 32-bit floats. An XNOR
# with its count is an eighth of an addition of 8-bit integers, which has eight full adders: to count n bits takes fewer than n.
PICOJOULES = {"multiplications": 3.7, "additions": 0.9, "xnors": 0.03 / 8}
FLOAT = 32  # bits
NETWORK = ["weights", "width", "epochs", "lipschitz", "m"]
ALIKE = 0.8, 1.25  # between which B13 has the ratio of two times
COMPARED = {  # by what B13 says that time does not depend on, and what networks that differ in it alone have besides
    "width": ("widest ÷ narrowest", {"epochs": USUAL["epochs"], "m": WIDER}),
    "m": ("largest ÷ smallest m", {"width": USUAL["width"], "epochs": USUAL["epochs"]}),
    "epochs": ("most ÷ fewest epochs", {"width": USUAL["width"], "m": WIDER}),
}


def counts(sizes: Sequence[int], real: bool, tasks: int) -> dict[str, float]:
    """What one image's forward pass takes, and what has to be kept, of a network whose layers have so many units, input first.

    A unit of n inputs takes n multiplications and n additions. With binary weights the first layer adds and subtracts pixels;
    behind it signs meet signs, an XNOR each, whose results are counted up. BatchNorm takes a multiplication and an addition a
    unit, its four arrays being brought together. Activations are left out.

    multiplications, additions (both of floats), xnors; picojoules; bits: weight_bits and norm_bits for one task, training_bits
    for what metaplastic training keeps: hidden weights and two moments of each, BatchNorm's γ, β, mean and variance of every
    task, and two moments of γ and of β.
    """
    first, *others = (inputs * units for inputs, units in pairwise(sizes))
    weights, units = first + sum(others), sum(sizes[1:])
    found = {
        "multiplications": units + (weights if real else 0),
        "additions": units + (weights if real else first),
        "xnors": 0 if real else sum(others),
    }
    return found | {
        "picojoules": round(sum(energy * found[name] for name, energy in PICOJOULES.items()), 5),
        "weight_bits": weights * (FLOAT if real else 1),
        "norm_bits": 2 * units * FLOAT,
        "training_bits": (3 * weights + 4 * units * tasks + 4 * units) * FLOAT,
    }


def cost_rows(
    runs: pd.DataFrame, widths: Mapping[str, int], inputs: int, classes: int, layers: int, tasks: int
) -> pd.DataFrame:
    """`counts` of a binary network, and of its twin where a reading has one, of each width: weights, width, size (the width
    itself), and what is counted. runs: weights and width of each network; layers: hidden ones."""
    return pd.DataFrame(
        {"weights": weights, "width": width, "size": widths[width]}
        | counts([inputs, *[widths[width]] * layers, classes], weights == "real", tasks)
        for width in sorted(runs.width.unique(), key=widths.get)
        for weights in sorted(runs.weights.unique())
    )


def time_rows(runs: pd.DataFrame, read: Callable[[str], pd.DataFrame], sizes: Mapping[str, Mapping]) -> pd.DataFrame:
    """How long an epoch took: the mean over tasks and networks ("seconds") of each kind of network and device; and for each
    reading the "ratio" of two times that B13 compares, by tasks of networks of one seed, with the verdict. The first task of a
    job is left out, since what is compiled is made or loaded in it.

    runs: reading, grid, member, seed, the columns of NETWORK, and path of the times, which `read` reads; sizes: what the names
    of widths and epochs stand for. Columns: measure, reading, axis (what the two networks of a ratio differ in), those of
    NETWORK, device, threads, value, low, high, networks, verdict, note.
    """
    each = pd.concat([read(run["path"]).iloc[1:].assign(**run) for run in runs.to_dict("records")])
    alone, rows = each.drop_duplicates(["grid", "member", "seed", "task"]), []
    for key, own in alone.groupby([*NETWORK, "device", "threads"], sort=False):
        by_network = own.pivot_table(index=["grid", "seed"], columns="task", values="seconds")
        axes = dict(zip([*NETWORK, "device", "threads"], key, strict=True))
        rows.append({"measure": "seconds"} | axes | mean_of_networks(list(by_network.to_numpy())))
    for reading in runs.reading.unique():
        for axis in COMPARED:
            ratio = _ratio(each[each.reading == reading], axis, sizes)
            rows.append({"measure": "ratio", "reading": reading, "axis": axis} | ratio)
    shown = ["measure", "reading", "axis", *NETWORK, "device", "threads", "value", "low", "high", "networks", "verdict", "note"]
    return pd.DataFrame(rows, columns=shown)


def _ratio(each: pd.DataFrame, axis: str, sizes: Mapping[str, Mapping]) -> dict:
    """The end of a row of `time_rows`, of a reading's networks that differ in an axis alone."""
    usual = {"weights": USUAL["weights"], "lipschitz": USUAL["lipschitz"]} | COMPARED[axis][1]
    own = each[np.logical_and.reduce([each[name] == one for name, one in usual.items()])]
    named = {"width": sizes["widths"], "epochs": sizes["epochs"]}.get(axis)
    own = own.assign(size=own[axis].map(named) if named else own[axis], seconds=np.log(own.seconds))
    known = [
        some.pivot_table(index=["device", "threads", "seed"], columns="task", values="seconds")
        for _, some in own.groupby("size")
    ]
    pairs = (known[-1] - known[0]).dropna(how="all") if len(known) > 1 else pd.DataFrame()
    if pairs.empty:
        return {"value": np.nan, "verdict": UNTESTED, "note": "no two such networks were run on one device"}
    row = mean_of_networks(list(pairs.to_numpy()))
    row |= {name: np.exp(row[name]) for name in ("value", *LIMITS)}
    least, most = min(row["low"], row["low_without"]), max(row["high"], row["high_without"])
    outside = REFUTED if most < ALIKE[0] or ALIKE[1] < least else NOT_SHOWN
    return row | {"verdict": HOLDS if ALIKE[0] < least and most < ALIKE[1] else outside}


def table_cost(costs: pd.DataFrame, times: pd.DataFrame) -> pd.DataFrame:
    """For a reader: a row for each network, with the time of an epoch of the usual number of them, with m 1.35 and without the
    Lipschitz term; last the verdicts on B13, by reading."""
    measured = times[(times.measure == "seconds") & (times.m == WIDER)]
    measured = measured[(measured.epochs == USUAL["epochs"]) & (measured.lipschitz == USUAL["lipschitz"])]
    shown = []
    for row in costs.itertuples():
        own = measured[(measured.weights == row.weights) & (measured.width == row.width)]
        seconds = [f"{with_interval(one, 2)} ({one.device}, n = {one.networks:g})" for one in own.itertuples()]
        shown.append(
            {
                "Network": unbroken(f"{row.weights}, {row.size} units"),
                "Multiplications": _grouped(row.multiplications),
                "Additions": _grouped(row.additions),
                "XNORs, counted": _grouped(row.xnors),
                "Energy, nJ": number(row.picojoules / 1000, 1),
                "Bits of weights": _grouped(row.weight_bits),
                "Bits of BatchNorm, one task": _grouped(row.norm_bits),
                "Bits kept in training": _grouped(row.training_bits),
                "Seconds an epoch, on this machine": "; ".join(seconds) or "not run",
            }
        )
    readings: dict[str, list[str]] = {}
    for reading, own in times[times.measure == "ratio"].groupby("reading", sort=False):
        readings.setdefault("; ".join(_says(one) for one in own.itertuples()) + ".", []).append(reading)
    verdicts = ByReading(tuple((", ".join(names), text) for text, names in readings.items()))
    last = dict.fromkeys(shown[0], "–") | {"Network": "B13, on this machine alone"}
    return pd.DataFrame([*shown, last | {"Seconds an epoch, on this machine": verdicts}])


def _says(row) -> str:
    told = f"{row.verdict} ({row.note})" if np.isnan(row.value) else f"{with_interval(row, 2)}, {row.verdict}"
    return f"{COMPARED[row.axis][0]}: {told}"


def _grouped(count: int) -> str:
    return unbroken(f"{count:_}".replace("_", " "))
