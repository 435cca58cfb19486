"""What sleep gains against how long its control was trained (a figure of our own)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import torch

from sleep_robustness.attacks import fgsm
from sleep_robustness.data import Dataset
from sleep_robustness.defences import control
from sleep_robustness.defences.sleep import as_spiking, bedded, with_weights
from sleep_robustness.errors import UserError
from sleep_robustness.metrics import MEASURES, network_rows
from sleep_robustness.networks.relu import ReluNetwork
from sleep_robustness.papers.tadros.analyses.rows import numbers, over_networks
from sleep_robustness.spiking import sleep
from sleep_robustness.spiking.normalise import normalisation
from sleep_robustness.statistics import Statistic, estimate, mean, resampled

Arrays = Mapping[str, np.ndarray]
SCORES = ("clean", "F", "never_fooled", "accuracy")
CONTROL = "control"


def lengths(examples: int, images: Sequence[int], epochs: Sequence[int]) -> list[tuple[int, int]]:
    """(images, epochs) of each training: of the first so many images, each once, and of all `examples` so often. Raises
    UserError where there are no more images than these."""
    for count in images:
        if count >= examples:
            raise UserError(
                f"config: undertrained.lengths asks for {count} of {examples} training images; all of them are one of epochs."
            )
    return [*((count, 1) for count in images), *((examples, count) for count in epochs)]


def trained(dataset: Dataset, training: Mapping, length: tuple[int, int], seed: int, device: str) -> ReluNetwork:
    """The control of a seed, trained for one of the `lengths`."""
    images, epochs = length
    part = replace(dataset, train_x=dataset.train_x[:images], train_y=dataset.train_y[:images])
    return control.fit(part, {**training, "epochs": epochs}, seed=seed, device=device)


def put_to_sleep(
    dataset: Dataset, bases: Sequence[ReluNetwork], params: Mapping, factors: Sequence[list[float]], seed: int, device: str
) -> Iterator[ReluNetwork]:
    """Each network asleep, over the same input spikes and all training images, as by the defence. factors: of the normalisation
    of each."""
    weights, spikes, parameters = bedded(dataset, params, bases[0], seed, device)
    for base, own in zip(bases, factors, strict=True):
        weights, parameters = as_spiking(base, params, own)
        if params["updates"] is not None:  # when the sleep ends depends on the network
            weights, spikes, parameters = bedded(dataset, params, base, seed, device)
        yield with_weights(base, sleep(weights, spikes, parameters, params["rule"]).weights).to(device)


def undertrain(
    dataset: Dataset, bases: Sequence[ReluNetwork], sleeps: Mapping[str, Mapping], attack: Mapping,
    strengths: Sequence[float], examples: np.ndarray, seed: int, device: str,
) -> dict[str, np.ndarray]:  # fmt: skip
    """What FGSM, whose parameters are `attack`, does to controls of a seed that were trained for k lengths, and to each after
    every sleep: w networks, the control first.

    sleeps: parameters by name; strengths [e]: ε of its grid; examples [n]: test examples. Gives networks [w]; strength
    [k, w, n], as an attack's; strengths [e]; right [k, w, n, e]; and changed [k, w], the share of weights that sleep changed.
    """
    x, y = (torch.from_numpy(values[examples]).to(device) for values in (dataset.test_x, dataset.test_y))
    train_x = torch.from_numpy(dataset.train_x).to(device)
    factors = [normalisation(base, train_x) for base in bases]
    slept = [list(put_to_sleep(dataset, bases, params, factors, seed, device)) for params in sleeps.values()]
    columns = np.abs(fgsm.grid(attack)[:, None] - strengths).argmin(0)
    strength, right, changed = [], [], []
    for networks in zip(bases, *slept, strict=True):
        found = [fgsm.run(network, x, y, attack, torch.Generator()) for network in networks]
        strength.append([one.strength for one in found])
        right.append([one.details["right"][:, columns] for one in found])
        changed.append([_changed(networks[0], network) for network in networks])
    return {
        "networks": np.array([CONTROL, *sleeps]), "strength": np.array(strength), "strengths": np.array(strengths),
        "right": np.array(right), "changed": np.array(changed),
    }  # fmt: skip


def undertrained_rows(seeds: Mapping[int, Arrays]) -> pd.DataFrame:
    """Scores of every network, means over seeds, and what each sleep gains over the control of the same length and seed.

    seeds: of each what `undertrain` gives, with images and epochs [k] and all, the number of training images. Columns: images,
    epochs (passes over these), length (passes over all training images), network, over ("control" of a gain, else empty),
    measure (one of SCORES; "changed"), strength (ε of an accuracy), value, low, high, interval, examples, networks, note.
    """
    first, rows = next(iter(seeds.values())), []
    for k, (images, epochs) in enumerate(zip(first["images"], first["epochs"], strict=True)):
        for w, network in enumerate(first["networks"]):
            axes = {"images": images, "epochs": epochs, "length": images * epochs / first["all"], "network": network}
            own, before = (
                [{key: one[key][k, place] for key in ("strength", "right")} for one in seeds.values()] for place in (w, 0)
            )
            table = network_rows({n: one | {"strengths": first["strengths"]} for n, one in enumerate(own)})
            table = table[(table.seed == "mean") & table.measure.isin(SCORES)].drop(columns="seed")
            rows += [axes | {"over": ""} | row for row in table.to_dict("records")]
            changed = over_networks([one["changed"][k, w] for one in seeds.values()], "")
            rows.append(axes | {"over": "", "measure": "changed", "strength": np.nan} | changed)
            if network != CONTROL:
                rows += [axes | {"over": CONTROL} | row for row in _gains(own, before, first["strengths"])]
    return pd.DataFrame(rows)


def _gains(own: Sequence[Arrays], before: Sequence[Arrays], strengths: np.ndarray) -> Iterator[dict]:
    for measure in SCORES[:-1]:
        _, count, statistic = MEASURES[measure]
        pair = ([np.asarray(count(one["strength"]), float) for one in networks] for networks in (own, before))
        yield {"measure": measure, "strength": np.nan} | _gain(*pair, statistic)
    for place, strength in enumerate(strengths):
        pair = ([one["right"][:, place].astype(float) for one in networks] for networks in (own, before))
        yield {"measure": "accuracy", "strength": strength} | _gain(*pair, mean)


def _gain(own: Sequence[np.ndarray], before: Sequence[np.ndarray], statistic: Statistic) -> dict:
    """By how much the mean over networks of a statistic exceeds the control's, of the pairs for which both are defined."""
    (after, drawn_after), (awake, drawn_awake) = (resampled(group, statistic) for group in (own, before))
    with np.errstate(invalid="ignore"):  # ∞ − ∞
        gain = estimate(after - awake, drawn_after - drawn_awake)
    pairs = int(gain.networks)
    note = "" if pairs == len(own) else f"undefined for {len(own) - pairs} of {len(own)} pairs of networks"
    return numbers(gain, len(own) * len(own[0]), pairs, "") | {"note": note}


def _changed(before: ReluNetwork, after: ReluNetwork) -> float:
    """The share of all weights that differ."""
    pairs = list(zip(before.weights, after.weights, strict=True))
    return float(sum((old != new).sum() for old, new in pairs)) / sum(old.numel() for old, _ in pairs)
