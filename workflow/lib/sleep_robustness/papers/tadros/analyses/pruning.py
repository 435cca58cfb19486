"""Is sleep more than cutting out the neurons that slept? Sleep beside networks in which as many neurons are cut."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from sleep_robustness.attacks import attack
from sleep_robustness.data import Dataset
from sleep_robustness.defences import ablated, shuffled_sleep, sleep
from sleep_robustness.distortions import distortion
from sleep_robustness.metrics import Arrays, mean_of_networks, pair_rows, summarise
from sleep_robustness.networks.relu import ReluNetwork
from sleep_robustness.randomness import numpy_stream, torch_stream

CUT = ablated.PARAMETERS["by"]["enum"]


def names(slept: str, control: str) -> dict[str, tuple[str, str]]:
    """The networks that are compared for a variant of sleep, by short names: (defence, variant); control: the variant of it."""
    cut = {by: ("ablated", f"{slept}_{by}") for by in CUT}
    return {"control": ("control", control), "sleep": ("sleep", slept), **cut, "shuffled_sleep": ("shuffled_sleep", slept)}


def networks(
    dataset: Dataset, base: ReluNetwork, sleeps: Mapping[str, dict], seed: int, device: str
) -> Iterator[tuple[str, ReluNetwork, int]]:
    """The networks of each variant of sleep, all made from the base of a seed and from one sleep of it: (variant, their names,
    how many neurons of its hidden layers slept). sleeps: the parameters of each variant."""
    means = base.mean_inputs(torch.from_numpy(dataset.train_x).to(device))
    for name, params in sleeps.items():
        result = sleep.asleep(dataset, params, base, seed, device)
        made = {"control": base, "sleep": sleep.awoken(base, result)}
        for by in CUT:
            made[by] = ablated.without(base, ablated.chosen(by, base, means, result.spike_counts, seed))
        made["shuffled_sleep"] = shuffled_sleep.dealt_out(base, result.weights, means, seed)
        number = sum(int((counts > 0).sum()) for counts in result.spike_counts[1:-1])
        # attacks would compute gradients of weights in vain, as of loaded networks' they do not
        yield name, {key: network.to(device).requires_grad_(False) for key, network in made.items()}, number


def asked(measure: Mapping, slept: str, network: str) -> bool:
    """Whether a measure, one of `readings.measures_of`, is taken of a network of a variant of sleep."""
    return all(one in (measure[key] or [one]) for key, one in (("sleeps", slept), ("networks", network)))


def measured(network: ReluNetwork, x: Tensor, y: Tensor, shape: Sequence[int], measure: Mapping, seed: int) -> dict:
    """What one measure gives of a network on examples x [n, d] of this shape with labels y [n], by the random numbers that its
    stage has for MNIST: of an attack `strength` [n], and where it has a grid `strengths` [k] and `right` [n, k]; of a
    distortion these two."""
    name, params = measure["name"], measure["params"]
    if measure["kind"] == "attack":
        result = attack(name).run(network, x, y, params, torch_stream(f"attack {name}", "mnist", seed))
        return {"strength": result.strength} | {
            key: result.details[key] for key in ("strengths", "right") if key in result.details
        }
    images, right = x.cpu().numpy().reshape(-1, *shape), []
    for strength in params["strengths"]:
        rng = numpy_stream(f"distortion {name}", "mnist", seed, strength)
        distorted = distortion(name).apply(images, strength, rng, params).reshape(len(images), -1)
        right.append((network.predict(torch.from_numpy(distorted.astype(np.float32)).to(x.device)) == y).cpu().numpy())
    return {"strengths": np.array(params["strengths"], float), "right": np.stack(right, axis=1)}


def place(slept: str, network: str, measure: Mapping) -> str:
    """Where the arrays of a measure lie among those of a seed, before the array's own name. The control is measured once."""
    return "/".join(["" if network == "control" else slept, network, measure["kind"], measure["name"], measure["variant"], ""])


def pruning_rows(
    seeds: Mapping[int, Arrays], sleeps: Sequence[str], measures: Sequence[Mapping], control: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All numbers of all networks, as (levels, pairs), both with the columns dataset, reading ("audited"), sleep (the variant
    that all are compared for), defence, variant, and attack and attack_variant, or distortion and distortion_variant.

    seeds: the arrays of each seed, by `place`, and of each sleep "SLEEP/neurons", how many slept. levels: then the columns of
    `network_rows`, means over seeds; a measure "neurons", of the sleeps, is their number. pairs: how much sleep exceeds each
    other network, and each exceeds the control, as `pair_rows` has it, but that examples are those of all networks.
    """
    levels, pairs = [], []
    for slept, measure in product(sleeps, measures):
        own = {key: pair for key, pair in names(slept, control).items() if asked(measure, slept, key)}
        if not own:
            continue
        kind, named = measure["kind"], {"dataset": "mnist", "reading": "audited", "sleep": slept}
        runs = pd.DataFrame(
            named
            | {"defence": defence, "variant": variant, kind: measure["name"], f"{kind}_variant": measure["variant"]}
            | {"seed": seed, "path": f"{seed} {place(slept, key, measure)}"}
            for key, (defence, variant) in own.items()
            for seed in seeds
        )
        levels.append(summarise(runs, lambda path: _read(seeds, path)))
        for pair in _compared(list(own.values())):
            both = pd.MultiIndex.from_frame(runs[["defence", "variant"]]).isin(pair)
            rows = pair_rows(runs[both], lambda path: _shown(_read(seeds, path)))
            pairs.append(rows[(rows.defence == pair[0][0]) & (rows.variant == pair[0][1])])
    for slept in sleeps:
        numbers = [np.array([arrays[f"{slept}/neurons"]], float) for arrays in seeds.values()]
        named = {"dataset": "mnist", "reading": "audited", "sleep": slept, "defence": "sleep", "variant": slept}
        levels.append(pd.DataFrame([named | {"seed": "mean", "measure": "neurons"} | mean_of_networks(numbers)]))
    levels, pairs = pd.concat(levels, ignore_index=True), pd.concat(pairs, ignore_index=True)
    return levels[levels.seed == "mean"], pairs.assign(examples=pairs.examples * pairs.networks)


def _compared(own: Sequence[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Of networks (defence, variant) the pairs that are compared: sleep with all others, and each of these with the control."""
    for one, other in product(own, own):
        if one != other and "control" not in one and (one[0] == "sleep" or other[0] == "control"):
            yield one, other


def _read(seeds: Mapping[int, Arrays], path: str) -> Arrays:
    """The arrays of one run, by its seed and its place."""
    seed, _, before = path.partition(" ")
    return {key.removeprefix(before): array for key, array in seeds[int(seed)].items() if key.startswith(before)}


def _shown(arrays: Arrays) -> Arrays:
    """The arrays without the accuracies at a whole grid of strengths, of which no difference is shown."""
    whole = len(arrays.get("strengths", [])) > 2
    return {key: array for key, array in arrays.items() if not (whole and key == "right")}
