"""Is the attack at fault? Checks of each network under each attack, after Carlini et al. (2019): a broken attack looks like a
robust network. A check that fails casts doubt on the rows of one variant of an attack, and says why."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sleep_robustness.metrics import Arrays
from sleep_robustness.statistics import Statistic, mean, mean_over_networks, median

# what was kept of one network, by (attack, its variant); what attacks/diagnosis.py found, by DIAGNOSIS
Runs = Mapping[tuple[str, str], Arrays]
# an attack and its variant in doubt, and for each example what the check counts
Found = Iterator[tuple[str, str, np.ndarray]]
DIAGNOSIS = ("diagnosis", "fgsm")
BY_LOSS = ("pgd_loss", "bim")  # attacks that go up the loss in several steps
SATURATED = 16.6  # difference of logits at which a float32 softmax is exactly 0 and 1, ln 2^24


@dataclass(frozen=True)
class Check:
    """count: what is counted, of the runs of one network; its statistic must not exceed the limit. says: why the rows are in
    doubt, with {} for that number. undefended: the check is of the control alone, since a defence may well pass for a fault.
    failure: above this the attack has failed, and no claim can be tested by it."""

    count: Callable[[Runs], Found]
    limit: float
    says: str
    statistic: Statistic = mean
    undefended: bool = False
    failure: float = np.inf


def _flag(name: str) -> Callable[[Runs], Found]:
    """A flag that an attack has kept of each example."""

    def count(runs: Runs) -> Found:
        return ((*key, arrays[name]) for key, arrays in runs.items() if name in arrays)

    return count


def _side_car(arrays: Arrays) -> Mapping:
    """How a run was made: its parameters and the bounds of its images."""
    return json.loads(str(arrays["side_car"]))


def _parameters(arrays: Arrays) -> Mapping:
    """The parameters of a run."""
    return _side_car(arrays)["parameters"]


def _shown(arrays: Arrays) -> bool:
    """Whether a run shows images that were made on another network."""
    return "source" in _parameters(arrays)


def _fgsm(runs: Runs, objective: str) -> Iterator[tuple[tuple[str, str], Arrays]]:
    """The runs of FGSM on the network itself by an objective."""
    for key, arrays in runs.items():
        if key[0] == "fgsm" and _parameters(arrays)["objective"] == objective and not _shown(arrays):
            yield key, arrays


def _common(arrays: Arrays, runs: Runs) -> tuple[pd.Series, pd.Series]:
    """Strengths of a run, and the smallest of FGSM by the margin, over the examples that both attacked, by example."""
    by_margin = [pd.Series(run["strength"], run["example"]) for _, run in _fgsm(runs, "margin")]
    smallest = pd.concat(by_margin).groupby(level=0).min() if by_margin else pd.Series(dtype=float)
    own = pd.Series(arrays["strength"], arrays["example"])
    shared = own.index.intersection(smallest.index)
    return own[shared], smallest[shared]


def _logit_scale(runs: Runs) -> Found:
    """How far the largest logit leads, where an attack goes up the loss."""
    by_loss = [key for key, _ in _fgsm(runs, "loss")]
    by_loss += [key for key, arrays in runs.items() if key[0] in BY_LOSS and not _shown(arrays)]
    return ((*key, runs[DIAGNOSIS]["logit_scale"]) for key in by_loss if DIAGNOSIS in runs)


def _sooner(runs: Runs) -> Found:
    """What FGSM makes on the control fools the network at a smaller ε than what it makes on the network."""
    diagnosis = runs.get(DIAGNOSIS, {})
    for key, arrays in runs.items():
        if key[0] == "fgsm" and "transfer" in diagnosis and not _shown(arrays):
            _, ours, theirs = np.intersect1d(arrays["example"], diagnosis["example"], return_indices=True)
            own = arrays["strength"][ours]
            yield *key, _of_right(own, diagnosis["transfer"][theirs] < 0.999 * own)  # not by a rounding of ε


def _only_by_margin(runs: Runs) -> Found:
    """No ε fools the network by this gradient, but one does by the margin's."""
    for key, arrays in _fgsm(runs, "loss"):
        own, by_margin = _common(arrays, runs)
        if len(own):
            yield *key, _of_right(own.to_numpy(), (np.isinf(own) & np.isfinite(by_margin)).to_numpy())


def _boundary_nearer(runs: Runs) -> Found:
    """The Boundary Attack, which knows no gradient, finds a nearer adversarial than DeepFool (by more than 1 %). JSMA is not
    asked: it counts pixels, not their distance."""
    strengths = {key: pd.Series(arrays["strength"], arrays["example"]) for key, arrays in runs.items() if key != DIAGNOSIS}
    blind = [strength for (attack, _), strength in strengths.items() if attack == "boundary"]
    for key, strength in strengths.items():
        if key[0] == "deepfool" and blind:
            nearest = pd.concat(blind).groupby(level=0).min()
            own = strength.reindex(nearest.index)
            yield *key, _of_right(own.to_numpy(), (nearest < 0.99 * own).to_numpy())


