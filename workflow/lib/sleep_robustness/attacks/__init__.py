"""Attacks: one file each, found by name.

Each file has run(network, x, y, params, rng) → AttackResult, for inputs x float32 [n, d] inside the network's bounds, their
labels y int64 [n], the variant's params from the config, and a torch generator on the CPU. PARAMETERS, a literal, gives the
schema of those params.
"""

from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType

import numpy as np
from torch import Tensor


@dataclass(frozen=True)
class AttackResult:
    """What an attack did to each of n examples.

    strength: float64 [n], the smallest strength at which the example is misclassified: 0 where the network was wrong
    before the attack, ∞ where no adversarial was found. distance: float64 [n], ‖x' − x‖²/N at that strength, with N the
    dimension of x (paper §5), likewise 0 and ∞. success: bool [n], right before the attack and fooled by it.
    adversarial: float32 [n, d], or None where the attack keeps none. details: further arrays, by name, that this attack
    keeps, such as FGSM's `strengths` [k] and `right` [n, k].
    """

    strength: np.ndarray
    distance: np.ndarray
    success: np.ndarray
    adversarial: Tensor | None = None
    details: dict[str, np.ndarray] = field(default_factory=dict)


def attack(name: str) -> ModuleType:
    """The attack's module, by its name in the config."""
    return import_module(f"sleep_robustness.attacks.{name}")
