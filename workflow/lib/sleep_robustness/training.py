"""The one training loop: stochastic gradient descent as the released code does it."""

import logging
import math
import time
from collections.abc import Callable, Sequence

import pandas as pd
import torch
from torch import Tensor

from sleep_robustness.errors import UserError
from sleep_robustness.models import ReluNetwork
from sleep_robustness.progress import progress

log = logging.getLogger("sleep_robustness")

# What is trained on, [b, d], made from the examples of a batch, [b, d], and their targets, [b, classes]
Change = Callable[[Tensor, Tensor], Tensor]


def unchanged(x: Tensor, targets: Tensor) -> Tensor:
    """The examples themselves."""
    return x


def train(
    network: ReluNetwork,
    x: Tensor,
    targets: Tensor,
    *,
    epochs: int,
    batch: int,
    learning_rate: float,
    momentum: float,
    rng: torch.Generator,
    change: Change = unchanged,
) -> None:
    """Train `network` in place on x [n, d] with targets [n, classes] (one-hot or soft), or on what `change` makes of each batch
    of x as it comes; the loss is averaged over a batch.

    Classical momentum, v ← momentum·v + g and W ← W − learning_rate·v; a new order of the examples each epoch; order and
    dropout masks come from `rng`, a generator on the CPU. Adds to network.history one row an epoch: epoch, mean training loss,
    and the share of training examples classified right while training (dropout on).
    Meanwhile the network, and what `change` is given, is float64; afterwards it has its own precision again. In float32
    a rounding, which differs between makes of processor, grows in a thousand steps until the networks are others.
    Raises UserError when the loss or a weight stops being finite.
    """
    precision, network.largest = network.weights[0].dtype, None
    network.double()
    velocities = [torch.zeros_like(weight) for weight in network.weights]
    history = []
    for epoch in range(1, epochs + 1):
        start, loss, right = time.perf_counter(), 0.0, 0
        order = torch.randperm(len(x), generator=rng).to(x.device)
        for rows in progress(order.split(batch), what=f"epoch {epoch} of {epochs}, batches"):
            own = targets[rows].double()
            given = change(x[rows].double(), own)
            logits = _step(network, given, own, network.dropout_masks(len(rows), rng), velocities, learning_rate, momentum)
            loss += network.loss(logits, own).sum().item()
            right += (logits.argmax(1) == own.argmax(1)).sum().item()
        history.append({"epoch": epoch, "loss": loss / len(x), "accuracy": right / len(x)})
        log.info("epoch %d: loss %.4f, accuracy %.4f, %.1f s", *history[-1].values(), time.perf_counter() - start)
        if not (math.isfinite(loss) and all(weight.to(precision).isfinite().all() for weight in network.weights)):
            raise UserError(
                f"training diverged in epoch {epoch}: the loss is {loss / len(x)}; lower learning_rate in the config."
            )
    network.to(precision)
    network.history = pd.concat([network.history, pd.DataFrame(history)])


@torch.no_grad()
def _step(
    network: ReluNetwork,
    x: Tensor,
    targets: Tensor,
    masks: Sequence[Tensor],
    velocities: Sequence[Tensor],
    learning_rate: float,
    momentum: float,
) -> Tensor:
    """Move weights and velocities by one batch; the logits [b, classes] before.

    Backpropagation is written out, since autograd takes a quarter more time: it makes new arrays of the size of the weights for
    the gradients, where here each product is added to its velocity at once.
    """
    inputs, slopes = [x], []
    for weight, mask in zip(network.weights[:-1], masks, strict=True):
        before = inputs[-1] @ weight.T
        inputs.append(torch.relu(before) * mask)
        slopes.append((before > 0) & mask)
    logits = inputs[-1] @ network.weights[-1].T
    error = network.delta(logits, targets) / len(x)
    for layer in reversed(range(len(network.weights))):
        weight, velocity = network.weights[layer], velocities[layer]
        velocity.addmm_(error.T, inputs[layer], beta=momentum)
        if layer:
            error = (error @ weight) * slopes[layer - 1]
        weight.add_(velocity, alpha=-learning_rate)
    return logits
