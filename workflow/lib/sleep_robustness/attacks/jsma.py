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
from sleep_robustness.networks import Network
from sleep_robustness.networks.relu import ReluNetwork

NEEDS = ("dropout_masks",)
PARAMETERS = {
    "share": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "description": "a share above 0, 1 at most"},
    "steps": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "changes": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "dropout": {"type": "boolean", "description": "true or false"},
}
BATCH = 500  # examples attacked at a time


def run(network: Network, x: Tensor, y: Tensor, params: dict, rng: torch.Generator) -> AttackResult:
    """Attack every example with `JSMA` under the network's own loss J. Strength is the distance.

    params: share, steps and changes as in `JSMA`; dropout, whether it is active while the attack looks at the network, as in
    the released code; whether the attack has succeeded is judged without.
    """
    check_input(network, x, y)
    model = wrapped(network, rng if params["dropout"] else None)
    attack = JSMA(params["share"], params["steps"], params["changes"], network.outputs)
    by_steps = not params["dropout"] and isinstance(network, ReluNetwork) and len(network.sizes) > 2

    def search(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        return attack.search(_BySteps(network, x) if by_steps else _ByAutograd(model, x), y)

    return judged(network, x, y, *in_batches(search, x, y, BATCH, "JSMA"))


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
        attacked, _ = self.search(_ByAutograd(model, original.raw), criterion.labels.raw)
        return restore(ep.astensor(attacked.reshape(original.shape)))

    @torch.no_grad()
    def search(self, view: "_ByAutograd | _BySteps", labels: Tensor) -> tuple[Tensor, Tensor]:
        """Attacked inputs, [n, d], and bool [n], whether the last look at each found it misclassified."""
        attacked = view.x.clone()
        # what belongs to the examples that are still at work, by their numbers `rows`
        rows, low, high = torch.arange(len(attacked), device=attacked.device), view.x.amin(1), view.x.amax(1)
        times, closed = torch.zeros_like(attacked, dtype=torch.int32), torch.zeros_like(attacked)  # closed: 0, or ∞
        towards, found = None, torch.zeros(len(attacked), dtype=torch.bool, device=attacked.device)
        for step in range(self.steps + 1):
            values = view.values()
            found[rows] = values.argmax(1) != labels[rows]
            going = ~found[rows] & (closed == 0).any(1)
            attacked[rows[~going]] = view.x[~going]
            if towards is None:
                target = torch.sort(values, dim=1, descending=True, stable=True).indices[:, 1]
                towards = one_hot(target, values.shape[1]).to(values)
            if step == self.steps or not going.any():
                attacked[rows] = view.x
                break
            if not going.all():
                view.keep(going)
                values, rows, low, high, times, closed, towards = (
                    kept[going] for kept in (values, rows, low, high, times, closed, towards)
                )
            # J_t and, by Σ_c (a − e_c) − C·(a − e_t), what of β stays the same
            alpha, beta = view.gradients(self.outputs(values) - towards, values.shape[1] * towards - 1)
            pixel = torch.addcmul(closed, alpha, beta).argmin(1)
            each = torch.arange(len(rows), device=rows.device)
            moved = view.x[each, pixel] - self.share * (high - low) * alpha[each, pixel].sign()
            moved = torch.minimum(torch.maximum(moved, low), high)
            view.move(pixel, moved)
            times[each, pixel] += 1
            closed[each, pixel] = torch.where(
                (times[each, pixel] < self.changes) & (moved > low) & (moved < high), 0, torch.inf
            ).to(closed)
        return attacked, found


class _ByAutograd:
    """Any model of torch at examples x, flattened to [n, d]: its values, and their gradients by x."""

    def __init__(self, model: Model, inputs: Tensor):
        self.model, self.shape, self.x = model, inputs.shape[1:], inputs.flatten(1).clone()

    def values(self) -> Tensor:
        """The model's values, [n, classes]."""
        self._x = self.x.clone().requires_grad_()
        with torch.enable_grad():
            self._values = self.model(self._x.reshape(-1, *self.shape))
        self._going = slice(None)
        return self._values.detach()

    def keep(self, going: Tensor) -> None:
        """Go on with these examples alone; bool [n]."""
        self.x, self._going = self.x[going], going

    def gradients(self, first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
        """Of the values last asked for by x, [n, d] each, for two gradients by the values, [n, classes] each."""
        with torch.enable_grad():
            values = self._values[self._going]
        (one,) = torch.autograd.grad(values, self._x, first, retain_graph=True)
        (other,) = torch.autograd.grad(values, self._x, second)
        return one[self._going], other[self._going]

    def move(self, pixel: Tensor, to: Tensor) -> None:
        """Give one pixel of each example, int64 [n], another value, [n]."""
        self.x[torch.arange(len(to), device=to.device), pixel] = to


class _BySteps(_ByAutograd):
    """The same for a ReLU network with hidden units and no dropout, which keeps what one moved pixel leaves as it was.

    The first layer's input changes by one column of its weights. The `second` gradient is asked for with the same gradient by
    the values at every step; below the last hidden layer it changes by one row of weights for each unit there that began or
    ceased to be active: two or so of 1 200. Equal to autograd's up to rounding.
    """

    def __init__(self, network: ReluNetwork, x: Tensor):
        super().__init__(None, x)
        *hidden, last = (weight.detach() for weight in network.weights)
        self.hidden, self.last = [hidden[0], *(w * (1 - network.dropout) for w in hidden[1:])], last * (1 - network.dropout)
        self.columns, self.floor = hidden[0].T.contiguous(), 0 if network.temperature is None else -torch.inf
        self.first, self.active, self.below = x @ hidden[0].T, None, None

    def values(self) -> Tensor:
        before, self.masks = self.first, []
        for weight in self.hidden[1:]:
            self.masks.append(before > 0)
            before = torch.relu(before) @ weight.T
        self.masks.append(before > 0)
        return (torch.relu(before) @ self.last.T).clamp(min=self.floor)

    def keep(self, going: Tensor) -> None:
        super().keep(going)
        self.first, self.masks = self.first[going], [mask[going] for mask in self.masks]
        if self.below is not None:
            self.active, self.below, self.by_unit = self.active[going], self.below[going], self.by_unit[going]

    def gradients(self, first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
        (*masks, active), (*weights, top) = self.masks, self.hidden
        if self.below is None:
            self.by_unit = second @ self.last
            self.below = (self.by_unit * active) @ top
        else:
            rows, units = torch.nonzero(active != self.active, as_tuple=True)
            by_unit = self.by_unit[rows, units]
            self.below.index_add_(0, rows, torch.where(active[rows, units], by_unit, -by_unit)[:, None] * top[units])
        self.active = active
        both = torch.stack([((first @ self.last) * active) @ top, self.below])
        for mask, weight in zip(reversed(masks), reversed(weights), strict=True):
            both = both.mul_(mask) @ weight
        return both.unbind()

    def move(self, pixel: Tensor, to: Tensor) -> None:
        each = torch.arange(len(to), device=to.device)
        self.first.addcmul_(self.columns[pixel], (to - self.x[each, pixel])[:, None])
        super().move(pixel, to)
