"""The L2 attack of Carlini and Wagner (2017), by foolbox."""

import numpy as np
import torch
from foolbox import Misclassification
from foolbox.attacks import L2CarliniWagnerAttack
from torch import Tensor

from sleep_robustness.attacks import AttackResult, check_input, in_batches, judged
from sleep_robustness.attacks.wrapped import seeded, wrapped
from sleep_robustness.networks import Network

NEEDS = ()
PARAMETERS = {
    "searches": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "steps": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "step": {"type": "number", "exclusiveMinimum": 0, "description": "a number above 0"},
    "weight": {"type": "number", "exclusiveMinimum": 0, "description": "a number above 0"},
}
BATCH = 500  # examples attacked at a time


def run(network: Network, x: Tensor, y: Tensor, params: dict, rng: torch.Generator) -> AttackResult:
    """Lower distance² + c · margin for every example by `steps` steps of Adam of length `step`, for so many values of c as
    `searches` says, the first of which is `weight`; 1 is no search. Strength is the distance.

    details: those of `judged`; strengths [1], ∞, since it has no limit, and right bool [n, 1], right after it. It draws no
    random numbers.
    """
    check_input(network, x, y)
    model = wrapped(network, raw=True, floored=torch.tensor(True, device=x.device))
    own = {"steps": params["steps"], "stepsize": params["step"], "initial_const": params["weight"]}
    attack = L2CarliniWagnerAttack(binary_search_steps=params["searches"], **own)

    def go(x, y):
        with seeded(rng):
            attacked = attack.run(model, x, Misclassification(y))
        found = attacked.any(1)  # foolbox gives zeros where it finds nothing
        return torch.where(found[:, None], attacked, x), found

    result = judged(network, x, y, *in_batches(go, x, y, BATCH, "C&W"))
    result.details.update(strengths=np.array([np.inf]), right=np.isinf(result.strength)[:, None])
    return result
