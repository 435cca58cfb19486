"""DeepFool (Moosavi-Dezfooli et al. 2016) for the L∞ distance, by foolbox; `deepfool` is the one for L2."""

import torch
from foolbox.attacks import LinfDeepFoolAttack
from torch import Tensor

from sleep_robustness.attacks import AttackResult
from sleep_robustness.attacks.wrapped import shortened
from sleep_robustness.networks import Network

NEEDS = ()
PARAMETERS = {
    "strengths": {"$ref": "#/$defs/strengths", "description": "a list of different numbers above 0"},
    "steps": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "overshoot": {"type": "number", "minimum": 0, "description": "a number from 0"},
}


def run(network: Network, x: Tensor, y: Tensor, params: dict, rng: torch.Generator) -> AttackResult:
    """Go from every example to the nearest boundary in `steps` steps at most, and farther by the share `overshoot`; params,
    strengths and details as of `shortened`. It draws no random numbers."""
    attack = LinfDeepFoolAttack(steps=params["steps"], overshoot=params["overshoot"])
    return shortened(network, x, y, params["strengths"], attack, rng, "DeepFool, L∞")
