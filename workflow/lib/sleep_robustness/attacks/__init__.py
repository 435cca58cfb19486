"""Attacks: one file each, found by name.

Each file has run(network, x, y, params, rng) → AttackResult, for inputs x float32 [n, d] inside the network's bounds, their
labels y int64 [n], the variant's params from the config, and a torch generator on the CPU; it begins with `check_input`.
PARAMETERS, a literal, gives the schema of those params, in which the $defs of paper.schema.yaml may be named; NEEDS, which of
`jacobian`, `steepness` and `dropout_masks` it asks of the network beside its logits.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType

import numpy as np
import torch
from torch import Tensor

from sleep_robustness.errors import UserError
from sleep_robustness.networks import Network
from sleep_robustness.progress import progress

PIECE = 1000  # inputs that a network is shown at a time
IMAGES = "adversarials"  # what an attack made at each of its strengths, [k, n, d], kept for other networks to be shown


@dataclass(frozen=True)
class AttackResult:
    """What an attack did to each of n examples.

    strength: float64 [n], the smallest strength at which the example is misclassified: 0 where the network was wrong
    before the attack, ∞ where no adversarial was found. distance: float64 [n], ‖x' − x‖²/N at that strength, with N the
    dimension of x (paper §5), likewise 0 and ∞. success: bool [n], right before the attack and fooled by it.
    adversarial: [n, d], of x's precision, what the attack ended with, an adversarial where `success` says so, but for the
    rounding of an attack that computes in float64; None where the attack keeps none.
    details: further arrays, by name, that this attack keeps, such as FGSM's `strengths` [k] and `right` [n, k].
    """

    strength: np.ndarray
    distance: np.ndarray
    success: np.ndarray
    adversarial: Tensor | None = None
    details: dict[str, np.ndarray] = field(default_factory=dict)


def attack(name: str) -> ModuleType:
    """The attack's module, by its name in the config."""
    return import_module(f"sleep_robustness.attacks.{name}")


def check_input(network: Network, x: Tensor, y: Tensor) -> None:
    """Raise UserError, one sentence, for inputs or labels that cannot be attacked."""
    classes, (low, high) = network.classes, network.bounds
    if len(x) == 0:
        raise UserError("attack: there is no example to attack.")
    if y.ndim != 1:
        raise UserError(f"attack: labels have shape {list(y.shape)}; they must be one class for each input, not one-hot.")
    if x.shape != (len(y), values := math.prod(network.shape)):
        shape = list(x.shape)
        raise UserError(f"attack: inputs have shape {shape}; they must have {values} values for each of {len(y)} labels.")
    if not x.is_floating_point() or y.dtype != torch.int64:
        raise UserError(f"attack: inputs are {x.dtype} and labels {y.dtype}; they must be floating-point and torch.int64.")
    if x.requires_grad:
        raise UserError("attack: inputs require a gradient of their own; give x.detach().")
    if x.dtype != network.precision:
        raise UserError(f"attack: inputs are {x.dtype}, but the network's weights {network.precision}; make them alike.")
    if not x.isfinite().all():
        raise UserError("attack: an input is not finite.")
    if x.min() < low or x.max() > high:
        raise UserError(f"attack: inputs lie in {x.min():g} to {x.max():g}, outside the network's bounds {low:g} to {high:g}.")
    if y.min() < 0 or y.max() >= classes:
        raise UserError(f"attack: labels lie in {y.min()} to {y.max()}; they must lie in 0 to {classes - 1}.")
    with torch.no_grad():  # a network would be right for class 0 and never fooled if its logits were NaN
        if not all(network.logits(rows).isfinite().all() for rows in x.split(PIECE)):
            raise UserError("attack: the network gives logits that are not finite; train it anew, with a lower learning_rate.")


def check_foolboxs_own(params: dict) -> None:
    """Raise UserError, one sentence, if foolbox's form of an attack is asked for the released code's deviations."""
    if params["form"] == "foolbox" and params["deviations"]:
        raise UserError(
            f"attack: form is foolbox, which has no deviations such as {params['deviations'][0]}; leave them out or take the "
            "released form."
        )


def in_batches(
    attack: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]], x: Tensor, y: Tensor, size: int, what: str
) -> tuple[Tensor, Tensor]:
    """attack(x, y) → (attacked x [n, d], bool [n]), for batches of so many examples, with their progress in the log."""
    batches = progress(list(zip(x.split(size), y.split(size), strict=True)), what=f"{what}, batches of {size}")
    attacked, found = zip(*(attack(*batch) for batch in batches), strict=True)
    return torch.cat(attacked).detach(), torch.cat(found)


