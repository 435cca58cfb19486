"""Sleep as tidy rows, moment by moment and layer by layer: means over networks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from sleep_robustness.metrics import network_rows
from sleep_robustness.papers.tadros.analyses.rows import MOVED, over_networks

Arrays = Mapping[str, np.ndarray]
SCORES = ("clean", "F", "never_fooled")
UNMOVED = "no such weight moved in some of the networks"


def trace_rows(runs: pd.DataFrame, read: Callable[[str], Arrays]) -> pd.DataFrame:
    """What happens in each sleep under each rule of plasticity, moment by moment.

    runs: dataset, defence, variant, readings (a list), rule (the variant's own), seed, and path, which `read` turns into
    arrays: rules [r]; layers [l]; and by rule what `asleep.trace` gives: steps [r, k]; each of MOVED [r, k]; strength
    [r, k, n]; spike_steps [r, c]; spikes [r, c, l]; moments are the same for all seeds. Columns: dataset, defence, variant,
    reading ("beside" under another rule than the variant's own), rule, step (steps slept), measure ("spikes" so far of a
    layer, one of MOVED, or one of SCORES), layer, value, low, high, interval, examples (0 where no image is looked at),
    networks, note.
    """
    tables = []
    for (dataset, defence, variant, own), group in runs.groupby(["dataset", "defence", "variant", "rule"], sort=False):
        rows = pd.DataFrame(_rows([read(path) for path in group.path]))
        rows = rows.assign(dataset=dataset, defence=defence, variant=variant)
        tables += [rows[rows.rule == own].assign(reading=reading) for reading in group.readings.iloc[0]]
        tables.append(rows[rows.rule != own].assign(reading="beside"))
    axes, table = ["dataset", "defence", "variant", "reading"], pd.concat(tables, ignore_index=True)
    return table[[*axes, *table.columns.drop(axes)]].astype({"layer": "Int64"})


def history_rows(runs: pd.DataFrame, read: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """What every sleep did in each layer, by its network's history.

    runs: dataset, defence, variant, readings and sizes (lists; of the layers, input first), steps (of 1 ms), seed, and path,
    which `read` turns into a history: layer, spikes, neurons, changed. Columns: dataset, defence, variant, reading (a row for
    each), steps, layer (that of the input is 1), measure ("spikes"; "spikes_each", by neuron of the layer; "neurons", those
    that spiked at all; "changed", the share of the weights into it), value, low, high, interval, examples (0), networks, note.
    """
    rows = []
    for key, group in runs.groupby(["dataset", "defence", "variant", "steps"], sort=False):
        axes, first = dict(zip(("dataset", "defence", "variant", "steps"), key, strict=True)), group.iloc[0]
        histories = pd.concat(map(read, group.path))
        histories["spikes_each"] = histories.spikes / histories.layer.map(dict(enumerate(first.sizes)))
        for reading, (layer, own) in product(first.readings, histories.groupby("layer")):
            for measure in ("spikes", "spikes_each", "neurons", "changed"):
                place = {"reading": reading, "layer": layer + 1, "measure": measure}
                rows.append(axes | place | over_networks(list(own[measure]), UNMOVED))
    return pd.DataFrame(rows)


def _rows(seeds: Sequence[Arrays]) -> Iterator[dict]:
    for place, rule in enumerate(seeds[0]["rules"]):
        for moment, step in enumerate(seeds[0]["spike_steps"][place]):
            for k, layer in enumerate(seeds[0]["layers"]):
                axes = {"rule": rule, "step": step, "measure": "spikes", "layer": layer}
                yield axes | over_networks([one["spikes"][place, moment, k] for one in seeds], UNMOVED)
        for moment, step in enumerate(seeds[0]["steps"][place]):
            axes = {"rule": rule, "step": step}
            for name in MOVED:
                values = [one[name][place, moment] for one in seeds]
                yield axes | {"measure": name, "layer": pd.NA} | over_networks(values, UNMOVED)
            scores = network_rows({number: {"strength": one["strength"][place, moment]} for number, one in enumerate(seeds)})
            for row in scores[(scores.seed == "mean") & scores.measure.isin(SCORES)].to_dict("records"):
                yield {key: one for key, one in row.items() if key not in ("seed", "strength")} | axes | {"layer": pd.NA}
