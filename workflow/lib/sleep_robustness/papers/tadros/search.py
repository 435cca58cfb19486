"""The genetic search for sleep's parameters, which the paper speaks of (§4, §5.1) and nobody released.

A candidate has eight parameters: the rate of input spikes, the length of sleep, a threshold for each of three layers, the
current, and the increase and decrease of a weight; in some spaces also the time constant of the voltage's leak. It is judged
by how the control networks stand FGSM after such a sleep, on training images. A case is a network, by its seed, and an order
of the images that it sleeps over; what a search maximises is the mean over its cases.
"""

import logging
import math
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import optuna
import pandas as pd
import torch

from sleep_robustness.attacks import fgsm
from sleep_robustness.data import Dataset
from sleep_robustness.defences.sleep import as_spiking, input_spikes, with_weights
from sleep_robustness.errors import UserError
from sleep_robustness.metrics import MEASURES as SCORES
from sleep_robustness.metrics import best, mean_of_networks
from sleep_robustness.networks.relu import ReluNetwork
from sleep_robustness.randomness import numpy_stream, seed_for
from sleep_robustness.spiking import SleepParameters, SleepResult, sleep_many
from sleep_robustness.spiking.normalise import normalisation
from sleep_robustness.statistics import Statistic, median, of_all

log = logging.getLogger("sleep_robustness")

WHOLE = ("steps",)  # parameters that are whole numbers
OBJECTIVES = {
    "printed": "F",  # the paper's: the median ε over the images that are right and fooled, which gains by forgetting
    "constrained": "F",  # the same, if so many images are still right
    "common": "gain",  # the median ε over what both control and candidate get right, less the control's; ∞ counts as undefined
}
STEP = 1e-3  # seconds, a step of sleep
UNDEFINED = -1.0  # the value of a candidate without one, of which nothing is right, say: below all others


def flat(parameters: Mapping) -> dict:
    """Parameters with the thresholds one by one: "threshold_1", "threshold_2", …"""
    others = {name: value for name, value in parameters.items() if name != "thresholds"}
    return others | {f"threshold_{layer}": value for layer, value in enumerate(parameters["thresholds"], start=1)}


def variant(candidate: Mapping, fixed: Mapping) -> dict:
    """A candidate's parameters as those of a variant of sleep. fixed: those that are not searched for. A time constant τ, in
    seconds, is the decay exp(−1 ms/τ)."""
    if "time_constant" in candidate:
        fixed = fixed | {"decay": math.exp(-STEP / candidate["time_constant"])}
    thresholds = [float(candidate[name]) for name in candidate if name.startswith("threshold_")]
    others = {name: candidate[name] for name in ("rate", "current", "increase", "decrease")}
    return dict(fixed) | {"steps": int(candidate["steps"]), "thresholds": thresholds} | {k: float(v) for k, v in others.items()}


class Judge:
    """Lets the networks of a data set sleep as candidates say, and attacks them on some of its training images.

    controls: the networks, by seed; examples: places of the training images to attack, [n]; attack: FGSM's parameters.
    """

    def __init__(self, dataset: Dataset, controls: Mapping[int, ReluNetwork], examples: np.ndarray, attack: Mapping):
        if not len(examples):
            raise UserError("search: no training images are left to score what is found; lower search.examples")
        self.dataset, self.controls, self.attack = dataset, controls, dict(attack)
        train = torch.from_numpy(dataset.train_x)
        self.x, self.y = train[examples], torch.from_numpy(dataset.train_y[examples])
        self.factors = {seed: normalisation(own, train) for seed, own in controls.items()}
        self.awake = {seed: self._strengths(own) for seed, own in controls.items()}

    def strengths(
        self, candidates: Sequence[Mapping], cases: Sequence[tuple], workers: int, most_spikes: int | None = None
    ) -> Iterator[list[tuple[np.ndarray, float] | None]]:
        """For each candidate, a variant of sleep, and each case: the strengths [n] that fool the network, and how often a
        neuron spiked in its sleep, the mean of the layer that spiked least, the input apart; None for a sleep that has more
        than most_spikes spikes, which is given up."""
        asked = [(case, candidate) for candidate in candidates for case in cases]
        spiking = [as_spiking(self.controls[seed], candidate, self.factors[seed]) for (seed, _), candidate in asked]
        asleep = sleep_many(
            [weights for weights, _ in spiking],
            [partial(self._spikes, *case, candidate, *own) for (case, candidate), own in zip(asked, spiking, strict=True)],
            [parameters for _, parameters in spiking],
            candidates[0]["rule"],
            workers=workers,
            most_spikes=most_spikes,
        )
        # torch holds each thread to its own number of threads; sums depend on it
        with ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            results = zip(asked, asleep, strict=True)
            attacked = [pool.submit(self._after, seed, result) for ((seed, _), _), result in results]
            for first in range(0, len(asked), len(cases)):
                yield [one.result() for one in attacked[first : first + len(cases)]]

    def _spikes(
        self, seed: int, order: str | int, candidate: Mapping, weights: list[np.ndarray], parameters: SleepParameters
    ) -> np.ndarray:
        """The input spikes of a case: in storage order those that the defence has, else in the shuffled order of a number."""
        number = () if order == "storage" else (order,)
        shown = {**candidate, "order": "shuffled" if number else "storage"}
        return input_spikes(self.dataset.train_x, shown, weights, parameters, numpy_stream("sleep spikes", seed, *number))

    def _after(self, seed: int, result: SleepResult | None) -> tuple[np.ndarray, float] | None:
        if result is None:
            return None
        network = with_weights(self.controls[seed], result.weights)
        return self._strengths(network), min(float(count.mean()) for count in result.spike_counts[1:])

    def _strengths(self, network: ReluNetwork) -> np.ndarray:
        return fgsm.run(network, self.x, self.y, self.attack, torch.Generator()).strength


