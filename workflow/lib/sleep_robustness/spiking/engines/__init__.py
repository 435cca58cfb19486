"""Engines: ways to compute a sleep, one file each, of one behaviour.

An engine has advance(state, spikes, params, rule, start) → rasters. It moves `state` on, in place, by one step for each row of
`spikes`, bool [steps, inputs], of which the first is the sleep's step number `start` (from 0), and gives the spikes of each
layer behind the input, packed: uint8 [steps, bytes], bit k of byte b being neuron 8b + k. It raises `overflow`. PRECISION is
the type of float that it computes in, or None for that of the weights.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from sleep_robustness.errors import UserError
from sleep_robustness.spiking.parameters import SleepParameters

log = logging.getLogger("sleep_robustness")
NAMES = ("reference", "event", "cuda")


@dataclass
class State:
    """A network asleep: of each layer behind the input the weights [out, in] and voltages [out], and for each layer, input
    first, the spikes so far of each neuron."""

    weights: list[np.ndarray]
    voltages: list[np.ndarray]
    counts: list[np.ndarray]

    @classmethod
    def begin(cls, weights: Sequence[np.ndarray], voltages: Sequence[np.ndarray] | None, precision: type) -> "State":
        """Copies of weights and voltages (0 if None), and no spikes."""
        if voltages is None:
            voltages = [np.zeros(len(weight)) for weight in weights]
        counts = [np.zeros(neurons, np.int64) for neurons in (weights[0].shape[1], *map(len, weights))]
        copies = [[np.array(array, precision, order="C") for array in arrays] for arrays in (weights, voltages)]
        return cls(*copies, counts)


def engine_named(name: str, params: SleepParameters) -> ModuleType:
    """An engine by its name; "auto" is the event engine, or the reference where only that knows the parameters.

    Where no GPU works the event engine stands in for "cuda", and the log says why. Raises UserError for an unknown name and
    for an engine that does not know the parameters.
    """
    if name == "auto":
        name = "reference" if params.extended else "event"
    if name not in NAMES:
        raise UserError(f"sleep: there is no engine {name!r}; there are auto, {', '.join(NAMES)}.")
    if params.extended and name != "reference":
        raise UserError(f"sleep: the {name} engine knows no direct_current or inhibition; take the reference engine.")
    if name == "cuda" and not on_gpu(params):
        raise UserError("sleep: the cuda engine resets a voltage to zero alone; take the event engine.")
    # imported where they are needed: numba takes a second to load
    if name == "cuda":
        found, trouble = gpu_engine()
        if found:
            return found
        log.warning("sleep: %s; the event engine does the work of the cuda engine.", trouble)
    if name == "reference":
        from sleep_robustness.spiking.engines import reference

        return reference
    from sleep_robustness.spiking.engines import event

    return event


def on_gpu(params: SleepParameters) -> bool:
    """Whether the cuda engine knows the parameters."""
    return not params.extended and params.reset == "zero"


def fits_gpu(networks: Sequence[Sequence[np.ndarray]]) -> bool:
    """Whether the cuda engine has a GPU, and not the simulator, that holds networks of these weights together."""
    shapes = {tuple(weight.shape for weight in weights) for weights in networks}
    found, _ = gpu_engine()
    return found is not None and not found.SIMULATED and len(shapes) == 1 and found.fits(networks[0])


def gpu_engine() -> tuple[ModuleType | None, str]:
    """The cuda engine, or None and why it cannot work here."""
    try:
        from sleep_robustness.spiking.engines import cuda
    except Exception as error:  # numba's CUDA needs versions that fit each other
        return None, f"numba's CUDA cannot be loaded ({type(error).__name__}: {error}); install the versions of the README"
    trouble = cuda.trouble()
    return (None if trouble else cuda), trouble


def overflow(layer: int, step: int) -> UserError:
    """The error of a sleep in which something overflowed; layer and step count from 0."""
    where = f"of layer {layer + 1} overflowed in step {step + 1}"
    return UserError(f"sleep: a weight or voltage {where}; lower the gains or the changes of weight.")
