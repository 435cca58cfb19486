"""Jacobian saliency map attack (Papernot et al. 2016; paper §2 and §8.1): pixel by pixel, towards a target class and away from
the others. foolbox 3 has none, so `JSMA` is written as one of its attacks."""

from collections.abc import Callable

import eagerpy as ep
import torch
from foolbox import Misclassification
from foolbox.attacks.base import MinimizationAttack, get_criterion, raise_if_kwargs, verify_input_bounds
from foolbox.distances import l2
from foolbox.models.base import Model
from torch import Tensor
from torch.nn.functional import one_hot

from sleep_robustness.attacks import AttackResult, check_input, in_batches, judged
from sleep_robustness.attacks.wrapped import wrapped
from sleep_robustness.models import ReluNetwork

PARAMETERS = {
    "share": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "description": "a share above 0, 1 at most"},
    "steps": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "changes": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "dropout": {"type": "boolean", "description": "true or false"},
}
BATCH = 500  # examples attacked at a time


def run(network: ReluNetwork, x: Tensor, y: Tensor, params: dict, rng: torch.Generator) -> AttackResult:
    """Attack every example with `JSMA` under the network's own loss J. Strength is the distance.

    params: share, steps and changes as in `JSMA`; dropout, whether it is active while the attack looks at the network, as in
    the released code; whether the attack has succeeded is judged without.
    """
    check_input(network, x, y)
    model = wrapped(network, rng if params["dropout"] else None)
    attack = JSMA(params["share"], params["steps"], params["changes"], network.outputs)
    return judged(network, x, y, *in_batches(lambda x, y: attack.search(model, x, y), x, y, BATCH, "JSMA"))


class JSMA(MinimizationAttack):
    """In each step the pixel of the smallest product α·β moves against the sign of α, by `share` of its image's range.

    α = ∂J_t/∂x with t the runner-up class at the start, and β = Σ_c ∂J_c/∂x − C·α over all C classes. A pixel stays as it is
    after so many `changes`, or when one has brought it to the smallest or largest value of its image. An image leaves when
    it is misclassified, after so many `steps`, or when no pixel is left. `outputs` gives the outputs a of a model's
    logits for a loss J_c whose gradient by the logits is a − e_c: softmax for cross-entropy. Images of any shape, any number of
    classes; the model must be of torch, the criterion misclassification.
    """

    distance = l2

    def __init__(
        self,
        share: float = 0.1,
        steps: int = 500,
        changes: int = 7,
        outputs: Callable[[Tensor], Tensor] = lambda logits: torch.softmax(logits, 1),
    ):
        self.share, self.steps, self.changes, self.outputs = share, steps, changes, outputs

    def run(self, model: Model, inputs, criterion, *, early_stop: float | None = None, **kwargs):
        """Attacked inputs, of the type and shape given; those that are misclassified from the start as they are."""
        raise_if_kwargs(kwargs)
        original, restore = ep.astensor_(inputs)
        verify_input_bounds(original, model)
        criterion = get_criterion(criterion)
        if not isinstance(criterion, Misclassification):
            raise ValueError("JSMA knows no other criterion than misclassification")
        attacked, _ = self.search(model, original.raw, criterion.labels.raw)
        return restore(ep.astensor(attacked))

    def search(self, model: Model, inputs: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Attacked inputs, of the shape given, and bool [n], whether the model's last look at each was wrong."""
        attacked, shape = inputs.flatten(1).clone(), inputs.shape[1:]
        # what belongs to the examples that are still at work, by their numbers `rows`
        x, rows = attacked.clone(), torch.arange(len(attacked), device=attacked.device)
        low, high = x.amin(1), x.amax(1)
        times, free = torch.zeros_like(x, dtype=torch.int32), torch.ones_like(x, dtype=torch.bool)
        target, found = None, torch.zeros(len(x), dtype=torch.bool, device=x.device)
        for step in range(self.steps + 1):
            x.requires_grad_()
            logits = model(x.reshape(-1, *shape))
            found[rows] = logits.argmax(1) != labels[rows]
            going = ~found[rows] & free.any(1)
            attacked[rows[~going]] = x.detach()[~going]
            if target is None:
                target = torch.sort(logits.detach(), dim=1, descending=True, stable=True).indices[:, 1]
            if step == self.steps or not going.any():
                attacked[rows] = x.detach()
                break
            towards = one_hot(target, logits.shape[1]).to(logits)
            by_target = self.outputs(logits.detach()) - towards
            (alpha,) = torch.autograd.grad(logits, x, by_target, retain_graph=True)
            (beta,) = torch.autograd.grad(logits, x, logits.shape[1] * towards - 1)  # Σ_c (a − e_c) − C·(a − e_t)
            x = x.detach()
            if not going.all():
                x, rows, low, high, times, free, target, alpha, beta = (
                    kept[going] for kept in (x, rows, low, high, times, free, target, alpha, beta)
                )
            each = torch.arange(len(x), device=x.device)
            pixel = torch.where(free, alpha * beta, torch.inf).argmin(1)
            moved = x[each, pixel] - self.share * (high - low) * alpha[each, pixel].sign()
            moved = torch.minimum(torch.maximum(moved, low), high)
            x[each, pixel] = moved
            times[each, pixel] += 1
            free[each, pixel] = (times[each, pixel] < self.changes) & (moved > low) & (moved < high)
        return attacked.reshape(inputs.shape), found
