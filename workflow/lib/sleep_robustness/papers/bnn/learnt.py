"""A network that learns tasks one after the other, and what is kept of it after each (Pham et al. 2021, §1 to §3)."""

import hashlib
import json
import logging
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from sleep_robustness.attacks import PIECE
from sleep_robustness.data import Dataset
from sleep_robustness.errors import UserError
from sleep_robustness.files import atomic, readable
from sleep_robustness.networks import copy_of, estimate_statistics
from sleep_robustness.networks.binary import BinaryNetwork
from sleep_robustness.papers.bnn.tasks import ClassTasks, Tasks
from sleep_robustness.randomness import torch_stream
from sleep_robustness.training.metaplastic import train

log = logging.getLogger("sleep_robustness")


@dataclass
class Learnt:
    """form: the arguments of its `BinaryNetwork`; done: what is known after each task, the first first.

    What is known: weights, one for each layer; norms, BatchNorm's state by the name of its statistics: "running", as they are
    when the task ends, or "estimated" then on the task's training images; right, the share of test images of each task that the
    network is right on with the BatchNorm of that task, or with the present one if it is yet to come; history, loss and
    accuracy of each epoch. afterwards: each task's BatchNorm with statistics that are estimated on its training images when all
    tasks have been learnt: a bound, since a method has no old images.
    """

    form: dict
    done: list[dict] = field(default_factory=list)
    afterwards: list[dict] = field(default_factory=list)

    def network(self, after: int, norm: int, statistics: str = "running") -> BinaryNetwork:
        """The network in float64 with the weights that it had after a task and the BatchNorm of one. Raises UserError for a
        BatchNorm that is not kept."""
        kept = self.afterwards if statistics == "afterwards" else [own["norms"][statistics] for own in self.done]
        if not 1 <= norm <= len(kept):
            raise UserError(
                f"network: it keeps no BatchNorm ({statistics}) of task {norm}; it has learnt {len(self.done)} tasks."
            )
        network = BinaryNetwork(**self.form)
        with torch.no_grad():
            for weight, own in zip(network.layers, self.done[after - 1]["weights"], strict=True):
                weight.copy_(own)
        network.norms.load_state_dict(kept[norm - 1])
        return network.double().eval().requires_grad_(False)

    def save(self, path: str | os.PathLike) -> None:
        """Write one file: a text, JSON, in which numbers stand for tensors, and the tensors behind it. Equal networks then give
        equal files; pickles of equal texts can differ."""
        tensors: list[Tensor] = []

        def number(tensor: Tensor) -> dict:
            tensors.append(tensor)
            return {"tensor": len(tensors) - 1}

        facts = json.dumps(vars(self), default=number)
        with atomic(path) as temporary, temporary.open("wb") as file:
            torch.save([facts, *tensors], file)

    @classmethod
    def load(cls, path: str | os.PathLike) -> "Learnt":
        """Read what `save` wrote. Raises UserError for another file, and where a weight is 0 or not finite, and so has no
        sign."""
        with readable(path):
            facts, *tensors = torch.load(path, weights_only=True)
            learnt = cls(**json.loads(facts, object_hook=lambda own: tensors[own["tensor"]] if "tensor" in own else own))
        for task, own in enumerate(learnt.done, start=1):
            signed = learnt.form["real"] or all((weight != 0).all() for weight in own["weights"])
            if not signed or not all(weight.isfinite().all() for weight in own["weights"]):
                raise UserError(f"{path}: after task {task} a hidden weight is 0 or not finite; delete the file and run again.")
        return learnt


