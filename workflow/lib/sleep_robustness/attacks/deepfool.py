"""DeepFool (Moosavi-Dezfooli et al. 2016; paper §2, §8.1): step by step to the nearest class as if the network were linear."""

import torch
from foolbox import Misclassification
from foolbox.attacks import L2DeepFoolAttack
from torch import Tensor
from torch.nn.functional import one_hot

from sleep_robustness.attacks import AttackResult, check_foolboxs_own, check_input, in_batches, judged
from sleep_robustness.attacks.wrapped import wrapped
from sleep_robustness.networks import Network

NEEDS = ("jacobian", "dropout_masks")
PARAMETERS = {
    "form": {"enum": ["foolbox", "released"], "description": "foolbox or released"},
    "steps": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "overshoot": {"type": "number", "minimum": 0, "description": "a number from 0"},
    "deviations": {
        "type": "array",
        "items": {"enum": ["loss", "stale", "each_step", "exact", "unclipped", "dropout"], "description": "a deviation's name"},
        "uniqueItems": True,
        "description": "a list of deviations among loss, stale, each_step, exact, unclipped and dropout",
    },
}
BATCH = 100  # examples attacked at a time
MARGIN = 1e-4  # L2 by which foolbox's steps go beyond the boundary


def run(network: Network, x: Tensor, y: Tensor, params: dict, rng: torch.Generator) -> AttackResult:
    """Attack every example. Strength is the distance.

    params: form, foolbox's own attack or that of the released code; steps at most; overshoot, by which each example goes
    further than to the boundary. `deviations` are what the released code has otherwise; without any its form does as foolbox's:
    loss       classes are told apart by the loss J of each, not by the logits;
    stale      losses, and the gradients of all classes but the true one, are those of the original x;
    each_step  the overshoot lengthens each step, not the sum of all;
    exact      steps end on the linear boundary, not MARGIN behind it, and clipped inputs may come to a stand before it;
    unclipped  the input may leave the network's bounds;
    dropout    is active, drawn anew in each step, while the attack looks at the network.
    """
    check_input(network, x, y)
    check_foolboxs_own(params)
    if params["form"] == "foolbox":
        attack = L2DeepFoolAttack(steps=params["steps"], candidates=None, overshoot=params["overshoot"], loss="logits")

        def go(x, y):
            attacked = attack.run(wrapped(network, raw=True, floored=y == 0), x, Misclassification(y))
            return attacked, network.predict(attacked) != y
    else:

        def go(x, y):
            return _released(network, x, y, params, rng)

    deviations = params["deviations"]
    return judged(network, x, y, *in_batches(go, x, y, BATCH, "DeepFool"), bounded="unclipped" not in deviations)


def _released(network: Network, x: Tensor, y: Tensor, params: dict, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Attacked x [n, d], and bool [n], whether the last look at each said that it is misclassified.

    In each step to the class j of the smallest |Δ|/‖g‖, by −|Δ|/‖g‖²·g, with g = ∇J_j − ∇J_y and Δ = J_y − J_j, where J_c is
    the loss whose target is class c, or −z_c without the deviation `loss`.
    """
    loss, stale, each_step, exact, unclipped, dropout = (
        name in params["deviations"] for name in ("loss", "stale", "each_step", "exact", "unclipped", "dropout")
    )
    attacked, moved = x.clone(), torch.zeros_like(x)
    rows = torch.arange(len(x), device=x.device)
    for step_number in range(params["steps"] + 1):
        logits, slopes = network.jacobian(attacked[rows], network.dropout_masks(len(rows), rng) if dropout else None)
        going = network.decided(logits) == y[rows]
        rows, logits, slopes = rows[going], logits[going], slopes[going]
        if not len(rows) or step_number == params["steps"]:
            break
        true = one_hot(y[rows], logits.shape[1]).to(x)
        at = logits, slopes
        if stale:
            at = network.jacobian(x[rows], network.dropout_masks(len(rows), rng) if dropout else None)
        losses, gradients = _by_class(network, *at, y[rows], loss)
        here = gradients
        if stale:
            here = _by_class(network, logits, slopes, y[rows], loss)[1]
        g = gradients - (here * true[:, :, None]).sum(1, keepdim=True)
        delta = ((losses * true).sum(1, keepdim=True) - losses).abs()
        length = g.square().sum(2).sqrt()
        away = (delta / length).masked_fill(true.bool() | (length == 0), torch.inf)  # how far each class is, L2
        best = away.argmin(1)
        each = torch.arange(len(rows), device=x.device)
        far = (away + (0 if exact else MARGIN))[each, best, None]
        step = torch.where(far.isinf(), 0, -far / length[each, best, None] * g[each, best])
        if each_step:
            attacked[rows] += (1 + params["overshoot"]) * step
        else:
            moved[rows] += step
            attacked[rows] = x[rows] + (1 + params["overshoot"]) * moved[rows]
        if not unclipped:
            attacked[rows] = attacked[rows].clamp(*network.bounds)
    found = torch.ones(len(x), dtype=torch.bool, device=x.device)
    found[rows] = False
    return attacked, found


def _by_class(network: Network, logits: Tensor, slopes: Tensor, y: Tensor, loss: bool) -> tuple[Tensor, Tensor]:
    """J_c [n, classes] and its gradients by x, [n, classes, d], for each class c; y [n], the true ones.

    Without `loss` J_0 is 0 at most where class 0 is the true one of a network with a ReLU on the output, since all outputs at 0
    count as class 0.
    """
    if not loss:
        losses, gradients = -logits, -slopes
        if network.temperature is None:
            floored = (y == 0) & (logits[:, 0] < 0)
            losses[floored, 0] = 0
            gradients[floored, 0] = 0
        return losses, gradients
    classes = torch.eye(logits.shape[1], device=logits.device)
    losses = torch.stack([network.loss(logits, target.expand_as(logits)) for target in classes], dim=1)
    return losses, (network.outputs(logits)[:, None] @ slopes) - slopes
