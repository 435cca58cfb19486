"""One evaluation for any network on grey images: what attacks, noise, blur and corruptions leave of it, and what it costs."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from sleep_robustness.attacks import PIECE, AttackResult, attack
from sleep_robustness.attacks.fgsm import gradient_sign, margin
from sleep_robustness.corruptions import NAMES, corrupt
from sleep_robustness.distortions import distortion
from sleep_robustness.errors import UserError
from sleep_robustness.networks import Network
from sleep_robustness.networks.outside import OutsideNetwork
from sleep_robustness.randomness import numpy_stream, torch_stream
from sleep_robustness.statistics import bootstrap, median, of_all, wilson

# attacks within ε of an image in each pixel; each gets the strengths beside
LINF = {
    "fgsm": {"objective": "margin", "among": "all", "keep": False, "epsilon_step": None, "steps": None},
    "pgd": {"steps": 40, "targets": 2, "restarts": 5},
    "apgd": {"steps": 100},
    "square": {"queries": 1000},
}
BY_GRADIENT = ("fgsm", "pgd", "apgd")
WORST = "worst"  # of all attacks within ε, image by image
# attacks that look for the nearest adversarial, by L2 distance
L2 = {
    "deepfool": {"form": "released", "steps": 100, "overshoot": 0.02, "deviations": []},
    "cw": {"searches": 5, "steps": 200, "step": 0.05, "weight": 1},
    "ddn": {"strengths": [1e6], "steps": 100},  # as far as it has to go
    "boundary": {"form": "released", "steps": 100, "directions": 5, "step": 0.01, "adaptation": 1.5, "deviations": []},
}
DISTORTIONS = {"noise": (0.5, {"clip": [0, 1], "draws": 1}), "blur": (2.5, {"reach": 2})}  # variance; σ in pixels
SEVERITIES = (1, 3, 5)
BEATEN = 0.05  # share of what gradients leave that others may fool before they are in doubt


@dataclass(frozen=True)
class Attacked:
    """What attacks leave of n images, image by image.

    strengths: ε in each pixel, float [k], sorted; right: by attack, whether the network is right at a strength and at all
    smaller ones, bool [n, k]; distances: by attack that looks for the nearest adversarial, L2, float [n], 0 where the network
    was wrong before and ∞ where none was found; zero_gradient: whether the gradient of the margin is 0, bool [n].
    """

    strengths: np.ndarray
    right: Mapping[str, np.ndarray]
    distances: Mapping[str, np.ndarray]
    zero_gradient: np.ndarray

    @property
    def worst(self) -> np.ndarray:
        """Right under all attacks within a strength, bool [n, k]."""
        return np.all(list(self.right.values()), axis=0)

    @property
    def nearest(self) -> np.ndarray:
        """The distance of the nearest adversarial of all, float [n]."""
        return np.min(list(self.distances.values()), axis=0)

    def doubts(self, number: int) -> str:
        """What puts the attacks by gradient in doubt at one of the strengths, "" if nothing does: a gradient of 0, and others
        that fool what they leave."""
        left = np.all([self.right[name][:, number] for name in BY_GRADIENT if name in self.right], axis=0)
        others = {name: own[:, number] for name, own in self.right.items() if name not in BY_GRADIENT}
        beaten = {name: (left & ~own).sum() / max(left.sum(), 1) for name, own in others.items()}
        doubts = [
            f"{name.capitalize()} fooled {share:.2f} of what gradients leave"
            for name, share in beaten.items()
            if share > BEATEN
        ]
        zero = self.zero_gradient.mean()
        return "; ".join(doubts + ([f"the gradient is 0 at {zero:.2f} of the images"] if zero > BEATEN else []))

    def loses(self, name: str, number: int) -> str:
        """Which attacks that need no gradient of this network leave less at one of the strengths than the attack `name`, which
        does: "" if none, or if it needs none."""
        if name not in BY_GRADIENT:
            return ""
        left = {other: own[:, number].mean() for other, own in self.right.items()}
        ahead = [other for other, share in left.items() if other not in BY_GRADIENT and share < left[name]]
        return f"{name} leaves more than {' and '.join(ahead)}" if ahead else ""

    def told(self, name: str, number: int) -> str:
        """All that is to be said of one attack at one of the strengths: what `doubts` and `loses` say."""
        doubts = self.doubts(number) if name in (*BY_GRADIENT, WORST) else ""
        return "; ".join(filter(None, (doubts, self.loses(name, number))))


def evaluate(
    module: nn.Module,
    images: np.ndarray | Tensor,
    labels: np.ndarray | Tensor,
    *,
    strengths: Sequence[float] = (0.1, 0.2, 0.3),
    attacked: int = 200,
    photographs: Sequence[np.ndarray] | None = None,
    seed: int = 0,
    device: str = "cpu",
) -> pd.DataFrame:
    """What a module that gives logits withstands, on grey test images [n, …] in 0 to 1, in the shape that it takes, of the
    classes labels [n].

    The first `attacked` images are attacked: within `strengths` ε in each pixel, and for the nearest adversarial. photographs:
    of frost, without which that corruption is left out, see `corruptions.corrupt`; seed: of all that is drawn; device: where it
    computes.

    Columns: column, by, strength, value, low, high (95 % intervals over images), n, doubts. Rows:
    clean, noise, blur, corruptions: shares of images that it is right on; the last one the mean over all at SEVERITIES;
    linf: the same under each attack, and under the `worst` of them, image by image;
    l2: the median distance of the adversarials of each attack, and of the nearest, `best`; 0 where it was wrong before;
    multiply_adds: of one image; bytes: of its parameters.
    Raises UserError, one sentence, for what cannot be evaluated.
    """
    network, x, y = _checked(module, images, labels, device)
    if not len(strengths) or min(strengths) <= 0 or attacked < 1:
        raise UserError(f"evaluate: it needs strengths above 0 and an image to attack, not {list(strengths)} and {attacked}.")
    found = attack_all(network, x[:attacked], y[:attacked], strengths, seed)
    rows = [_share("clean", "", math.nan, right(network, x, y)), *_linf_rows(found), *_l2_rows(found)]
    under, side = [], math.isqrt(x.shape[1])
    for (name, strength), changed in distorted(x.cpu().numpy().reshape(-1, side, side), seed, photographs):
        if name in DISTORTIONS:
            rows.append(_share(name, "", strength, right(network, changed, y)))
        else:
            under.append(right(network, changed, y))
    known = len(under) // len(SEVERITIES)
    rows.append(_share("corruptions", f"{known} of {len(NAMES)}", math.nan, np.mean(under, axis=0)))
    rows += [_number("multiply_adds", multiply_adds(network, x[:1])), _number("bytes", weight_bytes(network))]
    return pd.DataFrame(rows)


def _checked(module: nn.Module, images, labels, device: str) -> tuple[Network, Tensor, Tensor]:
    """The network, images [n, d] and classes [n] to evaluate."""
    x, y = torch.as_tensor(images), torch.as_tensor(labels)
    if not x.is_floating_point() or x.ndim < 2 or not len(x):
        raise UserError(f"evaluate: images are {x.dtype} {list(x.shape)}; they must be floats [n, …], one or more of them.")
    if not (x.min() >= 0 and x.max() <= 1):
        raise UserError(f"evaluate: images lie in {x.min():g} to {x.max():g}; they must lie in 0 to 1.")
    if y.shape != x.shape[:1] or y.is_floating_point():
        raise UserError(f"evaluate: labels are {y.dtype} {list(y.shape)}; they must be one class for each of {len(x)} images.")
    if math.isqrt(values := math.prod(x.shape[1:])) ** 2 != values:
        raise UserError(f"evaluate: images have {values} values; they must be grey and square, such as 28 × 28.")
    network = OutsideNetwork(module, x.shape[1:], 1).to(device)
    x, y = x.flatten(1).to(network.device, network.precision), y.to(network.device, torch.int64)
    with torch.no_grad():
        first, again = (network.logits(x[:PIECE]) for _ in range(2))
    if first.ndim != 2 or first.shape[1] < 2:
        raise UserError(f"evaluate: the network gives {list(first.shape)} for {len(first)} images; it must give [n, classes].")
    if not torch.equal(first, again):
        raise UserError("evaluate: the network answers an image in two ways; what it draws at random hides it from attacks.")
    if (first >= 0).all() and torch.allclose(first.sum(1), torch.ones_like(first[:, 0])):
        raise UserError("evaluate: the network gives probabilities, which hide its gradient; give it without its softmax.")
    network.classes = first.shape[1]
    return network, x, y


def distorted(
    images: np.ndarray, seed: int, photographs: Sequence[np.ndarray] | None
) -> Iterator[tuple[tuple[str, float], np.ndarray]]:
    """Images [n, side, side] under each of DISTORTIONS, then under each corruption at each of SEVERITIES: (name, strength or
    severity), and the images; photographs: of frost, without which that one is left out."""
    for name, (strength, params) in DISTORTIONS.items():
        yield (name, strength), distortion(name).apply(images, strength, numpy_stream(name, seed), params)
    known = [name for name in NAMES if name != "frost" or photographs is not None]
    for name, severity in product(known, SEVERITIES):
        rng = numpy_stream("corruption", name, severity, seed)
        yield (name, severity), corrupt(images, name, severity, rng, photographs=photographs)


@torch.no_grad()
def right(network: Network, x: np.ndarray | Tensor, y: Tensor) -> np.ndarray:
    """Whether the network is right on each of x [n, …], bool [n]."""
    pieces = torch.as_tensor(x).flatten(1).to(network.device, network.precision).split(PIECE)
    return (torch.cat([network.predict(piece) for piece in pieces]) == y).cpu().numpy()


def _run(name: str, params: Mapping, network: Network, x: Tensor, y: Tensor, seed: int) -> AttackResult:
    return attack(name).run(network, x, y, dict(params), torch_stream(f"attack {name}", seed))


def attack_all(
    network: Network,
    x: Tensor,
    y: Tensor,
    strengths: Sequence[float],
    seed: int,
    linf: Mapping[str, Mapping] = LINF,
    l2: Mapping[str, Mapping] = L2,
    views: Sequence[Network] = (),
) -> Attacked:
    """Attack a network on images x [n, d] of classes y [n], within `strengths` ε in each pixel and for the nearest adversarial.

    linf, l2: the attacks of each kind, with their parameters; linf's are run at `strengths`. views: the network with other
    gradients, for one that has a choice of them: attacks within ε by gradient are run on each, and the worst counts.
    """
    grid, left = np.unique(np.round(strengths, 9)), {}
    for name, params in linf.items():
        each = [
            _run(name, {**params, "strengths": grid.tolist()}, view, x, y, seed).details["right"][:, 1:]
            for view in (views if views and name in BY_GRADIENT else [network])
        ]
        # what fools within an ε does so within a larger one
        left[name] = np.logical_and.accumulate(np.all(each, axis=0), axis=1)
    distances = {name: np.sqrt(_run(name, params, network, x, y, seed).distance * x.shape[1]) for name, params in l2.items()}
    return Attacked(grid, left, distances, gradient_sign(network, x, y, margin)[1]["zero_gradient"].cpu().numpy())


def _linf_rows(found: Attacked) -> list[dict]:
    """What each attack leaves at each strength, and the worst of them."""
    rows = []
    for number, strength in enumerate(found.strengths):
        each = {name: own[:, number] for name, own in found.right.items()} | {WORST: found.worst[:, number]}
        rows += [
            _share("linf", name, float(strength), own) | {"doubts": found.told(name, number)} for name, own in each.items()
        ]
    return rows


def _l2_rows(found: Attacked) -> list[dict]:
    """The median distance of each attack's adversarials, and of the nearest."""
    rows = []
    for name, distances in {**found.distances, "best": found.nearest}.items():
        low, high = bootstrap(distances, median)
        rows.append(_row("l2", name, math.nan, float(of_all(median, distances)), float(low), float(high), len(distances)))
    return rows


def multiply_adds(network: Network, x: Tensor) -> int:
    """Products and sums that one image takes, counted by torch, which counts each as two."""
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        network.logits(x)
    return counter.get_total_flops() // 2


def weight_bytes(network: Network) -> int:
    """What its parameters take."""
    return sum(weight.numel() * weight.element_size() for weight in network.parameters())


def _share(column: str, by: str, strength: float, right: np.ndarray) -> dict:
    share = float(right.mean())
    return _row(column, by, strength, share, *map(float, wilson(share, len(right))), len(right))


def _number(column: str, value: float) -> dict:
    return _row(column, "", math.nan, value, math.nan, math.nan, 1)


def _row(column: str, by: str, strength: float, value: float, low: float, high: float, n: int) -> dict:
    numbers = {"value": value, "low": low, "high": high, "n": n}
    return {"column": column, "by": by, "strength": strength, **numbers, "doubts": ""}
