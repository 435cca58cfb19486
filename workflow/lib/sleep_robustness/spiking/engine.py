"""Sleep itself: integrate-and-fire layers driven by a raster of input spikes, with plasticity in every step (Algorithm 1)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sleep_robustness.errors import UserError
from sleep_robustness.progress import progress
from sleep_robustness.spiking.plasticity import RULES


@dataclass(frozen=True)
class SleepParameters:
    """gains: what a layer's weighted sum of spikes is multiplied by; thresholds: voltage at which its neurons spike, above 0;
    increase, decrease: amounts of the plasticity rule; decay: share of its voltage that a neuron keeps each step of 1 ms.

    Raises UserError for a value out of range, or not one gain and one threshold for each layer.
    """

    gains: Sequence[float]
    thresholds: Sequence[float]
    increase: float
    decrease: float
    decay: float = 0.999

    def __post_init__(self):
        numbers = {"gain": self.gains, "threshold": self.thresholds}
        numbers |= {"increase": [self.increase], "decrease": [self.decrease], "decay": [self.decay]}
        for name, values in numbers.items():
            if not all(np.isfinite(value) and value >= 0 for value in values):
                raise UserError(f"sleep: {name} {list(values)} must be finite and not negative.")
        if min(self.thresholds) <= 0:
            raise UserError(f"sleep: thresholds {list(self.thresholds)} must be above 0.")
        if len(self.gains) != len(self.thresholds):
            raise UserError(f"sleep: {len(self.gains)} gains for {len(self.thresholds)} thresholds; there must be one a layer.")


@dataclass(frozen=True)
class SleepResult:
    """weights: new arrays [out, in] of the type given; spike_counts: spikes of each neuron, a vector a layer, input first;
    voltages: where each layer's neurons ended."""

    weights: list[np.ndarray]
    spike_counts: list[np.ndarray]
    voltages: list[np.ndarray]


def sleep(weights: Sequence[np.ndarray], spikes: np.ndarray, params: SleepParameters, rule: str = "released") -> SleepResult:
    """Let a network sleep for as many steps as `spikes` [steps, inputs] has rows; the weights given are left as they are.

    In each step, for the layers in order: v ← decay·v + gain·(W s), with s the spikes of the layer before in this step;
    neurons with v ≥ threshold spike; their weights change by the plasticity rule; their voltage returns to 0. Raises
    UserError for shapes that do not chain, weights that are not finite, an unknown rule, or a voltage that overflows.
    """
    weights = [np.array(weight) for weight in weights]
    _check(weights, spikes, params, rule)
    voltages = [np.zeros(len(weight), weight.dtype) for weight in weights]
    counts = [spikes.sum(0), *(np.zeros(len(weight), np.int64) for weight in weights)]
    for step, spiked in enumerate(progress(spikes, what="sleep, steps")):
        for layer, (weight, voltage) in enumerate(zip(weights, voltages, strict=True)):
            voltage *= params.decay
            before = np.flatnonzero(spiked)
            if len(before):
                voltage += params.gains[layer] * weight[:, before].sum(1)
            fired = voltage >= params.thresholds[layer]
            if fired.any():
                if not np.isfinite(voltage).all():
                    raise UserError(f"sleep: a voltage of layer {layer + 1} overflowed in step {step + 1}; lower the current.")
                weight[fired] = RULES[rule](weight[fired], spiked, params.increase, params.decrease)
                voltage[fired] = 0
                counts[layer + 1][fired] += 1
            spiked = fired
    return SleepResult(weights, counts, voltages)


def _check(weights: list[np.ndarray], spikes: np.ndarray, params: SleepParameters, rule: str) -> None:
    if rule not in RULES:
        raise UserError(f"sleep: there is no rule {rule!r}; there are {', '.join(RULES)}.")
    if len(weights) != len(params.thresholds):
        raise UserError(f"sleep: {len(params.thresholds)} thresholds for {len(weights)} layers; there must be one a layer.")
    widths = [spikes.shape[1], *(len(weight) for weight in weights)]
    for layer, (weight, width) in enumerate(zip(weights, widths, strict=False)):
        if weight.shape[1] != width:
            raise UserError(f"sleep: layer {layer + 1} takes {weight.shape[1]} inputs but is given {width}.")
        if not np.isfinite(weight).all():
            raise UserError(f"sleep: layer {layer + 1} has a weight that is not finite.")
