"""Projected gradient descent under an L∞ limit (Madry et al. 2018), by foolbox: no attack of the paper, a check of it."""

import eagerpy as ep
import numpy as np
import torch
from foolbox import Misclassification
from foolbox.attacks import LinfProjectedGradientDescentAttack
from torch import Tensor

from sleep_robustness.attacks import AttackResult, at_strengths, check_input, in_batches
from sleep_robustness.attacks.fgsm import margin
from sleep_robustness.attacks.wrapped import seeded, wrapped
from sleep_robustness.models import ReluNetwork

PARAMETERS = {
    "strengths": {
        "type": "array",
        "items": {"type": "number", "exclusiveMinimum": 0, "description": "a number above 0"},
        "minItems": 1,
        "uniqueItems": True,
        "description": "a list of different numbers above 0",
    },
    "steps": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "restarts": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
}
BATCH = 500  # examples attacked at a time


def run(network: ReluNetwork, x: Tensor, y: Tensor, params: dict, rng: torch.Generator) -> AttackResult:
    """Attack every example at each ε of `strengths`, by `steps` steps of 2.5·ε/steps up the logit margin, from a random point
    of the ball; `restarts` such points at most. Strength is the smallest ε that fools the network.

    details: those of `at_strengths`; again bool [n], fooled by a restart, not by the first try; left bool [n], right at each ε,
    and where ε is the bounds' whole range, which is tried once more.
    """
    check_input(network, x, y)
    model = wrapped(network, raw=True)
    attack = _UpTheMargin(network, rel_stepsize=2.5 / params["steps"], steps=params["steps"], random_start=True)
    again = torch.zeros(len(x), dtype=torch.bool, device=x.device)

    def fool(rows, epsilon):
        def go(x, y):
            with seeded(rng):
                attacked = attack.run(model, x, Misclassification(y), epsilon=epsilon)
            return attacked, network.predict(attacked) != y

        attacked = x[rows].clone()
        left = torch.arange(len(rows), device=x.device)
        for restart in range(params["restarts"]):
            attacked[left], found = in_batches(
                go, x[rows[left]], y[rows[left]], BATCH, f"PGD at ε = {epsilon:g}, {restart + 1}"
            )
            again[rows[left]] = found & (restart > 0)
            left = left[~found]
            if not len(left):
                break
        return attacked

    result = at_strengths(network, x, y, params["strengths"], fool)
    result.details["again"] = again.cpu().numpy().copy()  # `fool` goes on writing
    left = result.details["right"].all(1)
    rows = torch.from_numpy(np.flatnonzero(left)).to(x.device)
    if len(rows):
        low, high = network.bounds
        left[left] = (network.predict(fool(rows, high - low)) == y[rows]).cpu().numpy()
    result.details["left"] = left
    return result


class _UpTheMargin(LinfProjectedGradientDescentAttack):
    """With the margin of the logits as its loss, whose gradient never vanishes as that of cross-entropy does."""

    def __init__(self, network: ReluNetwork, **options):
        super().__init__(**options)
        self.network = network

    def get_loss_fn(self, model, labels):
        def loss(inputs):
            logits = model(inputs)
            return (logits * ep.astensor(margin(self.network, logits.raw.detach(), labels.raw))).sum()

        return loss
