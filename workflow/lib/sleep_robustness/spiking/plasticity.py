"""Spike-timing dependent plasticity: what happens to the weights of a neuron that has just spiked.

A rule is rule(weights, spiked, increase, decrease) → new weights, for the weights [k, in] of the k neurons that spiked and
the bool [in] of inputs that spiked in the same step. Weights of neurons that did not spike never change.
"""

import numpy as np


def printed(weights: np.ndarray, spiked: np.ndarray, increase: float, decrease: float) -> np.ndarray:
    """Algorithm 1, line 13: + increase where the input spiked, − decrease where it did not."""
    return np.where(spiked, weights + increase, weights - decrease)


def released(weights: np.ndarray, spiked: np.ndarray, increase: float, decrease: float) -> np.ndarray:
    """The released code: the same, gated by g(w), about 2 for negative weights, 1 at 0 and 0 from 0.005 on, so that
    positive weights hardly move. The form of g is the code's own; an algebraically equal one drifts from it."""
    with np.errstate(over="ignore"):  # exp of a very negative weight overflows to ∞, and g is 2
        gate = 2 * (1 - 1 / (1 + np.exp(-weights / 0.001)))
    return printed(weights, spiked, increase * gate, decrease * gate)


def inverted(weights: np.ndarray, spiked: np.ndarray, increase: float, decrease: float) -> np.ndarray:
    """The 2020 re-implementation by Zhang et al.: − decrease where the input spiked, + increase where it did not."""
    return np.where(spiked, weights - decrease, weights + increase)


RULES = {"printed": printed, "released": released, "inverted": inverted}
