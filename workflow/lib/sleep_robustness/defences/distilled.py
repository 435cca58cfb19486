"""Defensive distillation as DeepSleep is compared with (Zhao 2022, §4.1; Papernot et al. 2016): a teacher and a student."""

import pandas as pd
import torch
from torch import Tensor

from sleep_robustness.data import Dataset
from sleep_robustness.defences.control import fresh, one_hot_labels, train_with
from sleep_robustness.defences.distillation import soft_labels
from sleep_robustness.networks import Network, begun, copy_of
from sleep_robustness.randomness import torch_stream

PARAMETERS = {
    "of": {"type": ["string", "null"], "description": "the name of another variant, or null"},
    "temperature": {"type": "number", "exclusiveMinimum": 0, "description": "a temperature above 0"},
    "attacked_at": {"type": "number", "exclusiveMinimum": 0, "description": "a temperature above 0"},
    "teacher": {"enum": ["trained", "untrained"], "description": "trained or untrained"},
    "double_softmax": {"type": "boolean", "description": "true or false"},
    "teacher_epochs": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "epochs": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "examples": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
}
KIND = "lenet"


def fit(
    dataset: Dataset,
    params: dict,
    base: Network | None = None,
    seed: int = 0,
    device: str = "cpu",
    of: Network | None = None,
) -> Network:
    """Train a student on what a teacher says of the training images, both at the same temperature.

    params: those of the control; temperature T of both; attacked_at, the student's afterwards; teacher: trained as the control
    is, or, as the released code has it, with its initial weights; teacher_epochs, and the student's epochs; examples, so
    many of the first training images for both; double_softmax, whether, as there, the softmax's outputs go through a softmax
    again on the way to the cross-entropy. The network `of` a variant is taken as it is but for the temperature afterwards.
    """
    if of is not None:
        network = copy_of(of)
        network.temperature, network.history = params["attacked_at"], pd.DataFrame([{"temperature": params["attacked_at"]}])
        return network
    x, rng = torch.from_numpy(dataset.train_x[: params["examples"]]).to(device), torch_stream("teacher", seed)
    teacher = fresh(dataset, params, seed, device, params["temperature"])
    loss = doubled if params["double_softmax"] else Network.loss
    if params["teacher"] == "trained":
        train_with(
            params | {"epochs": params["teacher_epochs"]}, teacher, x, one_hot_labels(dataset, device)[: len(x)], rng, loss=loss
        )
    student = begun(dataset, params, torch_stream("student's initial weights", seed), params["temperature"]).to(device)
    soft = soft_labels(teacher.eval(), x)
    train_with(params, student, x, soft, torch_stream("student", seed), loss=loss)
    student.temperature = params["attacked_at"]
    return student


def doubled(network: Network, logits: Tensor, targets: Tensor) -> Tensor:
    """The cross-entropy of each example, [n], with a softmax of the network's softmax. logits, targets [n, classes]."""
    return -(targets * torch.log_softmax(network.outputs(logits), dim=1)).sum(dim=1)
