"""A network as a foolbox model, foolbox's random numbers, and its attacks that look for near adversarials."""

from collections.abc import Iterator
from contextlib import contextmanager

import foolbox
import torch
from foolbox.attacks.base import MinimizationAttack
from torch import Tensor, nn

from sleep_robustness.attacks import AttackResult, check_input, each_strength, in_batches
from sleep_robustness.networks import Network

BATCH = 500  # examples attacked at a time


def wrapped(
    network: Network, dropout: torch.Generator | None = None, raw: bool = False, floored: Tensor | None = None
) -> foolbox.PyTorchModel:
    """The network as foolbox takes it, with the network's bounds.

    Its values are what the network classifies by (after the output ReLU, where there is one), its gradients those of the
    logits, as the released code has them; if `raw` both are the logits'. Where no output of a ReLU is above 0 the network
    decides for class 0, however low its logit is: in rows in which `floored`, bool [n] or [], is true it is 0 at least. With a
    generator hidden units are dropped as in training, anew each time it is called.
    """
    module = AsModule(network, dropout, raw, floored).eval()
    return foolbox.PyTorchModel(module, bounds=network.bounds, device=network.device)


@contextmanager
def seeded(rng: torch.Generator) -> Iterator[None]:
    """For code that draws from torch's global generator: it is seeded from `rng`, and afterwards left as it was."""
    with torch.random.fork_rng():
        torch.manual_seed(int(torch.randint(2**62, (1,), generator=rng)))
        yield


def shortened(
    network: Network,
    x: Tensor,
    y: Tensor,
    strengths: list[float],
    attack: MinimizationAttack,
    rng: torch.Generator,
    what: str,
) -> AttackResult:
    """The result of an attack that looks for near adversarials, at each of some distances: what it found, brought to the
    distance where it is farther, as foolbox does.

    So an example that is fooled at one distance need not be at a larger one. Strength is the smallest that fools the network;
    details: those of `each_strength`. what: the attack's name in the log.
    """
    check_input(network, x, y)
    model = wrapped(network, raw=True)

    def go(x, y):
        with seeded(rng):
            attacked = attack.run(model, x, foolbox.Misclassification(y))
        return attacked, torch.zeros(len(x), dtype=torch.bool)

    found, _ = in_batches(go, x, y, BATCH, what)
    return each_strength(network, x, y, strengths, lambda epsilon: attack.distance.clip_perturbation(x, found, epsilon), False)


class AsModule(nn.Module):
    """The network as a module whose outputs are those that `wrapped` describes."""

    def __init__(
        self,
        network: Network,
        dropout: torch.Generator | None = None,
        raw: bool = False,
        floored: Tensor | None = None,
    ):
        super().__init__()
        self.network, self.dropout, self.raw, self.floored = network, dropout, raw, floored

    def forward(self, x: Tensor) -> Tensor:
        network = self.network
        masks = None if self.dropout is None else network.dropout_masks(len(x), self.dropout)
        logits = network.logits(x, masks)
        if network.temperature is not None:
            return logits
        if self.raw and self.floored is not None:
            first = torch.where(self.floored, logits[:, 0].clamp(min=0), logits[:, 0])
            return torch.cat([first[:, None], logits[:, 1:]], dim=1)
        if self.raw:
            return logits
        return logits + (torch.relu(logits) - logits).detach()
