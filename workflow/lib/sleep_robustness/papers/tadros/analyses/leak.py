"""Sleep with leaks of other time constants, and with other resets (a figure of our own).

The equation of §4.1 has a leak whose time constant is not printed; Algorithm 1, line 11, has none, and it has no reset of the
voltage at a spike either.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import torch

from sleep_robustness.attacks import fgsm
from sleep_robustness.defences.sleep import with_weights
from sleep_robustness.metrics import network_rows
from sleep_robustness.networks.relu import ReluNetwork
from sleep_robustness.papers.tadros.analyses.rows import over_networks
from sleep_robustness.spiking import SleepParameters, sleep
from sleep_robustness.spiking.encode import STEP

Arrays = Mapping[str, np.ndarray]
SCORES = ("clean", "F", "I", "never_fooled")
CONTROL = "awake"  # in place of a reset


def settings(constants: Sequence[float], resets: Sequence[str]) -> list[tuple[float, str]]:
    """(time constant in seconds, reset) of each sleep: every constant with a reset to 0, then ∞, no leak, with each reset."""
    return [*((constant, "zero") for constant in constants), *((np.inf, reset) for reset in resets)]


def decay(constant: float) -> float:
    """The share of its voltage that a neuron keeps in a step of 1 ms under a leak of a time constant in seconds; 1 of ∞."""
    return float(np.exp(-STEP / constant))


def sweep(
    base: ReluNetwork,
    bedded: tuple[list[np.ndarray], np.ndarray, SleepParameters],
    rule: str,
    each: Sequence[tuple[float, str]],
    x: torch.Tensor,
    y: torch.Tensor,
    attack: Mapping,
) -> dict[str, np.ndarray]:
    """Let a network sleep under each of the `settings`, k, over the same input spikes.

    bedded: as `defences.sleep.bedded` gives it; x [n, d], y [n]: what it is attacked with by FGSM, whose parameters are
    `attack`. Gives constants [k] in seconds, resets [k], strength [k, n], as an attack's, awake [n], that of the network
    before, and spikes and neurons (those that spiked at all) [k, layers behind the input].
    """
    weights, spikes, parameters = bedded
    awake = fgsm.run(base, x, y, attack, torch.Generator()).strength
    strength, counts = [], []
    for constant, reset in each:
        result = sleep(weights, spikes, replace(parameters, decay=decay(constant), reset=reset), rule)
        same = all(np.array_equal(old, new) for old, new in zip(weights, result.weights, strict=True))
        network = with_weights(base, result.weights).to(x.device)
        strength.append(awake if same else fgsm.run(network, x, y, attack, torch.Generator()).strength)
        counts.append([(count.sum(), (count > 0).sum()) for count in result.spike_counts[1:]])
    found = {name: np.array(counts)[..., k] for k, name in enumerate(("spikes", "neurons"))}
    constants, resets = zip(*each, strict=True)
    arrays = {"constants": np.array(constants), "resets": np.array(resets), "strength": np.array(strength), "awake": awake}
    return arrays | found


def leak_rows(seeds: Mapping[int, Arrays]) -> pd.DataFrame:
    """What each leak and reset gives, for each seed and as the mean over seeds.

    seeds: of each what `sweep` gives, with label [n]. Columns: constant (seconds; ∞ is no leak), reset ("awake" is the control,
    without a constant), seed, measure (one of SCORES; "spikes" and "neurons" of a layer; "worst_class", the share right of the
    class most forgotten, and "forgotten", which that is, of each seed alone), layer (that of the input is 1), value, low, high,
    interval, examples, networks, note.
    """
    first, rows = next(iter(seeds.values())), []
    control = {seed: {"strength": one["awake"], "label": one["label"]} for seed, one in seeds.items()}
    rows += [{"constant": np.nan, "reset": CONTROL} | row for row in _scores(control)]
    for place, (constant, reset) in enumerate(zip(first["constants"], first["resets"], strict=True)):
        axes = {"constant": constant, "reset": reset}
        own = {seed: {"strength": one["strength"][place], "label": one["label"]} for seed, one in seeds.items()}
        rows += [axes | row for row in _scores(own)]
        for measure in ("spikes", "neurons"):
            for layer in range(first[measure].shape[1]):
                values = {seed: float(one[measure][place, layer]) for seed, one in seeds.items()}
                rows += [axes | {"measure": measure, "layer": layer + 2} | row for row in _counts(values)]
    table, axes = pd.DataFrame(rows).astype({"layer": "Int64"}), ["constant", "reset", "seed", "measure", "layer"]
    return table[[*axes, *table.columns.drop(axes)]]


def _scores(seeds: Mapping[int, Arrays]) -> Iterator[dict]:
    table = network_rows({seed: {"strength": one["strength"]} for seed, one in seeds.items()})
    yield from table[table.measure.isin(SCORES)].drop(columns="strength").to_dict("records")
    recalls = {seed: pd.Series(one["strength"] > 0).groupby(one["label"]).mean() for seed, one in seeds.items()}
    yield from ({"measure": "worst_class"} | row for row in _counts({seed: one.min() for seed, one in recalls.items()}))
    forgotten = {seed: float(one.idxmin()) for seed, one in recalls.items()}
    yield from ({"measure": "forgotten"} | row for row in _counts(forgotten) if row["seed"] != "mean")


def _counts(values: Mapping[int, float]) -> Iterator[dict]:
    """One number of each network, which has no interval, and their mean, with one over networks alone."""
    for seed, value in values.items():
        yield {"seed": seed} | over_networks([value], "") | {"interval": "", "low": np.nan, "high": np.nan}
    yield {"seed": "mean"} | over_networks(list(values.values()), "")
