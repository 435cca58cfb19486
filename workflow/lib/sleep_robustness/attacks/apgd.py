"""Auto-PGD on cross-entropy (Croce and Hein 2020) under an L∞ limit, by pyautoattack: PGD whose steps have momentum."""

import torch
from pyautoattack import AutoAttack
from torch import Tensor

from sleep_robustness.attacks import AttackResult, at_strengths, check_input
from sleep_robustness.attacks.autoattack import as_images, in_float32
from sleep_robustness.attacks.wrapped import seeded
from sleep_robustness.networks import Network

NEEDS = ()
PARAMETERS = {
    "strengths": {"$ref": "#/$defs/strengths", "description": "a list of different numbers above 0"},
    "steps": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
}


def run(network: Network, x: Tensor, y: Tensor, params: dict, rng: torch.Generator) -> AttackResult:
    """Attack every example at each ε of `strengths`, by so many `steps` from one random point of the ball (100 in AutoAttack).
    Strength is the smallest ε that fools the network; details: those of `at_strengths`.

    Images are attacked in float32, all that pyautoattack knows, and judged in the network's own precision. Raises UserError for
    inputs that `as_images` refuses.
    """
    check_input(network, x, y)
    model, shape = as_images(in_float32(network), x)

    def fool(rows, epsilon):
        seed = int(torch.randint(2**31, (1,), generator=rng))
        with seeded(rng):
            own = {"version": "custom", "attacks": ["apgd-ce"], "seed": seed, "device": x.device}
            attack = AutoAttack(model, norm="Linf", eps=epsilon, **own)
            attack.apgd.n_iter, attack.apgd.n_restarts = params["steps"], 1  # as in the standard AutoAttack
            attacked, _ = attack.run_standard_evaluation(x[rows].float().reshape(-1, *shape), y[rows])
        return attacked.flatten(1).to(x.dtype)

    return at_strengths(network, x, y, params["strengths"], fool)