def values(strength: np.ndarray, awake: np.ndarray) -> dict[str, np.ndarray]:
    """What each example says of the MEASURES, [n], or [n, 2] where the control's stands before it; nan where it does not count.

    strength, awake: of the network and of its control, as an attack's: 0 for an image that is wrong already, ∞ for one that
    nothing fools.
    """
    both = (strength > 0) & (awake > 0)
    told = {name: np.asarray(SCORES[name][1](strength), float) for name in ("clean", "F", "I")}
    return told | {"gain": np.where(both[:, None], np.stack([awake, strength], 1), np.nan)}


def gain(pairs: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The median of the second column of pairs [n, 2] less that of the first, as a `Statistic`; ∞ counts as itself."""
    with np.errstate(invalid="ignore"):
        return median(pairs[:, 1], weights) - median(pairs[:, 0], weights)


# what is measured of a candidate in each case, and the statistic of its values
MEASURES: dict[str, Statistic] = {name: SCORES[name][2] for name in ("clean", "F", "I")} | {"gain": gain}


def tune(
    judge: Judge,
    params: Mapping,
    starts: Sequence[Mapping] = (),
    known: pd.DataFrame | None = None,
    keep: Callable[[pd.DataFrame], None] = lambda history: None,
    workers: int = 1,
) -> pd.DataFrame:
    """Search, and give its history: one row an evaluation, with the candidate, its MEASURES, their means over the cases,
    `spikes` of a neuron in the layer and case with the fewest, the `value` that is maximised, and whether it is `allowed`.

    params: space, name: [lowest, highest], logarithmic, and for thresholds a list of these; fixed, the other parameters of
    sleep; objective, one of OBJECTIVES; for the objective "constrained" accuracy, the mean share that must be right, and
    spikes, how often a neuron must spike in the mean of every layer; most_spikes of a sleep, or None: one that has more is
    given up, has no measures and is not allowed; cases, [seed, order] each; evaluations; population; seed. starts: candidates
    of the first generation; the others are drawn at random. known: the history of the same search as far as it came; since a
    seed fixes the search, its evaluations are taken instead of made. keep: called with the history after each generation.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)  # the crossover, which the lock pins
    sampler = optuna.samplers.NSGAIISampler(
        population_size=params["population"],
        seed=seed_for("search", params["seed"]) % 2**32,
        crossover=optuna.samplers.nsgaii.BLXAlphaCrossover(),
    )
    study = optuna.create_study(direction="maximize", sampler=sampler)
    limits = _limits(params["space"])
    for start in starts:
        study.enqueue_trial(_within(params["space"], start))
    rows: list[dict] = []
    while len(rows) < params["evaluations"]:
        trials = [study.ask(limits) for _ in range(min(params["population"], params["evaluations"] - len(rows)))]
        generation = _known(known, trials, len(rows)) or _evaluated(judge, trials, params, workers)
        for trial, row in zip(trials, generation, strict=True):
            for name, (least, measure) in _constraints(params).items():
                trial.set_constraint(name, least - np.nan_to_num(row[measure]))
            study.tell(trial, row["value"])
            rows.append({"evaluation": len(rows) + 1} | row)
        history = pd.DataFrame(rows)
        keep(history)
        top = best(history)
        log.info(
            "%d of %d evaluations: value %.3f, accuracy %.3f", len(rows), params["evaluations"], top["value"], top["clean"]
        )
    return history


