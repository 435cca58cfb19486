"""Spike-timing dependent plasticity: what happens to the weights of a neuron that has just spiked; and to its voltage.

A rule is rule(weight, increase, decrease) → (change if the input spiked in the same step, change if it was silent). Weights of
neurons that did not spike never change. The same function works on NumPy arrays and, compiled, on a single weight.
"""

from numpy import exp


def printed(weight, increase, decrease):
    """Algorithm 1, line 13: + increase where the input spiked, − decrease where it did not."""
    return increase, -decrease


def released(weight, increase, decrease):
    """The released code: the same, gated by g(w), about 2 for negative weights, 1 at 0 and 0 from 0.005 on, so that
    positive weights hardly move. The form of g is the code's own; an algebraically equal one drifts from it."""
    gate = 2 * (1 - 1 / (1 + exp(-weight / 0.001)))
    return increase * gate, -decrease * gate


def inverted(weight, increase, decrease):
    """The 2020 re-implementation by Zhang et al.: − decrease where the input spiked, + increase where it did not."""
    return -decrease, increase


RULES = {"printed": printed, "released": released, "inverted": inverted}


def zero(voltage, threshold):
    """The released code: the voltage begins anew."""
    return 0


def subtract(voltage, threshold):
    """The voltage above the threshold is kept."""
    return voltage - threshold


def none(voltage, threshold):
    """Algorithm 1 to the letter: the voltage is kept, and the neuron spikes on until its inputs lower it."""
    return voltage


RESETS = {"zero": zero, "subtract": subtract, "none": none}
