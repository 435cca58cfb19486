"""Fast gradient sign method (Goodfellow et al. 2014; paper §2, score in §5): clip(x + ε·sign ∇ₓ, bounds) on a grid of ε."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from sleep_robustness.attacks import IMAGES, AttackResult, check_input
from sleep_robustness.errors import UserError
from sleep_robustness.networks import Network
from sleep_robustness.progress import progress

NEEDS = ()
PARAMETERS = {
    "objective": {"enum": ["loss", "margin", "logit"], "description": "loss, margin or logit"},
    "among": {"enum": ["all", "right"], "description": "all or right"},
    "keep": {"type": "boolean", "description": "true or false"},
    "epsilon_step": {"type": ["number", "null"], "minimum": 1e-4, "maximum": 1, "description": "a number from 0.0001 to 1"},
    "steps": {"type": ["integer", "null"], "minimum": 1, "maximum": 1000, "description": "a whole number from 1 to 1000"},
    "strengths": {
        "type": ["array", "null"],
        "items": {"type": "number", "exclusiveMinimum": 0, "description": "a number above 0"},
        "minItems": 1,
        "uniqueItems": True,
        "description": "a list of different numbers above 0, or null",
    },
}
BATCH = 1000  # examples attacked at a time


def loss(network: Network, logits: Tensor, y: Tensor) -> Tensor:
    """Gradient by the logits of the network's own training loss J; y int64 [n] → [n, classes].

    With a ReLU on the output it points the wrong way, raising the true class, wherever the true output exceeds 1; under
    softmax it is exactly 0 wherever the probabilities saturate.
    """
    return network.delta(logits, one_hot(y, logits.shape[1]).to(logits))


def margin(network: Network, logits: Tensor, y: Tensor) -> Tensor:
    """Gradient by the logits of max_{c≠y} z_c − z_y, which a misclassification makes positive; y int64 [n] → [n, classes].

    For class 0 of a network with a ReLU on the output z_y is 0 at least, since all outputs at 0 count as class 0: where it is
    below, only the rival's rise can fool the network.
    """
    true = one_hot(y, logits.shape[1]).to(logits)
    rival = logits.masked_fill(true.bool(), -torch.inf).argmax(1)
    if network.temperature is None:
        true[:, 0] *= logits[:, 0] > 0
    return one_hot(rival, logits.shape[1]).to(logits) - true


def logit(network: Network, logits: Tensor, y: Tensor) -> Tensor:
    """Gradient by the logits of −z_y, whatever the other classes do: a negative log-likelihood that is given logits in place of
    log-probabilities (the released code of Pham et al. 2021); y int64 [n] → [n, classes]."""
    return -one_hot(y, logits.shape[1]).to(logits)


Objective = Callable[[Network, Tensor, Tensor], Tensor]
OBJECTIVES: dict[str, Objective] = {"loss": loss, "margin": margin, "logit": logit}


def grid(params: dict) -> np.ndarray:
    """The strengths ε tried, float64 [k]: 0, and `strengths`, sorted, or, without them, `steps` multiples of epsilon_step.

    Raises UserError where both are given, or neither.
    """
    listed, step, steps = (params.get(name) for name in ("strengths", "epsilon_step", "steps"))
    if (listed is None) == (step is None or steps is None):
        raise UserError("fgsm: it needs either strengths or both epsilon_step and steps; set the others to null.")
    return np.array([0, *sorted(listed)]) if listed else (np.arange(steps + 1) * step).round(10)


def run(network: Network, x: Tensor, y: Tensor, params: dict, rng: torch.Generator) -> AttackResult:
    """Attack every example at every ε of the grid, with the gradient taken once, at x, dropout off.

    params: objective ("loss", "margin" or "logit"); epsilon_step and steps, or strengths, as for `grid`; among, which examples
    accuracies are of, "all" or those "right" before the attack; keep, whether the attacked images are kept, for other networks
    to be shown. Strength is the smallest ε of the grid that is misclassified. details: strengths [k]; right bool [n, k],
    classified right at each ε; left [n], at each of them and where ε is the bounds' whole range; zero_output [n], all outputs
    are 0, which counts as class 0; zero_gradient [n], the gradient is 0 everywhere; wrong_way [n], it raises the true class's
    output; counted [n], if not all are; adversarials [k, n, d], if they are kept. FGSM draws no random numbers: `rng` is not
    used.
    """
    check_input(network, x, y)
    strengths = grid(params)
    low, high = network.bounds
    right, left = np.empty((len(x), len(strengths)), bool), np.empty(len(x), bool)
    distances = np.empty((len(x), len(strengths)))
    flags = {name: np.empty(len(x), bool) for name in ("zero_gradient", "wrong_way", "zero_output")}
    images = np.empty((len(strengths), *x.shape), np.float32) if params.get("keep") else None
    for rows in progress(np.array_split(np.arange(len(x)), -(-len(x) // BATCH)), what=f"FGSM, batches of {BATCH}"):
        inputs, labels = x[rows], y[rows]
        sign, by_batch = gradient_sign(network, inputs, labels, OBJECTIVES[params["objective"]])
        by_batch["zero_output"] = (network(inputs) == 0).all(1)
        for name, flag in flags.items():
            flag[rows] = by_batch[name].detach().cpu()
        left[rows] = (network.predict((inputs + (high - low) * sign).clamp(low, high)) == labels).cpu()
        for column, epsilon in enumerate(strengths):
            attacked = (inputs + epsilon * sign).clamp(low, high)
            right[rows, column] = (network.predict(attacked) == labels).cpu()
            distances[rows, column] = (attacked - inputs).square().mean(1).cpu()
            if images is not None:
                images[column, rows] = attacked.cpu()
    first, found = (~right).argmax(1), ~right.all(1)
    asked = {"counted": right[:, 0]} if params.get("among") == "right" else {}
    asked |= {} if images is None else {IMAGES: images}
    return AttackResult(
        strength=np.where(found, strengths[first], np.inf),
        distance=np.where(found, distances[np.arange(len(x)), first], np.inf),
        success=found & right[:, 0],
        details={"strengths": strengths, "right": right, "left": left & right.all(1), **flags, **asked},
    )


def gradient_sign(network: Network, x: Tensor, y: Tensor, objective: Objective) -> tuple[Tensor, dict[str, Tensor]]:
    """Sign of the objective's gradient by x, [n, d], and what `run` tells of the gradient, bool [n] each."""
    x = x.clone().requires_grad_()
    logits = network.logits(x)
    by_logits = objective(network, logits.detach(), y)
    (gradient,) = torch.autograd.grad(logits, x, by_logits)
    return gradient.sign(), {
        "zero_gradient": (gradient == 0).all(1),
        "wrong_way": by_logits.gather(1, y[:, None])[:, 0] > 0,
    }
