"""What a sleep is given, and the check of it: one sentence for what will not do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np

from sleep_robustness.errors import UserError
from sleep_robustness.spiking.plasticity import RESETS, RULES

PRECISIONS = (np.float32, np.float64)


@dataclass(frozen=True)
class SleepParameters:
    """The spiking network's constants: gains and thresholds, one for each layer, and what all layers share.

    gains: volts that a neuron gains in a step for each unit of weight of the inputs that spiked; thresholds: volts at which
    a layer's neurons spike, above 0; increase, decrease: change of a weight at a post-synaptic spike, given to the plasticity
    rule; decay: share of its voltage that a neuron keeps in a step of 1 ms; reset: what becomes of a neuron's voltage when it
    has spiked, "zero" but where the reset itself is looked into. Known to the reference engine alone, and 0 in the
    paper: direct_current, volts that the last layer's neurons gain in every step; inhibition, the share of a layer's mean gain
    that is taken from each neuron's.
    Raises UserError for a value out of range, or not one gain and one threshold for each layer.
    """

    gains: Sequence[float]
    thresholds: Sequence[float]
    increase: float
    decrease: float
    decay: float = 0.999
    direct_current: float = 0.0
    inhibition: float = 0.0
    reset: str = "zero"

    def __post_init__(self):
        for name in ("gains", "thresholds"):
            values = getattr(self, name)
            if not isinstance(values, list | tuple | np.ndarray) or any(np.ndim(value) for value in values):
                raise UserError(f"sleep: {name} {values!r} must be a list of numbers, one for each layer.")
        shared = ("increase", "decrease", "decay", "direct_current", "inhibition")
        numbers = {"gain": self.gains, "threshold": self.thresholds} | {name: [getattr(self, name)] for name in shared}
        for name, values in numbers.items():
            if not all(
                isinstance(value, Real) and not isinstance(value, bool) and np.isfinite(value) and value >= 0
                for value in values
            ):
                what = "numbers, each" if len(values) > 1 else "a number,"
                raise UserError(f"sleep: {name} {list(values)} must be {what} finite and not negative.")
        if min(self.thresholds, default=0) <= 0:
            raise UserError(f"sleep: thresholds {list(self.thresholds)} must be above 0, one for each layer.")
        if self.decay > 1:
            raise UserError(f"sleep: decay {self.decay} must be 1 at most, the share of its voltage that a neuron keeps.")
        if not isinstance(self.reset, str) or self.reset not in RESETS:
            raise UserError(f"sleep: there is no reset {self.reset!r}; there are {', '.join(RESETS)}.")
        if len(self.gains) != len(self.thresholds):
            raise UserError(f"sleep: {len(self.gains)} gains for {len(self.thresholds)} thresholds; there must be one a layer.")

    @property
    def extended(self) -> bool:
        """Whether terms are asked for that the reference engine alone knows."""
        return self.direct_current > 0 or self.inhibition > 0


def array_of(values: object) -> object:
    """A tensor of torch as an array; all else as it is, for `check`."""
    return values.detach().cpu().numpy() if hasattr(values, "detach") else values


def arrays_of(weights: object) -> list:
    """The same of the weights of all layers. Raises UserError for what is no list of them."""
    if not isinstance(weights, Iterable):
        raise UserError(f"sleep: weights {weights!r} must be a list of arrays, one for each layer.")
    return [array_of(weight) for weight in weights]


def raster_of(spikes: object) -> object:
    """The same of spikes, as bool where they are nothing but 0 and 1."""
    spikes = array_of(spikes)
    if isinstance(spikes, np.ndarray) and spikes.dtype.kind in "iuf" and np.isin(spikes, (0, 1)).all():
        return spikes.astype(bool)
    return spikes


def check(weights: Sequence[np.ndarray], spikes: np.ndarray, params: SleepParameters, rule: str) -> None:
    """Raise UserError, one sentence, for what cannot be slept over."""
    if not isinstance(rule, str) or rule not in RULES:
        raise UserError(f"sleep: there is no rule {rule!r}; there are {', '.join(RULES)}.")
    if not (isinstance(spikes, np.ndarray) and all(isinstance(weight, np.ndarray) for weight in weights)):
        raise UserError("sleep: spikes and the weights of each layer must be arrays of NumPy or tensors of torch.")
    if any(isinstance(values, np.ma.MaskedArray) for values in (*weights, spikes)):
        raise UserError("sleep: an array has a mask, which would be lost; fill it first, by its method filled.")
    if spikes.ndim != 2 or spikes.dtype != bool:
        raise UserError(
            f"sleep: spikes must be [steps, inputs] of bool, or of 0 and 1, not {spikes.dtype} of shape {list(spikes.shape)}."
        )
    if spikes.size == 0:
        raise UserError(f"sleep: spikes of shape {list(spikes.shape)} are empty; there must be a step and an input at least.")
    if len(weights) != len(params.thresholds):
        raise UserError(f"sleep: {len(params.thresholds)} thresholds for {len(weights)} layers; there must be one a layer.")
    width = spikes.shape[1]
    for layer, weight in enumerate(weights, start=1):
        if weight.dtype not in PRECISIONS or weight.dtype != weights[0].dtype:
            raise UserError(f"sleep: layer {layer} has weights of {weight.dtype}; all must be float32, or all float64.")
        if weight.ndim != 2 or weight.shape[1] != width or len(weight) == 0:
            raise UserError(
                f"sleep: layer {layer} has weights [out, in] of shape {list(weight.shape)} but is given {width} inputs."
            )
        if not np.isfinite(weight).all():
            raise UserError(f"sleep: layer {layer} has a weight that is not finite.")
        width = len(weight)


def check_voltages(voltages: Sequence[np.ndarray], weights: Sequence[np.ndarray], params: SleepParameters) -> None:
    """Raise UserError unless there is one finite voltage for each neuron, below its threshold where a spike resets it."""
    shapes, wanted = [np.shape(voltage) for voltage in voltages], [(len(weight),) for weight in weights]
    if shapes != wanted or not all(np.isfinite(voltage).all() for voltage in voltages):
        raise UserError(f"sleep: voltages of shapes {shapes} must be finite, one a neuron: {wanted}.")
    for layer, (voltage, threshold) in enumerate(zip(voltages, params.thresholds, strict=True), start=1):
        if np.max(voltage) >= threshold and params.reset == "zero":
            raise UserError(f"sleep: voltages of layer {layer} reach {np.max(voltage):g}; they must begin below {threshold:g}.")
