"""Projected gradient descent under an L∞ limit (Madry et al. 2018), by foolbox: no attack of the paper, a check of it."""

from functools import partial

import eagerpy as ep
import numpy as np
import torch
from foolbox import Misclassification
from foolbox.attacks import LinfProjectedGradientDescentAttack
from torch import Tensor
from torch.nn.functional import one_hot

from sleep_robustness.attacks import AttackResult, at_strengths, check_input, in_batches
from sleep_robustness.attacks.wrapped import seeded, wrapped
from sleep_robustness.networks import Network

NEEDS = ()
PARAMETERS = {
    "strengths": {"$ref": "#/$defs/strengths", "description": "a list of different numbers above 0"},
    "steps": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "targets": {"type": "integer", "minimum": 0, "description": "a whole number from 0"},
    "restarts": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
}
BATCH = 500  # examples attacked at a time


def run(network: Network, x: Tensor, y: Tensor, params: dict, rng: torch.Generator) -> AttackResult:
    """Attack every example at each ε of `strengths`, by `steps` steps of 2.5·ε/steps; `restarts` tries at most. Strength is the
    smallest ε that fools the network.

    The first try goes up the margin, the largest other logit less the true class's; each of the next `targets` tries goes up
    the logit of one rival less the true class's, from the largest of the other logits at x downwards. These begin at x, where
    the attack finds most. Further tries go through the same losses from
    random points of the ball.

    details: those of `at_strengths`; again bool [n], fooled from a random start alone; left bool [n], right at each ε,
    and where ε is the bounds' whole range, which is tried once more.
    """
    check_input(network, x, y)
    # where no output of a ReLU is above 0 the network decides for class 0, so that driving the true class below 0 is enough
    model = wrapped(network, raw=True, floored=torch.tensor(True, device=x.device))
    losses = 1 + min(params["targets"], network.classes - 1)
    again = torch.zeros(len(x), dtype=torch.bool, device=x.device)

    def fool(rows, epsilon):
        def go(x, y, number):
            rank, from_x = number % losses, number < losses
            attack = _UpALoss(rank, x, rel_stepsize=2.5 / params["steps"], steps=params["steps"], random_start=not from_x)
            with seeded(rng):
                attacked = attack.run(model, x, Misclassification(y), epsilon=epsilon)
            return attacked, network.predict(attacked) != y

        attacked = x[rows].clone()
        left = torch.arange(len(rows), device=x.device)
        for restart in range(params["restarts"]):
            attacked[left], found = in_batches(
                partial(go, number=restart), x[rows[left]], y[rows[left]], BATCH, f"PGD at ε = {epsilon:g}, {restart + 1}"
            )
            again[rows[left]] = found & (restart >= losses)
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


class _UpALoss(LinfProjectedGradientDescentAttack):
    """With a difference of logits as its loss, whose gradient never vanishes as that of cross-entropy does.

    rank: 0 for the margin, whose rival is the largest other logit at each step; r for the r-th largest other one at x.
    """

    def __init__(self, rank: int, x: Tensor, **options):
        super().__init__(**options)
        self.rank, self.x = rank, x

    def get_loss_fn(self, model, labels):
        classes = labels.raw

        def loss(inputs):
            logits = model(inputs)
            rivals = rivals_at_x if self.rank else _rivals(logits.raw.detach(), classes)
            towards = one_hot(rivals[:, max(self.rank - 1, 0)], logits.shape[1]) - one_hot(classes, logits.shape[1])
            return (logits * ep.astensor(towards.to(logits.raw))).sum()

        with torch.no_grad():
            rivals_at_x = _rivals(model(self.x), classes)
        return loss


def _rivals(logits: Tensor, y: Tensor) -> Tensor:
    """The other classes by their logits [n, classes], the largest first, int64 [n, classes − 1]; the first of equals before."""
    others = logits.masked_fill(one_hot(y, logits.shape[1]).bool(), -torch.inf)
    return others.argsort(dim=1, descending=True, stable=True)[:, :-1]
