"""AutoAttack (Croce and Hein 2020) under an L∞ limit, by pyautoattack: no attack of the paper, the standard check of it."""

import math
from copy import deepcopy

import torch
from pyautoattack import AutoAttack
from torch import Tensor, nn

from sleep_robustness.attacks import AttackResult, at_strengths, check_input, each_strength
from sleep_robustness.attacks.wrapped import AsModule, seeded
from sleep_robustness.errors import UserError
from sleep_robustness.networks import Network

NEEDS = ()
PARAMETERS = {
    "strengths": {"$ref": "#/$defs/strengths", "description": "a list of different numbers above 0"},
    "steps": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "queries": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "keep": {"type": "boolean", "description": "true or false"},
}


def run(network: Network, x: Tensor, y: Tensor, params: dict, rng: torch.Generator) -> AttackResult:
    """Attack every example at each ε of `strengths` with the standard version: APGD on cross-entropy and, for each other class,
    on the difference of logits, FAB, and Square; steps: of the first three, 100 in the standard; queries: of Square, 5 000 in
    the standard. Strength is the smallest ε that fools the network.

    keep: whether all images are attacked at each ε, and kept for other networks to be shown; what is not fooled is kept as it
    was. details: those of `at_strengths`, or of `each_strength` if images are kept. Images are attacked in float32, all that
    pyautoattack knows, and judged in the network's own precision. Raises UserError for inputs that `as_images` refuses.
    """
    check_input(network, x, y)
    (model, shape), classes = as_images(in_float32(network), x), network.classes

    def fool(rows, epsilon):
        seed = int(torch.randint(2**31, (1,), generator=rng))
        with seeded(rng):
            attack = AutoAttack(model, norm="Linf", eps=epsilon, seed=seed, device=x.device)
            attack.apgd_targeted.n_target_classes = attack.fab.n_target_classes = min(9, classes - 1)
            attack.apgd.n_iter = attack.apgd_targeted.n_iter = attack.fab.n_iter = params["steps"]
            attack.square.n_queries = params["queries"]
            attacked, _ = attack.run_standard_evaluation(x[rows].float().reshape(-1, *shape), y[rows])
        return attacked.flatten(1).to(x.dtype)

    if params["keep"]:
        return each_strength(network, x, y, params["strengths"], lambda epsilon: fool(slice(None), epsilon), keep=True)
    return at_strengths(network, x, y, params["strengths"], fool)


def in_float32(network: Network) -> Network:
    """The network, or a copy in float32 of one in another precision."""
    return network if network.precision == torch.float32 else deepcopy(network).float()


def as_images(network: Network, x: Tensor) -> tuple[nn.Module, tuple[int, int, int]]:
    """The network as pyautoattack takes it, of images, and their shape (channel, side, side).

    Raises UserError for inputs x [n, d] that are no square images in [0, 1], which Square needs, and for less than 4 classes,
    which the difference of logits ratio needs.
    """
    side, classes = math.isqrt(x.shape[1]), network.classes
    if side**2 != x.shape[1] or tuple(network.bounds) != (0, 1) or classes < 4:
        raise UserError(
            f"autoattack: it needs square images in [0, 1] and 4 classes, not {x.shape[1]} values in {network.bounds[0]:g} to "
            f"{network.bounds[1]:g} and {classes} classes; leave it out for this data set."
        )
    return nn.Sequential(nn.Flatten(), AsModule(network, raw=True, floored=torch.tensor(True, device=x.device))), (
        1,
        side,
        side,
    )
