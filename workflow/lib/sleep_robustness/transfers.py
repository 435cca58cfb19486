"""Transfer: the images that an attack made on one network, shown to others."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from sleep_robustness.attacks import IMAGES, AttackResult
from sleep_robustness.errors import UserError
from sleep_robustness.networks import Network


@torch.no_grad()
def shown(network: Network, x: Tensor, y: Tensor, made: Mapping[str, np.ndarray]) -> AttackResult:
    """What a network makes of attacked images. x [n, d], y [n]: the images before, and their labels.

    made: what the attack kept: `adversarials` [k, n, d] at its `strengths` [k], the first of which is 0, or one `adversarial`
    [n, d] of each. Each image is judged by itself: what fools at a smaller strength need not fool at a larger one. Strength is
    the smallest that fools or, of an attack that has none, the distance; 0 where the network is wrong on x. details:
    strengths [k], or ∞ alone, and right bool [n, k]; zero_output [n], all outputs for x are 0. Raises UserError
    where the attack kept no images.
    """
    if IMAGES not in made and "adversarial" not in made:
        raise UserError("transfer: the attack kept no images; set keep: true in the config of the variant that makes them.")
    images = torch.from_numpy(made[IMAGES] if IMAGES in made else np.stack([x.cpu().numpy(), made["adversarial"]])).to(x)
    right = torch.stack([network.predict(some) == y for some in images], dim=1).cpu().numpy()
    distances = torch.stack([(some - x).square().mean(1) for some in images], dim=1).double().cpu().numpy()
    strengths = made["strengths"] if IMAGES in made else None
    found, rows = ~right.all(1), np.arange(len(x))
    first = (~right).argmax(1)
    distance = np.where(found, distances[rows, first], np.inf)
    details = {"zero_output": (network(x) == 0).all(1).cpu().numpy()}
    if strengths is None:
        details |= {"strengths": np.array([np.inf]), "right": right[:, 1:]}
        return AttackResult(distance, distance, found & right[:, 0], images[1], details)
    strength = np.where(found, strengths[first], np.inf)
    return AttackResult(strength, distance, found & right[:, 0], None, details | {"strengths": strengths, "right": right})
