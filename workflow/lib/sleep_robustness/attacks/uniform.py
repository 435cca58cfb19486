"""Uniform noise within an L∞ limit, by foolbox: no attack, but what each must beat."""

import torch
from foolbox import Misclassification
from foolbox.attacks import LinfAdditiveUniformNoiseAttack
from torch import Tensor

from sleep_robustness.attacks import AttackResult, check_input, each_strength
from sleep_robustness.attacks.wrapped import seeded, wrapped
from sleep_robustness.networks import Network

NEEDS = ()
PARAMETERS = {
    "strengths": {"$ref": "#/$defs/strengths", "description": "a list of different numbers above 0"},
}


def run(network: Network, x: Tensor, y: Tensor, params: dict, rng: torch.Generator) -> AttackResult:
    """Add noise drawn uniformly from ±ε to every example, once at each ε of `strengths`. Strength is the smallest ε that fools
    the network. details: those of `each_strength`."""
    check_input(network, x, y)
    model, attack = wrapped(network, raw=True), LinfAdditiveUniformNoiseAttack()

    def make(epsilon):
        with seeded(rng):
            return attack.run(model, x, Misclassification(y), epsilon=epsilon)

    return each_strength(network, x, y, params["strengths"], make, keep=False)