def rescored(judge: Judge, candidate: Mapping, orders: Sequence[str | int], workers: int) -> pd.DataFrame:
    """What a candidate, a variant of sleep, gives on the judge's images and networks under each order of the images slept over:
    the MEASURES, "common" (as "gain", the control's not subtracted) and "worst_class", the recall of the digit most forgotten.

    Columns: order, measure, value, low, high, interval, examples, networks, note.
    """
    rows, seeds, labels = [], list(judge.controls), judge.y.numpy()
    cases = [(seed, order) for order in orders for seed in seeds]
    (found,) = judge.strengths([candidate], cases, workers)
    found = [strength for strength, _ in found]
    for number, order in enumerate(orders):
        strengths = found[number * len(seeds) : (number + 1) * len(seeds)]
        told = [values(strength, judge.awake[seed]) for strength, seed in zip(strengths, seeds, strict=True)]
        for measure, statistic in MEASURES.items():
            numbers = mean_of_networks([one[measure] for one in told], statistic, share=measure == "clean")
            rows.append({"order": order, "measure": measure} | numbers)
        numbers = mean_of_networks([one["gain"][:, 1] for one in told], median)
        rows.append({"order": order, "measure": "common"} | numbers)
        right = [one["clean"] for one in told]
        recalls = {label: np.mean([flags[labels == label].mean() for flags in right]) for label in np.unique(labels)}
        worst = min(recalls, key=recalls.get)
        numbers = mean_of_networks([flags[labels == worst] for flags in right], share=True)
        rows.append({"order": order, "measure": "worst_class"} | numbers)
    return pd.DataFrame(rows)


def _limits(space: Mapping) -> dict[str, optuna.distributions.BaseDistribution]:
    """The space as Optuna has it."""
    kinds = optuna.distributions.IntDistribution, optuna.distributions.FloatDistribution
    return {name: kinds[name not in WHOLE](*limits, log=True) for name, limits in flat(space).items()}


def _within(space: Mapping, start: Mapping) -> dict:
    """A variant of sleep as a candidate. Raises UserError where it lies outside the space."""
    own = {name: value for name, value in flat(start).items() if name in flat(space)}
    if "time_constant" in space:  # without a leak, the longest
        own["time_constant"] = -STEP / math.log(start["decay"]) if start["decay"] < 1 else space["time_constant"][1]
    for name, (low, high) in flat(space).items():
        if not low <= own[name] <= high:
            raise UserError(f"search: {name} of a start is {own[name]:g}, outside {low:g} to {high:g}; widen the space.")
    return own


def _known(known: pd.DataFrame | None, trials: Sequence[optuna.Trial], done: int) -> list[dict] | None:
    """A generation of which all is known already: the rows of a history, if they are these candidates'."""
    if known is None or len(known) < done + len(trials):
        return None
    rows = known.drop(columns="evaluation").iloc[done : done + len(trials)].to_dict("records")
    same = all(np.isclose(row[name], value, rtol=1e-12) for row, trial in zip(rows, trials, strict=True)
               for name, value in trial.params.items())  # fmt: skip
    return rows if same else None


def _constraints(params: Mapping) -> dict[str, tuple[float, str]]:
    """What must be reached, and of which column of the history, by name."""
    if params["objective"] != "constrained":
        return {}
    return {"accuracy": (params["accuracy"], "clean"), "spikes": (params["spikes"], "spikes")}


def _evaluated(judge: Judge, trials: Sequence[optuna.Trial], params: Mapping, workers: int) -> Iterator[dict]:
    """A row for each candidate."""
    cases = [tuple(case) for case in params["cases"]]
    candidates = [variant(trial.params, params["fixed"]) for trial in trials]
    for trial, found in zip(trials, judge.strengths(candidates, cases, workers, params["most_spikes"]), strict=True):
        row = dict.fromkeys((*MEASURES, "spikes"), np.nan)
        if None not in found:
            told = [values(strength, judge.awake[seed]) for (strength, _), (seed, _) in zip(found, cases, strict=True)]
            row = {name: np.mean([of_all(statistic, one[name]) for one in told]) for name, statistic in MEASURES.items()}
            row["spikes"] = min(spikes for _, spikes in found)
        value = row[OBJECTIVES[params["objective"]]]
        allowed = None not in found and all(row[name] >= least for least, name in _constraints(params).values())
        yield trial.params | row | {"value": value if np.isfinite(value) else UNDEFINED, "allowed": allowed}
