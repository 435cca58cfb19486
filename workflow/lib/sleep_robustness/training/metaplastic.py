"""Training by metaplastic Adam: weights that have grown change less easily (Laborieux et al. 2021; Pham et al. 2021, §2.2).

It is Adam (Kingma and Ba 2015) but for one thing: a step that would bring a hidden weight W nearer to 0 is multiplied by
f(m, W), which falls with |W|. m is the metaplasticity; with m = 0 it is Adam.
"""

from collections.abc import Iterable

import numpy as np
import torch
from numba import njit
from torch import Tensor

from sleep_robustness.networks.binary import BinaryNetwork
from sleep_robustness.training import Step, run

BETAS, EPSILON = (0.9, 0.999), 1e-8


@njit
def squared(m, weight):
    """The released code and Laborieux et al.: 1 − tanh²(m·|W|)."""
    small = np.exp(-2 * m * abs(weight))
    return 4 * small / (1 + small) ** 2


@njit
def absolute(m, weight):
    """1 − tanh(m·|W|)."""
    small = np.exp(-2 * m * abs(weight))
    return 2 * small / (1 + small)


@njit
def printed(m, weight):
    """As §2.2 of the final report prints it: 1 − tanh(m·W), which is above 1 and so speeds steps up where W is below 0."""
    small = np.exp(-2 * m * abs(weight))
    return 2 * small / (1 + small) if weight > 0 else 2 / (1 + small)


FORMS = ("squared", "absolute", "printed")


def train(
    network: BinaryNetwork,
    x: Tensor,
    targets: Tensor,
    *,
    epochs: int,
    batch: int,
    learning_rate: float,
    decay: float,
    m: float,
    form: str,
    lipschitz: float,
    rng: torch.Generator,
) -> None:
    """Train as `run` does, with the loss averaged over a batch and moments that begin at 0; lipschitz: β of the term whose
    gradient `lipschitz_gradient` gives."""

    def begin(network: BinaryNetwork) -> Step:
        own = MetaplasticAdam(network.layers, network.norms.parameters(), learning_rate, m, form, decay)

        def step(x: Tensor, targets: Tensor) -> Tensor:
            logits = network.logits(x)
            own.zero_grad()
            network.loss(logits, targets).mean().backward()
            for weight in network.layers if lipschitz else []:
                weight.grad += lipschitz_gradient(weight.detach(), lipschitz)
            own.step()
            return logits.detach()

        return step

    run(network, x, targets, begin, epochs=epochs, batch=batch, rng=rng)


def lipschitz_gradient(weight: Tensor, beta: float) -> Tensor:
    """The gradient of β/2·‖WᵀW − I‖² ("defensive quantization", §2.3 of the final report) by a weight matrix W, [out, in]:
    2β·W(WᵀW − I), which is 2β·(WWᵀ − I)W."""
    if len(weight) > weight.shape[1]:
        return 2 * beta * (weight @ (weight.T @ weight) - weight)
    return 2 * beta * ((weight @ weight.T) @ weight - weight)


class MetaplasticAdam(torch.optim.Optimizer):
    """hidden: the weights that are metaplastic; others, such as BatchNorm's: Adam's. rate: of learning; decay: of all weights,
    added to the gradient; m: the metaplasticity, from 0; form: of f, one of FORMS.

    On the CPU a compiled loop goes once through each array.
    """

    def __init__(
        self, hidden: Iterable[Tensor], others: Iterable[Tensor], rate: float, m: float, form: str = "squared", decay: float = 0
    ):
        groups = [{"params": list(hidden), "m": m}, {"params": list(others), "m": 0.0}]
        super().__init__([group for group in groups if group["params"]], {"rate": rate, "decay": decay, "form": form})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        """Move all weights that have a gradient."""
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    _move(weight, self.state[weight], group)


def _move(weight: Tensor, state: dict, group: dict) -> None:
    if not state:
        state |= {"steps": 0, "first": torch.zeros_like(weight), "second": torch.zeros_like(weight)}
        if weight.device.type == "cpu":
            state["flat"] = [array.view(-1).numpy() for array in (weight.detach(), state["first"], state["second"])]
            numbers = (group["decay"], group["m"], *BETAS, *(1 - beta for beta in BETAS), EPSILON)
            state["numbers"] = [state["flat"][0].dtype.type(number) for number in numbers]
    state["steps"] += 1
    corrections = [1 - beta ** state["steps"] for beta in BETAS]
    rate = group["rate"] * corrections[1] ** 0.5 / corrections[0]
    if "flat" in state:
        flat, first, second = state["flat"]
        gradient = weight.grad.reshape(-1).numpy()
        _loop(flat, gradient, first, second, flat.dtype.type(rate), *state["numbers"], FORMS.index(group["form"]))
    else:
        _by_operations(weight, weight.grad, state["first"], state["second"], rate, group)


@njit(cache=True, nogil=True, error_model="numpy")
def _loop(weight, gradient, first, second, rate, decay, m, beta1, beta2, rest1, rest2, epsilon, form):
    for i in range(len(weight)):
        w = weight[i]
        g = gradient[i] + decay * w
        first[i] = beta1 * first[i] + rest1 * g
        second[i] = beta2 * second[i] + rest2 * g * g
        step = rate * first[i] / (np.sqrt(second[i]) + epsilon)
        if m and ((w > 0 and first[i] > 0) or (w < 0 and first[i] < 0)):
            step *= squared(m, w) if form == 0 else absolute(m, w) if form == 1 else printed(m, w)
        weight[i] = w - step


def _by_operations(weight: Tensor, gradient: Tensor, first: Tensor, second: Tensor, rate: float, group: dict) -> None:
    """The same by operations of torch, for a GPU."""
    g = gradient + group["decay"] * weight
    first.lerp_(g, 1 - BETAS[0])
    second.mul_(BETAS[1]).addcmul_(g, g, value=1 - BETAS[1])
    step = rate * first / (second.sqrt() + EPSILON)
    if group["m"]:
        reach = (group["m"] * weight.abs()).tanh()
        slower = {"squared": 1 - reach.square(), "absolute": 1 - reach, "printed": 1 - reach * weight.sign()}[group["form"]]
        step = torch.where(weight * first > 0, slower * step, step)
    weight.sub_(step)