def _farther(runs: Runs) -> Found:
    """DeepFool inside the bounds, or FGSM by the margin, finds an adversarial at less than half the L2 distance of the Boundary
    Attack's, or finds one where it finds none. Distances are squared: a quarter is half."""
    referees = [arrays for key, arrays in runs.items() if key[0] == "deepfool" and not arrays["outside"].any()]
    referees += [arrays for _, arrays in _fgsm(runs, "margin")]
    distances = [pd.Series(arrays["distance"], arrays["example"]) for arrays in referees]
    for key, arrays in runs.items():
        if key[0] == "boundary" and distances:
            nearest = pd.concat(distances).groupby(level=0).min().reindex(arrays["example"]).to_numpy()
            yield *key, _of_right(arrays["strength"], nearest < arrays["strength"] / 4)


def _fgsm_sooner(runs: Runs) -> Found:
    """FGSM, of one step, fools the network at an ε at which the attack of many steps does not."""
    for key, arrays in runs.items():
        if key[0] in ("pgd", "autoattack", *BY_LOSS) and not _shown(arrays):
            own, by_margin = _common(arrays, runs)
            withstood = pd.Series((arrays["right"] * arrays["strengths"]).max(1), arrays["example"])  # the largest ε
            if len(own):
                yield *key, _of_right(own.to_numpy(), (by_margin <= withstood[own.index]).to_numpy())


def _autoattack_sooner(runs: Runs) -> Found:
    """AutoAttack on the network fools it at an ε, which both have, at which PGD or BIM does not."""
    for key, arrays in runs.items():
        if key[0] in ("pgd", *BY_LOSS) and not _shown(arrays):
            of_autoattack = [own for other, own in runs.items() if other[0] == "autoattack" and not _shown(own)]
            yield from _sooner_by(key, arrays, of_autoattack)


def _sooner_by(key: tuple[str, str], arrays: Arrays, referees: Iterable[Arrays]) -> Found:
    """One of the referees fools the network at a strength, which both have, at which a run does not."""
    found = []
    for referee in referees:
        _, ours, theirs = np.intersect1d(arrays["example"], referee["example"], return_indices=True)
        _, columns, others = np.intersect1d(arrays["strengths"], referee["strengths"], return_indices=True)
        sooner = arrays["right"][np.ix_(ours, columns)] & ~referee["right"][np.ix_(theirs, others)]
        if len(ours) and len(columns):
            found.append(pd.Series(sooner.any(1), arrays["example"][ours]))
    if found:
        sooner = pd.concat(found).groupby(level=0).any()
        strength = pd.Series(arrays["strength"], arrays["example"])[sooner.index]
        yield *key, _of_right(strength.to_numpy(), sooner.to_numpy())


def _transferred(runs: Runs) -> Found:
    """Images that an attack made on another network fool this one at an ε at which those made on it do not."""
    graded = {key: arrays for key, arrays in runs.items() if "right" in arrays and np.isfinite(arrays["strengths"]).all()}
    shown = [arrays for arrays in graded.values() if _shown(arrays)]
    for key, arrays in graded.items():
        if not _shown(arrays):
            yield from _sooner_by(key, arrays, shown)


def _beyond_grey(runs: Runs) -> Found:
    """By how much the share that is right at an ε of half the range exceeds that of the largest class: the image in the
    middle of the range lies as near all others, and has one class."""
    for key, arrays in runs.items():
        if "right" in arrays and not _shown(arrays):
            low, high = _side_car(arrays)["bounds"]
            columns = np.flatnonzero((arrays["strengths"] >= (high - low) / 2) & np.isfinite(arrays["strengths"]))
            if len(columns):
                largest = np.bincount(arrays["label"]).max() / len(arrays["label"])
                yield *key, arrays["right"][:, columns[0]] - largest


def _before(name: str, count: Callable[[np.ndarray], np.ndarray]) -> Callable[[Runs], Found]:
    """Something of the diagnosis that casts doubt on all attacks on the network, shown images of others among them."""

    def found(runs: Runs) -> Found:
        values = runs.get(DIAGNOSIS, {}).get(name)
        return ((*key, count(values)) for key in runs if values is not None and key != DIAGNOSIS)

    return found


def _unlearnt(runs: Runs) -> Found:
    """The share of layers that no stage has taught anything; it says nothing of an attack."""
    if "unlearnt" in runs.get(DIAGNOSIS, {}):
        yield *DIAGNOSIS, runs[DIAGNOSIS]["unlearnt"]


def _unfounded(runs: Runs) -> Found:
    """The attack believes to have found an adversarial, and has not."""
    for key, arrays in runs.items():
        if "believed" in arrays:
            yield *key, _of_right(arrays["strength"], np.isfinite(arrays["believed"]) & ~arrays["success"])


