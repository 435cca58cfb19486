"""Inputs to spikes (paper §4.2): Poisson-like rasters, one step of 1 ms for each presented example."""

import numpy as np

from sleep_robustness.errors import UserError

STEP = 1e-3  # seconds
ORDERS = ("storage", "shuffled", "mean")
CHUNK = 1000  # steps drawn at a time


def presented(x: np.ndarray, steps: int, order: str, rng: np.random.Generator) -> np.ndarray:
    """Which example drives each step, int64 [steps], or all −1 for the mean of all examples in every step.

    order: "storage" presents x in its order and wraps; "shuffled" draws a new order each time round; "mean" is the mean.
    Raises UserError when there is nothing to present, or for another order.
    """
    if len(x) == 0:
        raise UserError("sleep: there is no example to present.")
    if order not in ORDERS:
        raise UserError(f"sleep: there is no order {order!r}; there are {', '.join(ORDERS)}.")
    if order == "mean":
        return np.full(steps, -1)
    rounds = -(-steps // len(x))
    if order == "storage":
        return np.tile(np.arange(len(x)), rounds)[:steps]
    return np.concatenate([rng.permutation(len(x)) for _ in range(rounds)])[:steps]


def encode(x: np.ndarray, rate: float, factor: float, examples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Input spikes, bool [steps, d], for x [n, d] and the example of each step (`presented`).

    Input i spikes in a step with probability min(1, factor · STEP · rate · x_i), rate in Hz: factor 1 is Algorithm 1, 2 the
    released code, which compares u / (STEP · rate) / 2 with x_i for a uniform u. Raises UserError for a rate or factor that is
    not above 0, and for inputs that are negative or not finite.
    """
    if not (np.isfinite(rate) and rate > 0 and np.isfinite(factor) and factor > 0):
        raise UserError(f"sleep: the rate, {rate} Hz, and the spike factor, {factor}, must be finite and above 0.")
    if x.size == 0:
        raise UserError("sleep: there is no input to encode.")
    if not (np.isfinite(x).all() and x.min() >= 0):
        raise UserError("sleep: inputs must be finite and not negative, since they are rates of spikes.")
    spikes = np.empty((len(examples), x.shape[1]), bool)
    mean = x.mean(0, keepdims=True)
    for start in range(0, len(examples), CHUNK):
        chosen = examples[start : start + CHUNK]
        drive = np.where(chosen[:, None] < 0, mean, x[chosen])
        uniform = rng.random(drive.shape)
        spikes[start : start + CHUNK] = uniform / (STEP * rate) / factor <= drive
    return spikes
