"""Decoupled direction and norm (Rony et al. 2019), for the L2 distance, by foolbox."""

import torch
from foolbox.attacks import DDNAttack
from torch import Tensor

from sleep_robustness.attacks import AttackResult
from sleep_robustness.attacks.wrapped import shortened
from sleep_robustness.networks import Network

NEEDS = ()
PARAMETERS = {
    "strengths": {"$ref": "#/$defs/strengths", "description": "a list of different numbers above 0"},
    "steps": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
}


def run(network: Network, x: Tensor, y: Tensor, params: dict, rng: torch.Generator) -> AttackResult:
    """Look for a near adversarial of every example in `steps` steps along the loss's gradient; params, strengths and details
    as of `shortened`. Its strengths are L2 distances. It draws no random numbers."""
    return shortened(network, x, y, params["strengths"], DDNAttack(steps=params["steps"]), rng, "DDN")