def learn(
    dataset: Dataset,
    tasks: Tasks | ClassTasks,
    params: Mapping,
    seed: int,
    partial: Path | None = None,
    device: str = "cpu",
) -> tuple[Learnt, dict[int, float]]:
    """Let a network learn all tasks; it, and the seconds that an epoch of each task took.

    params: width, layers (hidden), real, m, form, lipschitz, epochs, batch, learning_rate, decay, spread, examples (of the
    training images, from the first), estimated_on (of these). partial: a file that holds what has been learnt so far, so that a
    kill costs one task; what was learnt before has no seconds. Optimiser and order of the examples begin anew with each task;
    nothing else does.
    Raises UserError where training diverges.
    """
    sizes = [dataset.train_x.shape[1], *[params["width"]] * params["layers"], dataset.classes]
    network = BinaryNetwork(sizes, params["real"], dataset.bounds)
    network.initialise(params["spread"], torch_stream("hidden weights", seed))
    learnt = Learnt(network.form)
    if partial and partial.exists():
        learnt = Learnt.load(partial)
        network = learnt.network(len(learnt.done), len(learnt.done)).float().requires_grad_()
        log.info("goes on after task %d", len(learnt.done))
    network = network.to(device)
    x, y, outputs = dataset.train_x[: params["examples"]], dataset.train_y[: params["examples"]], torch.eye(dataset.classes)
    named = {name: params[name] for name in ("epochs", "batch", "learning_rate", "decay", "m", "form", "lipschitz")}
    seconds = {}
    for task in range(len(learnt.done) + 1, len(tasks) + 1):
        own, labels = tasks.shown(x, y, task)
        shown, targets = torch.from_numpy(own).to(device), outputs[labels]
        network.history, rng = None, torch_stream("order of a task", seed, task)
        start = time.perf_counter()
        train(network.requires_grad_(), shown, targets.to(device), **named, rng=rng)
        seconds[task] = (time.perf_counter() - start) / params["epochs"]
        learnt.done.append(_known(network, shown[: params["estimated_on"]]))
        learnt.done[-1]["right"] = [
            accuracy(learnt.network(task, min(task, other)), *tasks.shown(dataset.test_x, dataset.test_y, other))
            for other in range(1, len(tasks) + 1)
        ]
        log.info("task %d: right on %s", task, ", ".join(f"{share:.3f}" for share in learnt.done[-1]["right"]))
        if partial:
            learnt.save(partial)
    for task in range(1, len(tasks) + 1):
        network = learnt.network(len(tasks), task).to(device)
        own, _ = tasks.shown(x, y, task, params["estimated_on"])
        estimate_statistics(network, torch.from_numpy(own).double().to(device))
        learnt.afterwards.append(_state(network))
    return learnt, seconds


def partial_file(file: Path, inputs: Iterable[str], *params: Mapping) -> Path:
    """Where what has been learnt so far lies, beside the file of all; another one for other files of code and data, and other
    parameters."""
    digest = hashlib.blake2b(json.dumps(params, sort_keys=True).encode(), digest_size=8)
    for one in inputs:
        digest.update(Path(one).read_bytes())
    return file.with_name(f".{file.stem}.{digest.hexdigest()}.partial{file.suffix}")


def remove_partial(file: Path) -> None:
    """Remove what such files there are."""
    for one in file.parent.glob(f".{file.stem}.*.partial{file.suffix}"):
        one.unlink()


def accuracy(network: BinaryNetwork, x: np.ndarray, y: np.ndarray) -> float:
    """The share of test images x [n, d] of classes y [n] that a network is right on."""
    return (predictions(network, x) == y).mean().item()


def predictions(network: BinaryNetwork, x: np.ndarray, size: int = PIECE) -> np.ndarray:
    """The classes that a network gives x [n, d], int64 [n], so many at a time, which matters to one in training mode."""
    rows = torch.from_numpy(x).to(network.device, network.precision).split(size)
    return torch.cat([network.predict(some) for some in rows]).cpu().numpy()


def _known(network: BinaryNetwork, shown: Tensor) -> dict:
    """What `Learnt` keeps of a network that has just learnt a task, but for `right`."""
    if not network.real and not all((weight != 0).all() for weight in network.layers):
        raise UserError("training: a hidden weight is exactly 0 and so has no sign; lower learning_rate in the config.")
    estimated = copy_of(network).double()
    estimate_statistics(estimated, shown.double())
    return {
        "weights": [weight.detach().cpu().clone() for weight in network.layers],
        "norms": {"running": _state(network), "estimated": _state(estimated)},
        "history": network.history.to_dict("list"),
    }


def _state(network: BinaryNetwork) -> dict[str, Tensor]:
    """The state of all BatchNorms, in float32."""
    return {
        name: values.detach().cpu().float() if values.is_floating_point() else values.cpu().clone()
        for name, values in network.norms.state_dict().items()
    }
