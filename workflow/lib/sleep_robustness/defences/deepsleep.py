"""DeepSleep (Zhao 2022, §3): a convolutional network sleeps slowly, by U-STDP, and fast, by backpropagation through time."""

import logging
from collections.abc import Mapping

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from sleep_robustness.attacks.fgsm import gradient_sign, loss
from sleep_robustness.data import Dataset
from sleep_robustness.defences.control import one_hot_labels
from sleep_robustness.errors import UserError
from sleep_robustness.networks import copy_of, estimate_statistics
from sleep_robustness.networks.lenet import LeNet, images
from sleep_robustness.networks.spiking_lenet import SpikingLeNet
from sleep_robustness.progress import progress
from sleep_robustness.randomness import numpy_stream, torch_stream
from sleep_robustness.spiking import ustdp
from sleep_robustness.training import Change, optimised, unchanged

log = logging.getLogger("sleep_robustness")

PARAMETERS = {
    "of": {"type": ["string", "null"], "description": "the name of another variant, or null"},
    "statistics": {
        "enum": [None, "fresh", "carried", "estimated"],
        "description": "null (a spiking network), fresh, carried or estimated",
    },
    "cycles": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
    "slow": {
        "type": ["object", "null"],
        "additionalProperties": False,
        "required": ["steps", "rates", "length", "conv2", "examples"],
        "properties": {
            "steps": {
                "type": "array",
                "items": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
                "minItems": 1,
                "description": "a list of whole numbers from 1, one for each level",
            },
            "rates": {
                "type": ["array", "null"],
                "items": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "description": "a share above 0"},
                "description": "a list of shares, one for each level, or null",
            },
            "length": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
            "conv2": {"enum": ["frozen", "learning"], "description": "frozen or learning"},
            "examples": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
        },
        "description": "a mapping of steps, rates, length, conv2 and examples, or null",
    },
    "fast": {
        "type": ["object", "null"],
        "additionalProperties": False,
        "required": ["neurons", "epochs", "examples", "input", "noise", "share", "made_on"],
        "properties": {
            "neurons": {"enum": ["spiking", "relu"], "description": "spiking or relu"},
            "input": {"enum": ["image", "spikes"], "description": "image or spikes"},
            "epochs": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
            "examples": {"type": "integer", "minimum": 1, "description": "a whole number from 1"},
            "noise": {"type": "number", "minimum": 0, "maximum": 1, "description": "a number from 0 to 1"},
            "share": {"type": "number", "minimum": 0, "maximum": 1, "description": "a share from 0 to 1"},
            "made_on": {"enum": ["control", "mixture"], "description": "control or mixture"},
        },
        "description": "a mapping of neurons, epochs, examples, input, noise, share and made_on, or null",
    },
    "measured_by": {
        "type": "array",
        "items": {"type": "string", "description": "the name of an attack or a distortion"},
        "uniqueItems": True,
        "description": "a list of attacks and distortions, each once",
    },
}
KIND = "lenet"
RATE = 0.1  # of learning in fast sleep


def fit(
    dataset: Dataset, params: dict, base: LeNet | None = None, seed: int = 0, device: str = "cpu", of: LeNet | None = None
) -> LeNet:
    """Let the control, or the network `of` a variant, sleep, `cycles` times slow and then fast, and hand it back.

    params: those of the control; slow and fast, null for none, as for `slow_sleep` and `fast_sleep`; statistics, of the
    BatchNorm of the network that is handed back: "fresh", mean 0 and variance 1; "carried" over from the spiking network or,
    without a fast sleep, from what it began with; "estimated" on the training images; or None for the spiking network itself.
    Slow and fast sleep draw from streams of their own: a variant that sleeps fast, `of` one that slept slowly, gives the
    network of one that does both. A network `of` a variant counts as one that has slept slowly. Raises UserError for another
    kind of network.
    """
    if not isinstance(base, LeNet):
        raise UserError(f"deepsleep: it takes networks of the kind {KIND}, not {base.kind}; take it out of the config.")
    started, awake = base if of is None else of, params["fast"] and params["fast"]["neurons"] == "relu"
    asleep, history = begun(started, LeNet if awake else SpikingLeNet), []
    slow, fast, keys = (*(torch_stream(f"{wave}-wave sleep", seed) for wave in ("slow", "fast")), numpy_stream("U-STDP", seed))
    for cycle in range(params["cycles"]):
        if params["slow"]:
            x = torch.from_numpy(dataset.train_x).double().to(device)
            rows = slow_sleep(asleep.to(device), x, params["slow"], params["batch"], slow, keys)
            asleep.to_precision(torch.float32).double()  # as it would be read from its file
            history.append(rows.assign(cycle=cycle + 1))
        if params["fast"]:
            asleep.history = None
            fast_sleep(asleep, base, dataset, params, fast, device, slept=bool(of or params["slow"]))
            history.append(asleep.history.assign(cycle=cycle + 1))
    if params["fast"] is None:  # nothing has gathered statistics
        asleep.load_state_dict(dict(started.named_buffers()), strict=False)
    network = (
        handed_back(asleep, dataset, params["statistics"], device)
        if params["statistics"]
        else asleep.to_precision(torch.float32).to(device).eval()
    )
    network.history = pd.concat(history) if history else pd.DataFrame([{"statistics": params["statistics"]}])
    return network


