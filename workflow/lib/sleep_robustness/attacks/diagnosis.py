"""What tells whether an attack is at fault, beside the attacks: transfer from the control, the scale of the logits, what is
predicted before any attack, and whether BatchNorm has the statistics of what it is given."""

import numpy as np
import torch
from torch import Tensor, nn

from sleep_robustness.attacks.fgsm import OBJECTIVES, gradient_sign, grid
from sleep_robustness.networks import Network


@torch.no_grad()
def diagnose(network: Network, control: Network | None, x: Tensor, y: Tensor, params: dict) -> dict[str, np.ndarray]:
    """What the checks need beside the attacks, for inputs x [n, d] and labels y [n].

    control: None if the network is the control; params: those of FGSM. transfer float64 [n], the smallest of FGSM's ε at which
    what it makes on the control fools the network: 0 where the network was wrong before, ∞ where none does; logit_scale [n],
    the largest logit less the second, at the network's temperature; before int64 [n], the classes that x are given; and of a
    network with BatchNorm, the same of all x, `mismatch` [n] and, where there is a control, `unlearnt` [n].
    """
    logits = network.logits(x)
    largest, second = (logits.topk(2, dim=1)[0] / (network.temperature or 1)).T
    found = {"logit_scale": (largest - second).double().cpu().numpy(), "before": network.decided(logits).cpu().numpy()}
    normalised = any(isinstance(layer, nn.BatchNorm2d) for layer in network.modules())
    if normalised:
        found["mismatch"] = np.full(len(x), mismatch(network, x))
    if control is None:
        return found
    if normalised:
        found["unlearnt"] = np.full(len(x), unlearnt(network, control))
    with torch.enable_grad():
        sign, _ = gradient_sign(control, x, y, OBJECTIVES[params["objective"]])
    strengths = grid(params)
    wrong = np.stack([(network.predict((x + e * sign).clamp(*network.bounds)) != y).cpu().numpy() for e in strengths], axis=1)
    transfer = np.where(wrong.any(1), strengths[wrong.argmax(1)], np.inf)
    return {"transfer": transfer} | found


@torch.no_grad()
def mismatch(network: Network, x: Tensor) -> float:
    """How far BatchNorm's stored statistics are from those of what x [n, d] gives it, at most over all channels: of the mean in
    stored standard deviations, of the standard deviation itself in powers of 2."""
    found, layers = [], [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]

    def compare(layer: nn.BatchNorm2d, given: tuple[Tensor], _: Tensor) -> None:
        variance, mean = torch.var_mean(given[0].double(), (0, 2, 3))
        stored = layer.running_var.double() + layer.eps
        found.append((mean - layer.running_mean).abs() / stored.sqrt())
        found.append(((variance + layer.eps) / stored).log2().abs() / 2)

    hooks = [layer.register_forward_hook(compare) for layer in layers]
    try:
        network.logits(x)
    finally:
        for hook in hooks:
            hook.remove()
    return torch.cat(found).max().item()


def unlearnt(network: Network, control: Network) -> float:
    """The share of layers that no stage has taught anything: their weights are the control's, but for the mean and the scale of
    each neuron's. Both networks have the same layers."""
    both = zip(network.named_parameters(), control.named_parameters(), strict=True)
    same = [torch.allclose(_standard(own), _standard(other), atol=1e-4) for (_, own), (_, other) in both if own.dim() > 1]
    return float(np.mean(same))


def _standard(weight: Tensor) -> Tensor:
    """Each neuron's weights, with mean 0 and length 1."""
    rows = weight.detach().double().flatten(1)
    return torch.nn.functional.normalize(rows - rows.mean(1, keepdim=True))