@torch.no_grad()
def at_strengths(
    network: Network, x: Tensor, y: Tensor, strengths: list[float], fool: Callable[[Tensor, float], Tensor]
) -> AttackResult:
    """The result of an attack under an L∞ limit: fool(rows, ε) gives attacked inputs of these rows of x, [m, d].

    It is asked for the examples that no smaller ε has fooled. One counts as fooled if the attacked input is misclassified and
    lies inside the bounds and within ε. details: strengths [k + 1], 0 and the others, sorted; right bool [n, k + 1].
    """
    low, high = network.bounds
    grid, attacked = np.array([0, *sorted(strengths)]), x.clone()
    right = (network.predict(x) == y)[:, None].repeat(1, len(grid))
    for column, epsilon in enumerate(grid[1:], start=1):
        rows = torch.nonzero(right[:, column])[:, 0]
        if not len(rows):
            break
        with torch.enable_grad():
            attacked[rows] = fool(rows, float(epsilon))
        near = ((attacked[rows] - x[rows]).abs() <= epsilon + 1e-6).all(1)  # a rounding of float32
        near &= ((attacked[rows] >= low) & (attacked[rows] <= high)).all(1)
        fooled = near & (network.predict(attacked[rows]) != y[rows])
        right[rows[fooled], column:] = False
    right = right.cpu().numpy()
    found = ~right.all(1)
    success, away = found & right[:, 0], (attacked.double() - x.double()).square().mean(1).cpu().numpy()
    strength = np.where(found, grid[(~right).argmax(1)], np.inf)
    distance = np.where(success, away, np.where(found, 0, np.inf))
    return AttackResult(strength, distance, success, attacked, {"strengths": grid, "right": right})


@torch.no_grad()
def each_strength(
    network: Network, x: Tensor, y: Tensor, strengths: list[float], make: Callable[[float], Tensor], keep: bool
) -> AttackResult:
    """The result of an attack that is run anew at each strength: make(ε) gives attacked inputs of all x, [n, d].

    Each is judged by itself, by the network alone: what fools at a smaller strength need not fool at a larger one. details:
    strengths [k + 1], 0 and the others, sorted; right bool [n, k + 1]; adversarials [k + 1, n, d], if `keep`.
    """
    grid = np.array([0, *sorted(strengths)])
    with torch.enable_grad():
        attacked = torch.stack([x, *(make(float(epsilon)) for epsilon in grid[1:])])
    right = torch.stack([network.predict(some) == y for some in attacked], dim=1).cpu().numpy()
    away = (attacked.double() - x.double()).square().mean(2).cpu().numpy()
    first, found = (~right).argmax(1), ~right.all(1)
    images = {IMAGES: attacked.cpu().numpy()} if keep else {}
    return AttackResult(
        strength=np.where(found, grid[first], np.inf),
        distance=np.where(found, away[first, np.arange(len(x))], np.inf),
        success=found & right[:, 0],
        details={"strengths": grid, "right": right, **images},
    )


@torch.no_grad()
def judged(network: Network, x: Tensor, y: Tensor, attacked: Tensor, found: Tensor, bounded: bool = True) -> AttackResult:
    """The result of an attack that looks for near adversarials, from the inputs it ended with, [n, d].

    Whatever the attack believes to have `found`, bool [n], an example counts as fooled if the network, without dropout, is
    right on x and wrong on the attacked input, which lies inside the bounds if it must be `bounded`; its strength is its
    distance. details: outside [n], fooled by an input outside the bounds; believed [n], the distance where the attack
    believes to have found an adversarial, ∞ where not, −1 where the network was wrong before; prediction int64 [n], the class
    of what the attack ended with.
    """
    low, high = network.bounds
    outside = ~((attacked >= low) & (attacked <= high)).all(1)
    right, prediction = network.predict(x) == y, network.predict(attacked)
    fooled = right & (prediction != y) & attacked.isfinite().all(1)
    if bounded:
        fooled &= ~outside
    away = (attacked.double() - x.double()).square().mean(1)
    distance = torch.where(right, torch.where(fooled, away, torch.inf), 0).cpu().numpy()
    believed = torch.where(right, torch.where(found, away, torch.inf), -1).cpu().numpy()
    details = {"outside": (fooled & outside).cpu().numpy(), "believed": believed, "prediction": prediction.cpu().numpy()}
    return AttackResult(distance, distance, fooled.cpu().numpy(), attacked, details)
