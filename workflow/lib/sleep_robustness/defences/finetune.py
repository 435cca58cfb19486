"""Fine-tuning on an attack or a distortion (paper §3 and §8.1)."""

import numpy as np
import torch
from torch import Tensor

from sleep_robustness.attacks import attack
from sleep_robustness.data import Dataset
from sleep_robustness.defences.control import one_hot_labels, train_with
from sleep_robustness.distortions import blur, noise
from sleep_robustness.errors import UserError
from sleep_robustness.networks import copy_of, in_float64
from sleep_robustness.networks.relu import ReluNetwork
from sleep_robustness.randomness import numpy_stream, torch_stream

PARAMETERS = {
    "tuned_on": {
        "enum": ["fgsm", "noise", "blur", "deepfool", "jsma", "boundary"],
        "description": "fgsm, noise, blur, deepfool, jsma or boundary",
    },
    "strongest": {"type": ["number", "null"], "exclusiveMinimum": 0, "description": "a strength above 0, or null"},
    "attack": {"type": ["string", "null"], "description": "the name of a variant of the attack, or null"},
    "measured_by": {
        "type": "array",
        "items": {"type": "string", "description": "the name of an attack or a distortion"},
        "uniqueItems": True,
        "description": "a list of attacks and distortions, each once",
    },
    "examples": {
        "anyOf": [{"type": "integer", "minimum": 1}, {"const": "all"}],
        "description": "a whole number from 1, or all",
    },
    "keep_originals": {"type": "boolean", "description": "true or false"},
    "learning_rate": {"type": "number", "exclusiveMinimum": 0, "maximum": 10, "description": "a number above 0, 10 at most"},
    "epochs": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
}


def fit(dataset: Dataset, params: dict, base: ReluNetwork | None = None, seed: int = 0, device: str = "cpu") -> ReluNetwork:
    """Train the control further, at a lower rate, on a mixture of changed and original training images.

    params: those of the control, with `tuned_on`, what the images are changed by; `strongest`, the end of the range from 0 that
    strengths are drawn from uniformly (FGSM: for each pixel; noise and blur: for each image, our choice); `attack`, the
    parameters of the other attacks, which change an image into what they end with on the control, adversarial or not;
    `examples`, how many images from the first are changed; `keep_originals`, whether they are added to the originals or stand
    in their place. The released code keeps the momentum of the control's last batch; here it starts from 0.
    """
    count = len(dataset.train_x) if params["examples"] == "all" else params["examples"]
    x, targets = torch.from_numpy(dataset.train_x).to(device), one_hot_labels(dataset, device)
    on, precise = params["tuned_on"], in_float64(base)
    if params.get("attack"):
        rng = torch_stream(f"attack {on} on training images", seed)
        changed = attack(on).run(precise, x[:count].double(), targets[:count].argmax(1), params["attack"], rng).adversarial
    else:
        change = {"fgsm": _fgsm, "noise": _distorted, "blur": _distorted}[on]
        changed = change(x[:count], targets[:count], precise, dataset, params, numpy_stream(f"strengths of {on}", seed))
    originals = slice(0 if params["keep_originals"] else count, None)
    network = copy_of(base)
    mixture, labels = torch.cat([changed, x[originals]]), torch.cat([targets[:count], targets[originals]])
    train_with(params, network, mixture, labels, torch_stream("second training", seed))
    return network


def _fgsm(x: Tensor, targets: Tensor, base: ReluNetwork, dataset: Dataset, params: dict, rng: np.random.Generator) -> Tensor:
    """x moved along the sign of the base's loss gradient, by a strength of its own for each pixel."""
    x = x.double().requires_grad_()
    logits = base.logits(x)
    (gradient,) = torch.autograd.grad(logits, x, base.delta(logits.detach(), targets))
    strengths = torch.from_numpy(rng.uniform(0, params["strongest"], x.shape)).to(x)
    return (x.detach() + strengths * gradient.sign()).clamp(*dataset.bounds)


def _distorted(
    x: Tensor, targets: Tensor, base: ReluNetwork, dataset: Dataset, params: dict, rng: np.random.Generator
) -> Tensor:
    """x as images, each under noise or blur of a strength of its own. Raises UserError for features that were to be blurred."""
    if params["tuned_on"] == "blur" and len(dataset.shape) < 2:
        raise UserError("finetune: images can be blurred, features cannot; leave the variant out for this data set.")
    images = x.cpu().numpy().reshape(-1, 1, *dataset.shape)
    options = {"clip": dataset.bounds, "reach": 2}
    apply = {"noise": noise.apply, "blur": blur.apply}[params["tuned_on"]]
    strengths = rng.uniform(0, params["strongest"], len(images))
    changed = [apply(image, strength, rng, options) for image, strength in zip(images, strengths, strict=True)]
    return torch.from_numpy(np.concatenate(changed).reshape(len(x), -1)).to(x)