def _not_fooled(runs: Runs) -> Found:
    """An attack that looks for near adversarials finds none."""
    return (
        (*key, _of_right(arrays["strength"], np.isinf(arrays["strength"])))
        for key, arrays in runs.items()
        if "believed" in arrays
    )


def _of_right(strength: np.ndarray, flag: np.ndarray) -> np.ndarray:
    """flag as a number, nan where the network was wrong before the attack."""
    return np.where(strength > 0, flag.astype(float), np.nan)


CHECKS = {
    "zero_gradient": Check(_flag("zero_gradient"), 0.05, "the gradient is 0 on {:.2f} of the images", failure=0.5),
    "wrong_way": Check(_flag("wrong_way"), 0.05, "the gradient raises the true class on {:.2f} of the images"),
    "logit_scale": Check(_logit_scale, SATURATED, "the largest logit leads by {:.0f}, so that the loss is flat", median),
    "left": Check(_flag("left"), 0.01, "{:.2f} are fooled by no ε, not even by the whole range"),
    "only_by_margin": Check(_only_by_margin, 0.05, "{:.2f} are fooled by the gradient of the logit margin alone"),
    "transfer": Check(_sooner, 0.1, "{:.2f} are fooled sooner by what FGSM makes on the control"),
    "boundary": Check(_boundary_nearer, 0.2, "the Boundary Attack finds nearer adversarials for {:.2f}"),
    "farther": Check(_farther, 0.2, "another attack finds adversarials at less than half the distance for {:.2f}"),
    "fgsm_sooner": Check(_fgsm_sooner, 0.01, "FGSM fools {:.2f} that this attack does not"),
    "autoattack_sooner": Check(_autoattack_sooner, 0.02, "AutoAttack fools {:.2f} that this attack does not"),
    "restarts": Check(_flag("again"), 0.05, "{:.2f} are found from a random start alone, so that more of them may find more"),
    "unfounded": Check(_unfounded, 0.05, "of those right {:.2f} are believed to be fooled and are not", failure=0.5),
    "positive_control": Check(
        _not_fooled, 0.05, "{:.2f} are not fooled, though nothing defends the network", undefended=True, failure=0.1
    ),
    "transferred": Check(_transferred, 0.05, "images made on another network fool {:.2f} that this attack does not"),
    "grey": Check(_beyond_grey, 0.01, "{:.2f} more are left at an ε of half the range than one grey image would leave"),
    "one_class": Check(
        _before("before", lambda predicted: predicted == np.bincount(predicted).argmax()),
        0.9,
        "the network gives {:.2f} of the images one class",
    ),
    "mismatch": Check(
        _before("mismatch", lambda far: far),
        1,
        "BatchNorm's statistics are off by {:.1f} (means in standard deviations, standard deviations in powers of 2)",
    ),
    "unlearnt": Check(
        _unlearnt,
        0,
        "{:.2f} of the layers have the control's weights, but for the mean and scale of each neuron's",
    ),
    "outside": Check(_flag("outside"), 0.0, "{:.2f} of the adversarials lie outside the bounds"),
}


def check_rows(networks: pd.DataFrame, read: Callable[[str], Arrays]) -> pd.DataFrame:
    """Every check of every network, as the mean over those of its seeds for which there is something to count.

    networks: dataset, defence, variant, seed, attack, attack_variant, path, one row for each file of a network. Columns: the
    first three, attack and attack_variant in doubt, check, value, low, high, examples, networks, limit, passed, failed (the
    attack as a whole), says.
    """
    rows = []
    for axes, network in networks.groupby(["dataset", "defence", "variant"], sort=False):
        counted: dict[tuple, list[np.ndarray]] = {}
        for _, files in network.groupby("seed", sort=False):
            runs = {(file.attack, file.attack_variant): read(file.path) for file in files.itertuples()}
            for name in (name for name, check in CHECKS.items() if axes[1] == "control" or not check.undefended):
                for attack, variant, values in CHECKS[name].count(runs):
                    counted.setdefault((attack, variant, name), []).append(values)
        for (attack, variant, name), values in counted.items():
            check, values = CHECKS[name], [np.asarray(one, float) for one in values]
            found = mean_over_networks(values, check.statistic)
            value, examples = float(found.value), sum((~np.isnan(one)).sum() for one in values)
            number = {"value": value, "low": float(found.low), "high": float(found.high), "examples": examples}
            passed = not value > check.limit  # nothing to count casts no doubt
            own = {"dataset": axes[0], "defence": axes[1], "variant": axes[2], "attack": attack, "attack_variant": variant}
            says = "" if passed else check.says.format(value)
            outcome = {"networks": int(found.networks), "limit": check.limit, "passed": passed}
            outcome |= {"failed": value > check.failure, "says": says}
            rows.append(own | {"check": name} | number | outcome)
    return pd.DataFrame(rows)
