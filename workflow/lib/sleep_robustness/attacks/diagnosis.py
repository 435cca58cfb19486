"""What tells whether an attack is at fault, beside the attacks: transfer from the control, the scale of the logits."""

import numpy as np
import torch
from torch import Tensor

from sleep_robustness.attacks.fgsm import OBJECTIVES, gradient_sign, grid
from sleep_robustness.networks import Network


@torch.no_grad()
def diagnose(network: Network, control: Network | None, x: Tensor, y: Tensor, params: dict) -> dict[str, np.ndarray]:
    """What the checks need beside the attacks, for inputs x [n, d] and labels y [n].

    control: None if the network is the control; params: those of FGSM. transfer float64 [n], the smallest of FGSM's ε at which
    what it makes on the control fools the network: 0 where the network was wrong before, ∞ where none does; logit_scale [n],
    the largest logit less the second, at the network's temperature.
    """
    largest, second = (network.logits(x).topk(2, dim=1)[0] / (network.temperature or 1)).T
    scale = {"logit_scale": (largest - second).double().cpu().numpy()}
    if control is None:
        return scale
    with torch.enable_grad():
        sign, _ = gradient_sign(control, x, y, OBJECTIVES[params["objective"]])
    strengths = grid(params)
    wrong = np.stack([(network.predict((x + e * sign).clamp(*network.bounds)) != y).cpu().numpy() for e in strengths], axis=1)
    transfer = np.where(wrong.any(1), strengths[wrong.argmax(1)], np.inf)
    return {"transfer": transfer} | scale
