"""The Adversarial Robustness Toolbox's DeepFool and saliency attack on our networks: what ours are compared with.

It is no dependency of the project: `pip install adversarial-robustness-toolbox==1.20.1`.
"""

import numpy as np
import torch
from art.attacks.evasion import DeepFool, SaliencyMapMethod
from art.estimators.classification import PyTorchClassifier
from torch import nn

from sleep_robustness.attacks.wrapped import AsModule


def classifier(network) -> PyTorchClassifier:
    """The network as the Toolbox takes it, by its logits."""
    return PyTorchClassifier(
        AsModule(network, raw=True).eval(),
        loss=nn.CrossEntropyLoss(),
        input_shape=(network.sizes[0],),
        nb_classes=network.sizes[-1],
        clip_values=network.bounds,
        device_type="cpu",
    )


def deepfool(network, x, steps: int, overshoot: float, batch: int):
    """What its DeepFool ends with, [n, d]."""
    attack = DeepFool(classifier(network), steps, overshoot, nb_grads=network.sizes[-1], batch_size=batch, verbose=False)
    return torch.from_numpy(attack.generate(x.numpy()))


def saliency(network, x, share: float, batch: int):
    """What its saliency attack ends with, [n, d], towards the runner-up class, where our JSMA goes too; it moves two pixels
    a step, upwards alone, by the gradient of the target alone."""
    target = network.logits(x).detach().topk(2, dim=1).indices[:, 1].numpy()
    attack = SaliencyMapMethod(classifier(network), theta=share, gamma=1.0, batch_size=batch, verbose=False)
    return torch.from_numpy(attack.generate(x.numpy(), np.eye(network.sizes[-1], dtype=np.float32)[target]))
