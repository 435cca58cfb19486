"""Adversarial training as DeepSleep is compared with (Zhao 2022, §4.1): the control goes on, on attacked images."""

import torch
from torch import Tensor

from sleep_robustness.attacks import pgd_loss
from sleep_robustness.attacks.fgsm import gradient_sign, loss
from sleep_robustness.data import Dataset
from sleep_robustness.defences.control import one_hot_labels, train_with
from sleep_robustness.networks import Network, copy_of
from sleep_robustness.randomness import torch_stream

PARAMETERS = {
    "by": {"enum": ["fgsm", "pgd"], "description": "fgsm or pgd"},
    "strength": {"type": "number", "exclusiveMinimum": 0, "description": "a number above 0"},
    "step": {"type": ["number", "null"], "exclusiveMinimum": 0, "description": "a number above 0, or null"},
    "share": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "description": "a share above 0"},
    "epochs": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "examples": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
}
STEPS = 10  # of PGD


def fit(dataset: Dataset, params: dict, base: Network | None = None, seed: int = 0, device: str = "cpu") -> Network:
    """Go on with the control's training, at its batch and rate, on what an attack by the loss makes of its images.

    params: those of the control; by, FGSM, or PGD of STEPS steps of length `step` from a random point; strength, its L∞
    limit ε; the share of the batches that are attacked; epochs; examples, the first of the training images. Attacks are on the
    network as it is at that moment, in evaluation mode.
    """
    network, rng, x = copy_of(base), torch_stream("adversarial training", seed), torch.from_numpy(dataset.train_x)
    x = x[: params["examples"]].to(device)
    pgd = {"strengths": [params["strength"]], "steps": STEPS, "step": params["step"], "relative": False, "keep": True}

    def attacked(rows: Tensor, targets: Tensor) -> Tensor:
        if torch.rand((), generator=rng) >= params["share"]:
            return rows
        network.eval()
        labels = targets.argmax(1)
        if params["by"] == "pgd":
            found = pgd_loss.run(network, rows, labels, pgd, rng).details["adversarials"][1]
            changed = torch.from_numpy(found).to(rows)
        else:
            sign, _ = gradient_sign(network, rows, labels, loss)
            changed = (rows + params["strength"] * sign).clamp(*dataset.bounds)
        network.train()
        return changed

    train_with(params, network, x, one_hot_labels(dataset, device)[: len(x)], rng, attacked)
    return network