def begun(base: LeNet, kind: type[LeNet] = SpikingLeNet) -> LeNet:
    """A network of a kind with a LeNet's weights, in float64 on the CPU; its BatchNorm has gathered no statistics."""
    network = kind(**base.form).double()
    with torch.no_grad():
        for name, own in base.named_parameters():
            network.get_parameter(name).copy_(own.cpu())
    return network


@torch.no_grad()
def slow_sleep(
    network: LeNet, x: Tensor, params: Mapping, batch: int, rng: torch.Generator, keys: np.random.Generator
) -> pd.DataFrame:
    """Change the weights by U-STDP, level by level; one row for each epoch and layer: steps, layer, spikes.

    x float64 [n, 784], where the network is; params: `steps` of each level; `rates`, null to show the images themselves, or of
    each level that of the spikes that they are shown as; `length`, the epochs of each level; conv2, whether its filters learn
    or, as the released code does it, are only normalised; and `examples`, so many of which are shown in an epoch. In an epoch
    the layers learn one after the other, each from the spikes of the one before. The linear layer's thresholds go on through
    all levels. keys: of draws among neurons. Raises UserError if no batch is full, and for rates that are not one for each
    level.
    """
    if min(params["examples"], len(x)) < batch:
        raise UserError(
            f"slow sleep: {min(params['examples'], len(x))} examples do not fill a batch of {batch}; raise examples."
        )
    rates = params["rates"] or [None] * len(params["steps"])
    if len(rates) != len(params["steps"]):
        raise UserError(f"slow sleep: {len(rates)} rates for {len(params['steps'])} levels; there must be one for each.")
    asleep, rows = _Asleep(network, rng, keys), []
    for steps, rate in zip(params["steps"], rates, strict=True):
        for _ in range(params["length"]):
            learners = {"conv1": asleep.learn_conv1, "conv2": asleep.learn_conv2, "linear": asleep.learn_linear}
            if params["conv2"] == "frozen":
                del learners["conv2"]
            asleep.reset()
            for layer, learn in learners.items():
                chosen = list(ustdp.batches(len(x), batch, rng))[: params["examples"] // batch]
                shown = progress(chosen, what=f"slow sleep, {steps} steps, {layer}")
                spikes = sum(learn(images(x[rows]), steps, rate).sum().item() for rows in shown)
                rows.append({"steps": steps, "layer": layer, "spikes": spikes})
                log.info("slow sleep, %d steps: %.0f spikes of %s", steps, spikes, layer)
    network.linear.weight.copy_(asleep.linear.weight)
    return pd.DataFrame(rows)


class _Asleep:
    """The layers of a network in slow sleep. Each `learn` is shown a batch for so many steps, at a rate or as it is, and gives
    the spikes of its layer, [n, …]."""

    def __init__(self, network: LeNet, rng: torch.Generator, keys: np.random.Generator):
        self.first, self.second = network.conv1.weight, network.conv2.weight
        self.linear, self.rng, self.keys = ustdp.Linear(network.linear.weight), rng, keys
        self.reset()

    def reset(self) -> None:
        """Begin an epoch: voltages of convolutions at 0, and the second one's filters normalised."""
        self.voltages = None, None
        self.second.copy_(ustdp.normalised(self.second))

    def learn_conv1(self, x: Tensor, steps: int, rate: float | None) -> Tensor:
        seen = self._first(x, steps, rate)
        self.first.copy_(ustdp.learnt(self.first, seen.derivative))
        return seen.counts

    def learn_conv2(self, x: Tensor, steps: int, rate: float | None) -> Tensor:
        given = ustdp.passed_on(self._first(x, steps, rate, learning=False).counts)
        seen = ustdp.watched(given, steps, self.second, self._key())
        self.second.copy_(ustdp.learnt(self.second, seen.derivative))
        return seen.counts

    def learn_linear(self, x: Tensor, steps: int, rate: float | None) -> Tensor:
        one, two = self.voltages  # which nothing resets while this layer learns
        first = self._first(x, steps, rate, one, learning=False)
        given = ustdp.passed_on(first.counts)
        second = ustdp.watched(given, steps, self.second, self._key(), two, learning=False)
        self.voltages = first.voltages, second.voltages
        return self.linear.learn(ustdp.passed_on(second.counts).flatten(1), steps, self._key())

    def _first(
        self, x: Tensor, steps: int, rate: float | None, voltages: Tensor | None = None, *, learning: bool = True
    ) -> ustdp.Watched:
        """What comes of showing a batch to the first convolution, as it is or as spikes."""
        if rate is None:
            return ustdp.watched(x, steps, self.first, self._key(), voltages, learning=learning)
        times = ustdp.spikes_for(x, steps, rate, self.rng)
        return ustdp.watched_spikes(times, rate * x, self.first, self._key(), voltages, learning=learning)

    def _key(self) -> int:
        """A key of draws."""
        return int(self.keys.integers(2**63))


def fast_sleep(
    network: LeNet, control: LeNet, dataset: Dataset, params: dict, rng: torch.Generator, device: str, *, slept: bool
) -> None:
    """Train the network in place, as `training.run` does: a spiking one or, as a control of ours, one of ReLUs, which is awake.

    params: those of the data set's training, and fast: neurons, spiking or relu, as the network has them; epochs; examples, the
    first of the training images; input, whether it is shown the image, or spikes drawn in each step with the probability of its
    pixels; share of the batches that are replaced by what FGSM makes of them, by the loss, at the strength `noise`; and
    made_on, the network on which, the `control` or the `mixture` that the released code attacks: the network's convolutions and
    BatchNorm as they are at that moment, with the control's statistics and, if it has slept slowly before, the control's linear
    layer.
    Raises UserError for ReLUs that are to be shown spikes.
    """
    fast = params["fast"]
    if fast["neurons"] == "relu" and fast["input"] == "spikes":
        raise UserError("fast sleep: its neurons are relu, which are shown images; set input to image.")
    x, labels = torch.from_numpy(dataset.train_x[: fast["examples"]]).to(device), one_hot_labels(dataset, device)
    if isinstance(network, SpikingLeNet):
        network.draws = rng if fast["input"] == "spikes" else None
    attacked = copy_of(control).double()
    if fast["made_on"] == "mixture":
        for name in ("conv1", "conv2", *([] if slept else ["linear"])):
            getattr(attacked, name).weight = getattr(network, name).weight
        for name in ("norm1", "norm2"):
            getattr(attacked, name).weight, getattr(attacked, name).bias = (
                getattr(network, name).weight,
                getattr(network, name).bias,
            )
    optimised.train(
        network.to(device),
        x,
        labels[: len(x)],
        epochs=fast["epochs"],
        batch=params["batch"],
        optimiser="sgd",
        options={"lr": RATE},
        drop_last=True,
        rng=rng,
        change=_noise(attacked.to(device), fast, dataset.bounds, rng) if fast["noise"] else unchanged,
    )


def handed_back(asleep: LeNet, dataset: Dataset, statistics: str, device: str) -> LeNet:
    """The LeNet with a spiking network's weights; statistics: of its BatchNorm, see `fit`."""
    network = LeNet(**asleep.form).double()
    state = asleep.state_dict()
    network.load_state_dict({name: state[name] for name in network.state_dict()})
    if statistics != "carried":
        for norm in (network.norm1, network.norm2):
            norm.reset_running_stats()
    if statistics == "estimated":
        estimate_statistics(network, torch.from_numpy(dataset.train_x).double())
    return network.to_precision(torch.float32).to(device).eval()


def _noise(attacked: LeNet, fast: Mapping, bounds: tuple[float, float], rng: torch.Generator) -> Change:
    """Replaces batches by FGSM's images on a network, as `fast` says."""

    def change(x: Tensor, targets: Tensor) -> Tensor:
        if torch.rand((), generator=rng) >= fast["share"]:
            return x
        sign, _ = gradient_sign(attacked.eval(), x, targets.argmax(1), loss)
        return (x + fast["noise"] * sign).clamp(*bounds)

    return change
