"""Projected gradient descent up the training loss under an L∞ limit (Madry et al. 2018), by foolbox.

The loss may hide its gradient; `pgd` goes up margins of logits, which do not.
"""

import torch
from foolbox import Misclassification
from foolbox.attacks import LinfProjectedGradientDescentAttack
from torch import Tensor
from torch.nn.functional import one_hot

from sleep_robustness.attacks import AttackResult, check_input, each_strength, in_batches
from sleep_robustness.attacks.fgsm import OBJECTIVES, gradient_sign
from sleep_robustness.attacks.wrapped import seeded, wrapped
from sleep_robustness.networks import Network

NEEDS = ()
PARAMETERS = {
    "strengths": {"$ref": "#/$defs/strengths", "description": "a list of different numbers above 0"},
    "steps": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "step": {"type": "number", "exclusiveMinimum": 0, "description": "a number above 0"},
    "relative": {"type": "boolean", "description": "true or false"},
    "keep": {"type": "boolean", "description": "true or false"},
}
BATCH = 500  # examples attacked at a time


def run(network: Network, x: Tensor, y: Tensor, params: dict, rng: torch.Generator) -> AttackResult:
    """Attack every example at each ε of `strengths`, from a random point of its ball, by `steps` steps.

    step: their length, as a share of ε if it is `relative`; keep: whether the attacked images are kept, for other networks.
    Strength is the smallest ε that fools the network. details: those of `each_strength`, and zero_gradient [n], the loss's
    gradient at x is 0 everywhere.
    """
    return by_steps(network, x, y, params, rng, random_start=True)


def by_steps(network: Network, x: Tensor, y: Tensor, params: dict, rng: torch.Generator, random_start: bool) -> AttackResult:
    """Steps along the sign of the loss's gradient, params and details as of `run`; they begin at x without `random_start`."""
    check_input(network, x, y)
    model, length = wrapped(network, raw=True), "rel_stepsize" if params["relative"] else "abs_stepsize"
    attack = _UpTheLoss(network, steps=params["steps"], random_start=random_start, **{length: params["step"]})

    def make(epsilon):
        def go(x, y):
            with seeded(rng):
                attacked = attack.run(model, x, Misclassification(y), epsilon=epsilon)
            return attacked, torch.zeros(len(x), dtype=torch.bool)

        return in_batches(go, x, y, BATCH, f"PGD at ε = {epsilon:.3g}")[0]

    result = each_strength(network, x, y, params["strengths"], make, params["keep"])
    pieces = zip(x.split(BATCH), y.split(BATCH), strict=True)
    zero = [gradient_sign(network, *piece, OBJECTIVES["loss"])[1]["zero_gradient"] for piece in pieces]
    result.details["zero_gradient"] = torch.cat(zero).cpu().numpy()
    return result


class _UpTheLoss(LinfProjectedGradientDescentAttack):
    """With the network's own training loss, at the temperature that it has."""

    def __init__(self, network: Network, **options):
        super().__init__(**options)
        self.network = network

    def get_loss_fn(self, model, labels):
        def loss(inputs):
            logits = model(inputs)
            targets = one_hot(labels.raw, logits.shape[1]).to(logits.raw)
            return type(logits)(self.network.loss(logits.raw, targets).sum())

        return loss
