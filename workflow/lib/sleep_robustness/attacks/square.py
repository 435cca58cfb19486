"""The Square Attack (Andriushchenko et al. 2020) under an L∞ limit, by pyautoattack: it asks for outputs alone, no gradient."""

import torch
from pyautoattack import AutoAttack
from torch import Tensor

from sleep_robustness.attacks import AttackResult, at_strengths, check_input
from sleep_robustness.attacks.autoattack import as_images
from sleep_robustness.attacks.wrapped import seeded
from sleep_robustness.networks import Network

NEEDS = ()
PARAMETERS = {
    "strengths": {"$ref": "#/$defs/strengths", "description": "a list of different numbers above 0"},
    "queries": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
}


def run(network: Network, x: Tensor, y: Tensor, params: dict, rng: torch.Generator) -> AttackResult:
    """Attack every example at each ε of `strengths`, by so many `queries` of the network at most. Strength is the smallest ε
    that fools it; details: those of `at_strengths`. Raises UserError for inputs that `as_images` refuses."""
    check_input(network, x, y)
    model, shape = as_images(network, x)

    def fool(rows, epsilon):
        seed = int(torch.randint(2**31, (1,), generator=rng))
        with seeded(rng):
            own = {"version": "custom", "attacks": ["square"], "seed": seed, "device": x.device}
            attack = AutoAttack(model, norm="Linf", eps=epsilon, **own)
            attack.square.n_queries = params["queries"]
            attacked, _ = attack.run_standard_evaluation(x[rows].reshape(-1, *shape), y[rows])
        return attacked.flatten(1)

    return at_strengths(network, x, y, params["strengths"], fool)
