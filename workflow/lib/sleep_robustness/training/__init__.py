"""Trainings: one file each, which says how a batch moves a network; the loop over epochs and batches is here.

Each file has train(network, x, targets, *, epochs, batch, …, rng, change).
"""

import logging
import math
import time
from collections.abc import Callable

import pandas as pd
import torch
from torch import Tensor

from sleep_robustness.errors import UserError
from sleep_robustness.networks import Network
from sleep_robustness.progress import progress

log = logging.getLogger("sleep_robustness")

# What is trained on, [b, d], made from the examples of a batch, [b, d], and their targets, [b, classes]
Change = Callable[[Tensor, Tensor], Tensor]
# What is made small, [b], of a network's logits and targets, both [b, classes]
Loss = Callable[[Network, Tensor, Tensor], Tensor]
# Moves a network by a batch, [b, d], with targets [b, classes]; gives the logits before, [b, classes]
Step = Callable[[Tensor, Tensor], Tensor]


def unchanged(x: Tensor, targets: Tensor) -> Tensor:
    """The examples themselves."""
    return x


def run(
    network: Network,
    x: Tensor,
    targets: Tensor,
    begin: Callable[[Network], Step],
    *,
    epochs: int,
    batch: int,
    rng: torch.Generator,
    change: Change = unchanged,
    drop_last: bool = False,
) -> None:
    """Train `network` in place on x [n, d] with targets [n, classes] (one-hot or soft), or on what `change` makes of each batch
    of x as it comes; begin(network) gives the step that is taken for each.

    A new order of the examples each epoch, from `rng`, a generator on the CPU; what does not fill a batch is left out if
    `drop_last`. Adds to network.history one row an epoch: epoch,
    mean training loss, and the share of training examples classified right while training.
    Meanwhile the network, and what `change` is given, is float64; afterwards it has its own precision again, as by
    `Network.to_precision`. In float32 a rounding, which differs between makes of processor, grows in a thousand steps until the
    networks are others.
    Raises UserError when the loss or a weight stops being finite, and when no batch is full that must be.
    """
    taken = len(x) - len(x) % batch if drop_last else len(x)
    if not taken:
        raise UserError(f"training: {len(x)} examples do not fill a batch of {batch}; lower batch in the config.")
    precision, network.largest = network.precision, None
    step = begin(network.double().train())
    history = []
    for epoch in range(1, epochs + 1):
        start, loss, right = time.perf_counter(), 0.0, 0
        order = torch.randperm(len(x), generator=rng)[:taken].to(x.device)
        for rows in progress(order.split(batch), what=f"epoch {epoch} of {epochs}, batches"):
            own = targets[rows].double()
            logits = step(change(x.index_select(0, rows).double(), own), own)  # faster than x[rows]
            loss += network.loss(logits, own).sum().item()
            right += (logits.argmax(1) == own.argmax(1)).sum().item()
        history.append({"epoch": epoch, "loss": loss / taken, "accuracy": right / taken})
        log.info("epoch %d: loss %.4f, accuracy %.4f, %.1f s", *history[-1].values(), time.perf_counter() - start)
        if not (math.isfinite(loss) and all(weight.to(precision).isfinite().all() for weight in network.parameters())):
            raise UserError(
                f"training diverged in epoch {epoch}: the loss is {loss / taken}; lower learning_rate in the config."
            )
    network.to_precision(precision).eval()
    network.history = pd.concat([network.history, pd.DataFrame(history)])
