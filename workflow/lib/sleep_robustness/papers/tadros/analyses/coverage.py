"""Do intervals of 95 % hold what they are of? A pool of MNIST networks, a few of which at a time make an experiment.

The pool stands for all networks and images that there are, so that what an interval is of is known: an experiment draws
networks and images from it with replacement. Beside this, others are drawn without, and the rest of the pool is what the
interval must hold; the rest's own error is added to half of the interval in quadrature ("rest").
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd
import torch
from scipy.stats import norm

from sleep_robustness.data import Dataset
from sleep_robustness.metrics import MEASURES, SHARES, Arrays, differences, mean_of_networks
from sleep_robustness.names import INTERVALS
from sleep_robustness.networks.relu import ReluNetwork
from sleep_robustness.papers.tadros.analyses.correlations import with_each_class
from sleep_robustness.papers.tadros.analyses.inputs import shown
from sleep_robustness.randomness import numpy_stream
from sleep_robustness.statistics import (
    LEVEL,
    Statistic,
    estimate,
    mean,
    mean_over_networks,
    median,
    of_all,
    percentiles,
    resampled,
    rounding,
)

SCORES = ("F", "Z", "clean", "never_fooled")  # of attacks by strength


@dataclass(frozen=True)
class Measure:
    """What the pool gives by one measure: of each network, the control first, values [seeds, examples], nan where an example is
    not counted."""

    name: str
    statistic: Statistic
    share: bool
    networks: Mapping[str, np.ndarray]
    step: float = 0.0  # of which values are multiples

    def of(self, seeds: np.ndarray, examples: np.ndarray) -> "Measure":
        """That of some seeds' networks on some of the examples."""
        networks = {name: own[np.ix_(seeds, examples)] for name, own in self.networks.items()}
        return replace(self, networks=networks)


@dataclass(frozen=True)
class Sample:
    """What networks give: each's value [s] and in each resample of the images [r, s], less a number that all share; and the
    variance of a value by `rounding`."""

    shift: float
    each: np.ndarray
    drawn: np.ndarray
    rounding: float

    @property
    def value(self) -> float:
        return self.shift + float(np.nanmean(self.each))

    def parts(self) -> np.ndarray:
        """The variances of one network's value that are due to the network, to the images for all networks alike, and to the
        images for each network for itself."""
        n, own, of_mean = len(self.each), np.nanvar(self.drawn, axis=0).mean(), np.nanmean(self.drawn, axis=1).var()
        shared = np.clip((n * of_mean - own) / (n - 1), 0, own)
        return np.array([max(0, np.nanvar(self.each, ddof=1) - own + shared), shared, own - shared])


def place(network: str, measure: Mapping) -> str:
    """Where the arrays of a measure of a network, "defence/variant", lie among those of a seed, before the array's own name."""
    return "/".join([network, measure["kind"], measure["name"], measure["variant"], ""])


def correlated(
    network: ReluNetwork, dataset: Dataset, examples: np.ndarray, params: Mapping, seed: int, device: str
) -> np.ndarray:
    """What `with_each_class` gives of the last hidden layer on test images under noise, float64 [n, classes]. params: the
    noise's, with its `strength`."""
    x = shown(dataset.test_x[examples], dataset.shape, "noise", params, "mnist", seed)
    with torch.no_grad():
        last = network.activations(torch.from_numpy(x).to(device))[-2]
    return with_each_class(last.cpu().numpy(), dataset.test_y[examples], dataset.classes)


def measures(seeds: Sequence[Arrays], networks: Sequence[str], asked: Sequence[Mapping]) -> Iterator[Measure]:
    """What the pool gives by every measure. seeds: the arrays of each seed; networks: "defence/variant" each, the control
    first; asked: as `readings.measures_of` has them."""
    labels = seeds[0]["label"]

    def gathered(key: str, count: Callable = np.asarray) -> dict[str, np.ndarray]:
        return {name: np.array([np.asarray(count(one[key.format(name)]), float) for one in seeds]) for name in networks}

    def gap(correlation: np.ndarray) -> np.ndarray:
        """By how much each image correlates more with its own class than with the others."""
        own = correlation[np.arange(len(labels)), labels]
        return own - (correlation.sum(1) - own) / (correlation.shape[1] - 1)

    for one in asked:
        before = place("{}", one)
        grid = seeds[0].get(before.format(networks[0]) + "strengths", [])
        for k in np.flatnonzero(grid):
            right = gathered(before + "right", lambda flags, k=k: flags[:, k])
            yield Measure(f"{one['name']}, accuracy at {grid[k]:g}", mean, True, right)
        for score in () if len(grid) else SCORES:
            _, count, statistic = MEASURES[score]
            values = gathered(before + "strength", count)
            yield Measure(f"{one['name']}, {score}", statistic, score in SHARES, values, one["params"].get("epsilon_step", 0))
    if f"{networks[0]}/correlation" in seeds[0]:
        yield Measure("correlations, gap", mean, False, gathered("{}/correlation", gap))
    for layer in (0, 1):
        spread = gathered("{}/weights", lambda spreads, layer=layer: spreads[layer : layer + 1])
        yield Measure(f"weights, spread of layer {layer + 1}", mean, False, spread)


