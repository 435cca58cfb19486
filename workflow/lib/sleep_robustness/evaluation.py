"""One evaluation for any network on grey images: what attacks, noise, blur and corruptions leave of it, and what it costs."""

import math
from collections.abc import Mapping, Sequence
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
    "square": {"queries": 1000},
}
BY_GRADIENT = ("fgsm", "pgd")
# attacks that look for the nearest adversarial, by L2 distance
L2 = {
    "deepfool": {"form": "released", "steps": 100, "overshoot": 0.02, "deviations": []},
    "cw": {"searches": 5, "steps": 200, "step": 0.05, "weight": 1},
    "ddn": {"strengths": [1e6], "steps": 100},  # as far as it has to go
}
DISTORTIONS = {"noise": (0.5, {"clip": [0, 1], "draws": 1}), "blur": (2.5, {"reach": 2})}  # variance; σ in pixels
SEVERITIES = (1, 3, 5)
BEATEN = 0.05  # share of what gradients leave that Square may fool before they are in doubt


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
    some, classes = x[:attacked], y[:attacked]
    rows = [_share("clean", "", math.nan, _right(network, x, y))]
    rows += _linf_rows(network, some, classes, strengths, seed) + _l2_rows(network, some, classes, seed)
    side = math.isqrt(x.shape[1])
    squares = x.cpu().numpy().reshape(-1, side, side)
    for name, (strength, params) in DISTORTIONS.items():
        changed = distortion(name).apply(squares, strength, numpy_stream(name, seed), params)
        rows.append(_share(name, "", strength, _right(network, changed, y)))
    known = [name for name in NAMES if name != "frost" or photographs is not None]
    under = []
    for name, severity in product(known, SEVERITIES):
        rng = numpy_stream("corruption", name, severity, seed)
        under.append(_right(network, corrupt(squares, name, severity, rng, photographs=photographs), y))
    rows.append(_share("corruptions", f"{len(known)} of {len(NAMES)}", math.nan, np.mean(under, axis=0)))
    rows += [_number("multiply_adds", _multiply_adds(network, x[:1])), _number("bytes", _bytes(network))]
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


@torch.no_grad()
def _right(network: Network, x: np.ndarray | Tensor, y: Tensor) -> np.ndarray:
    """Whether the network is right on each of x [n, …], bool [n]."""
    pieces = torch.as_tensor(x).flatten(1).to(network.device, network.precision).split(PIECE)
    return (torch.cat([network.predict(piece) for piece in pieces]) == y).cpu().numpy()


def _run(name: str, params: Mapping, network: Network, x: Tensor, y: Tensor, seed: int) -> AttackResult:
    return attack(name).run(network, x, y, dict(params), torch_stream(f"attack {name}", seed))


def _linf_rows(network: Network, x: Tensor, y: Tensor, strengths: Sequence[float], seed: int) -> list[dict]:
    """What each attack leaves at each strength, and the worst of them."""
    right = {}
    for name, params in LINF.items():
        found = _run(name, {**params, "strengths": list(strengths)}, network, x, y, seed).details
        left = np.logical_and.accumulate(found["right"], axis=1)  # what fools within an ε does so within a larger one
        right[name] = dict(zip(np.round(found["strengths"], 9), left.T, strict=True))
    rows, zero = [], gradient_sign(network, x, y, margin)[1]["zero_gradient"].double().mean().item()
    for strength in map(float, np.round(strengths, 9)):
        each = {name: own[strength] for name, own in right.items()}
        left = np.all([each[name] for name in BY_GRADIENT], axis=0)
        beaten = (left & ~each["square"]).sum() / max(left.sum(), 1)
        doubts = [f"Square fools {beaten:.2f} of what gradients leave"] if beaten > BEATEN else []
        doubts += [f"the gradient is 0 at {zero:.2f} of the images"] if zero > BEATEN else []
        each["worst"] = np.all(list(each.values()), axis=0)
        told = {**dict.fromkeys(each, ""), **dict.fromkeys(BY_GRADIENT, "; ".join(doubts))}
        rows += [_share("linf", name, strength, own) | {"doubts": told[name]} for name, own in each.items()]
    return rows


def _l2_rows(network: Network, x: Tensor, y: Tensor, seed: int) -> list[dict]:
    """The median distance of each attack's adversarials, and of the nearest."""
    each = {}
    for name, params in L2.items():
        result = _run(name, params, network, x, y, seed)
        each[name] = np.sqrt(result.distance * x.shape[1])
    each["best"] = np.min(list(each.values()), axis=0)
    rows = []
    for name, distances in each.items():
        low, high = bootstrap(distances, median)
        rows.append(_row("l2", name, math.nan, float(of_all(median, distances)), float(low), float(high), len(distances)))
    return rows


def _multiply_adds(network: Network, x: Tensor) -> int:
    """Products and sums that one image takes, counted by torch, which counts each as two."""
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        network.logits(x)
    return counter.get_total_flops() // 2


def _bytes(network: Network) -> int:
    return sum(weight.numel() * weight.element_size() for weight in network.parameters())


def _share(column: str, by: str, strength: float, right: np.ndarray) -> dict:
    share = float(right.mean())
    return _row(column, by, strength, share, *map(float, wilson(share, len(right))), len(right))


def _number(column: str, value: float) -> dict:
    return _row(column, "", math.nan, value, math.nan, math.nan, 1)


def _row(column: str, by: str, strength: float, value: float, low: float, high: float, n: int) -> dict:
    numbers = {"value": value, "low": low, "high": high, "n": n}
    return {"column": column, "by": by, "strength": strength, **numbers, "doubts": ""}
