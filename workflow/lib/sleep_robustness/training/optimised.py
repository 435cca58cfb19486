"""Training of any network by an optimiser of torch, with gradients by autograd."""

import torch
from torch import Tensor

from sleep_robustness.networks import Network
from sleep_robustness.training import Change, Loss, Step, run, unchanged

OPTIMISERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}


def train(
    network: Network,
    x: Tensor,
    targets: Tensor,
    *,
    epochs: int,
    batch: int,
    optimiser: str,
    options: dict,
    rng: torch.Generator,
    change: Change = unchanged,
    drop_last: bool = False,
    loss: Loss = Network.loss,
) -> None:
    """Train as `run` does, with the loss averaged over a batch; optimiser: one of OPTIMISERS; options: its arguments, as lr."""

    def begin(network: Network) -> Step:
        own = OPTIMISERS[optimiser](network.parameters(), **options)

        def step(x: Tensor, targets: Tensor) -> Tensor:
            logits = network.logits(x)
            own.zero_grad()
            loss(network, logits, targets).mean().backward()
            own.step()
            return logits.detach()

        return step

    run(network, x, targets, begin, epochs=epochs, batch=batch, rng=rng, change=change, drop_last=drop_last)