def samples(measure: Measure) -> dict[tuple[str, str], Sample]:
    """What networks give by one measure, by kind ("score" or "share", "difference" from the control, "ratio" to it) and
    network. Ratios are of scores alone."""
    own, kind = rounding(measure.statistic, measure.step), _kind(measure)
    found = _of_networks(measure, lambda values: (*resampled(list(values), measure.statistic), own))
    (control, *others), told = found, {(kind, name): Sample(0.0, *sampled) for name, sampled in found.items()}
    for name in others:
        gained, ratio, residuals = differences(found[name], found[control])
        told["difference", name] = Sample(0.0, *gained)
        if not measure.share:
            told["ratio", name] = Sample(float(ratio), *residuals)
    return told


def truths(measure: Measure) -> dict[tuple[str, str], float]:
    """The values of `samples`."""
    means = _of_networks(measure, lambda values: np.nanmean([of_all(measure.statistic, own) for own in values]))
    (control, *others), told = means, {(_kind(measure), name): value for name, value in means.items()}
    for name in others:
        told["difference", name], told["ratio", name] = means[name] - means[control], means[name] / means[control]
    return told


def coverage_rows(pool: Sequence[Measure], numbers: Sequence[int], draws: int) -> pd.DataFrame:
    """How often intervals hold what they are of, in `draws` experiments with each of `numbers` of networks, on half as many
    images as the pool has.

    Columns: measure, kind, network, networks, method (one of INTERVALS), held (a share), rest (likewise, where the rest of the
    pool is what must be held).
    """
    rows = []
    for measure, number in product(pool, numbers):
        seeds, examples = next(iter(measure.networks.values())).shape
        some, rng, wanted = max(1, examples // 2), numpy_stream("coverage", measure.name, number), truths(measure)
        errors = {key: _error(sample, seeds - number, examples, some) for key, sample in samples(measure).items()}
        held = {(*key, method): np.zeros(2) for key in errors for method in INTERVALS}
        for _ in range(draws):
            drawn = rng.integers(seeds, size=number), rng.integers(examples, size=some)
            apart, images = rng.permutation(seeds), rng.permutation(examples)
            rest = truths(measure.of(apart[number:], images[some:] if examples > 1 else images))
            for key, method, _, low, high in _intervals(measure.of(*drawn)):
                held[*key, method][0] += low <= wanted[key] <= high
            for key, method, value, low, high in _intervals(measure.of(apart[:number], images[:some])):
                reach = value - low if rest[key] < value else high - value
                held[*key, method][1] += abs(rest[key] - value) <= np.hypot(reach, errors[key])
        for (kind, name, method), (often, of_rest) in held.items():
            axes = {"measure": measure.name, "kind": kind, "network": name, "networks": number, "method": method}
            rows.append(axes | {"held": often / draws, "rest": of_rest / draws})
    return pd.DataFrame(rows)


def part_rows(pool: Sequence[Measure]) -> pd.DataFrame:
    """What a value of one network on half of the pool's images varies with, as standard deviations: "between", the network;
    "images", the images, for all networks alike; "both", the images for each network for itself. Columns: measure, kind,
    network, value, these three, examples (half of the images)."""
    rows = []
    for measure in pool:
        examples = next(iter(measure.networks.values())).shape[1]
        for (kind, name), sample in samples(measure).items():
            between, shared, own = np.sqrt(sample.parts() * [1, *[examples / max(1, examples // 2)] * 2])
            axes = {"measure": measure.name, "kind": kind, "network": name, "value": sample.value}
            rows.append(axes | {"between": between, "images": shared, "both": own, "examples": max(1, examples // 2)})
    return pd.DataFrame(rows)


def false_rows(pool: Sequence[Measure], numbers: Sequence[int], draws: int) -> pd.DataFrame:
    """How often networks of one kind are told apart from others of the same, though nothing differs but their seeds: by our p,
    and by that of a permutation test which swaps images. Columns: measure, network, networks, method ("t", "permutation"),
    found."""
    rows = []
    for measure, number in product((one for one in pool if one.statistic is mean), numbers):
        for name, own in measure.networks.items():
            rng, found = numpy_stream("false positives", measure.name, name, number), np.zeros(2)
            for _ in range(draws):
                seeds = rng.permutation(len(own))[: 2 * number]
                images = rng.permutation(own.shape[1])[: max(1, own.shape[1] // 2)]
                apart = np.nan_to_num(own[np.ix_(seeds[:number], images)] - own[np.ix_(seeds[number:], images)])
                found += mean_over_networks(list(apart), mean).p < LEVEL, _permuted(apart.sum(0), rng) < LEVEL
            for method, often in zip(("t", "permutation"), found, strict=True):
                axes = {"measure": measure.name, "network": name, "networks": number, "method": method}
                rows.append(axes | {"found": often / draws})
    return pd.DataFrame(rows)


def verdict_rows(pool: Sequence[Measure], numbers: Sequence[int], draws: int) -> pd.DataFrame:
    """Do other seeds give the same verdict on a difference from the control? Two sets of so many networks, none in both, on the
    same half of the images; a set decides where its interval, and any without one of its networks, leaves 0 out.

    Columns: measure, network, networks; of all sets decided and wrong (decided against the whole pool's difference); of the
    sets that decide, repeated and reversed (the other set decides the same, or the opposite; nan where none decides).
    """
    rows = []
    for measure, number in product(pool, numbers):
        seeds, examples = next(iter(measure.networks.values())).shape
        rng, truth, verdicts = numpy_stream("verdicts", measure.name, number), truths(measure), {}
        for _ in range(draws):
            order, images = rng.permutation(seeds), rng.permutation(examples)[: max(1, examples // 2)]
            for of_set in (order[:number], order[number : 2 * number]):
                for (kind, name), sample in samples(measure.of(of_set, images)).items():
                    if kind == "difference":
                        found = estimate(sample.each, sample.drawn, sample.rounding)
                        lowest, highest = min(found.low, found.low_without), max(found.high, found.high_without)
                        verdicts.setdefault(name, []).append(int(lowest > 0) - int(highest < 0))
        for name, of_all_sets in verdicts.items():
            sets = np.array(of_all_sets).reshape(-1, 2)
            one, other = np.concatenate([sets, sets[:, ::-1]]).T
            decided = one != 0
            again = {"repeated": np.nan, "reversed": np.nan}
            if decided.any():
                again = {"repeated": (one == other)[decided].mean(), "reversed": (one == -other)[decided].mean()}
            wrong = np.mean(decided & (one != np.sign(truth["difference", name])))
            axes = {"measure": measure.name, "network": name, "networks": number}
            rows.append(axes | {"decided": decided.mean(), "wrong": wrong} | again)
    return pd.DataFrame(rows)


def simulated_rows(ratios: Sequence[float], numbers: Sequence[int], images: int, draws: int) -> pd.DataFrame:
    """How often intervals hold a mean score whose parts are given, as for attacks that cost too much to be run on a pool.

    Strengths are lognormal: images differ with a standard deviation of .7 of the logarithm, each network on an image with one
    of .3, and networks with as many times (`ratios`) the standard error of a median over the images. Columns: ratio, networks,
    method, held.
    """
    rows, of_image, of_both = [], 0.7, 0.3
    error = np.sqrt(np.pi / 2 * (of_image**2 + of_both**2) / images)
    for ratio, number in product(ratios, numbers):
        rng, held, spread = numpy_stream("simulated coverage", str(ratio), number), dict.fromkeys(INTERVALS, 0), ratio * error
        for _ in range(draws):
            logarithms = rng.normal(0, spread, (number, 1)) + rng.normal(0, of_image, images)
            values = np.exp(logarithms + rng.normal(0, of_both, (number, images)))
            for _, method, _, low, high in _intervals(Measure("", median, False, {"": values})):
                held[method] += low <= np.exp(spread**2 / 2) <= high
        axes = {"ratio": ratio, "networks": number}
        rows += [axes | {"method": method, "held": often / draws} for method, often in held.items()]
    return pd.DataFrame(rows)


def _permuted(gained: np.ndarray, rng: np.random.Generator) -> float:
    """p of a permutation test that swaps two networks' results on each image, from what one gained over the other [n]."""
    swapped = (1 - 2.0 * rng.integers(2, size=(999, len(gained)))) @ gained
    return (np.sum(np.abs(swapped) >= abs(gained.sum()) * (1 - 1e-9)) + 1) / 1000


def _of_networks(measure: Measure, function: Callable) -> dict:
    return {name: function(own) for name, own in measure.networks.items()}


def _kind(measure: Measure) -> str:
    return "share" if measure.share else "score"


def _error(sample: Sample, seeds: int, examples: int, some: int) -> float:
    """By how much, in 95 of 100 cases, the mean of so many networks on the other images misses that of all."""
    between, shared, own = sample.parts() * [1, *[examples / max(1, examples - some)] * 2]
    return norm.ppf(1 - LEVEL / 2) * np.sqrt((between + own) / seeds + shared)


def _intervals(measure: Measure) -> Iterator[tuple[tuple[str, str], str, float, float, float]]:
    """All intervals of an experiment: what they are of, the method, the value and the two ends."""
    rng = numpy_stream("percentiles")
    for key, sample in samples(measure).items():
        shift, each, drawn = sample.shift, sample.each, sample.drawn
        chosen = np.take_along_axis(drawn, rng.integers(len(each), size=(len(drawn), len(each))), axis=1)
        alone = estimate(each, np.broadcast_to(each, drawn.shape), sample.rounding)
        ours = estimate(each, drawn, sample.rounding)
        low, high = ours.low, ours.high
        if key[0] == "share":
            own = mean_of_networks(list(measure.networks[key[1]]), measure.statistic, share=True)
            low, high = own["low"], own["high"]
        ends = {"percentile": percentiles(np.nanmean(chosen, axis=1)), "networks": (alone.low, alone.high), "t": (low, high)}
        yield from ((key, method, sample.value, *(shift + float(end) for end in ends[method])) for method in INTERVALS)
