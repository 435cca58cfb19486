"""Stochastic gradient descent as Tadros et al.'s released code does it, for their ReLU network."""

from collections.abc import Sequence

import torch
from torch import Tensor

from sleep_robustness.networks.relu import ReluNetwork
from sleep_robustness.training import Change, Step, run, unchanged


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
    """Train as `run` does. Classical momentum, v ← momentum·v + g and W ← W − learning_rate·v, with the loss averaged over a
    batch; dropout masks come from `rng` too."""

    def begin(network: ReluNetwork) -> Step:
        velocities = [torch.zeros_like(weight) for weight in network.weights]

        def step(x: Tensor, targets: Tensor) -> Tensor:
            return _step(network, x, targets, network.dropout_masks(len(x), rng), velocities, learning_rate, momentum)

        return step

    run(network, x, targets, begin, epochs=epochs, batch=batch, rng=rng, change=change)


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
