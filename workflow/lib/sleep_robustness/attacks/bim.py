"""Basic iterative method (Kurakin et al. 2017): projected gradient descent up the training loss that begins at the example."""

import torch
from torch import Tensor

from sleep_robustness.attacks import AttackResult
from sleep_robustness.attacks.pgd_loss import by_steps
from sleep_robustness.networks import Network

NEEDS = ()
PARAMETERS = {
    "strengths": {"$ref": "#/$defs/strengths", "description": "a list of different numbers above 0"},
    "steps": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "step": {"type": "number", "exclusiveMinimum": 0, "description": "a number above 0"},
    "relative": {"type": "boolean", "description": "true or false"},
    "keep": {"type": "boolean", "description": "true or false"},
}


def run(network: Network, x: Tensor, y: Tensor, params: dict, rng: torch.Generator) -> AttackResult:
    """Attack every example, params and details as of `pgd_loss`, with all steps from the example itself. It draws no random
    numbers."""
    return by_steps(network, x, y, params, rng, random_start=False)
