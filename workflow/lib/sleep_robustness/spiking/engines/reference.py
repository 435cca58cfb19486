"""The reference engine: dense NumPy in float64, step by step as the text has it. The other engines are held against it."""

import numpy as np

from sleep_robustness.spiking.engines import State, overflow
from sleep_robustness.spiking.parameters import SleepParameters
from sleep_robustness.spiking.plasticity import RESETS, RULES

PRECISION = np.float64


@np.errstate(over="ignore", invalid="ignore")  # overflows are found and named below; in a rule exp may reach ∞
def advance(state: State, spikes: np.ndarray, params: SleepParameters, rule: str, start: int = 0) -> list[np.ndarray]:
    """See the package: as many steps as `spikes` has rows."""
    change, reset, last = RULES[rule], RESETS[params.reset], len(state.weights) - 1
    rasters = [np.zeros((len(spikes), len(weight)), bool) for weight in state.weights]
    for step, spiked in enumerate(spikes):
        state.counts[0] += spiked
        for layer, (weight, voltage) in enumerate(zip(state.weights, state.voltages, strict=True)):
            gained = params.gains[layer] * (weight @ spiked)
            if params.inhibition:
                gained -= params.inhibition * gained.mean()
            voltage *= params.decay
            voltage += gained + (params.direct_current if layer == last else 0)
            fired = voltage >= params.thresholds[layer]
            where_spiked, where_silent = change(weight[fired], params.increase, params.decrease)
            weight[fired] += np.where(spiked, where_spiked, where_silent)
            if not (np.isfinite(voltage).all() and np.isfinite(weight[fired]).all()):
                raise overflow(layer, start + step)
            voltage[fired] = reset(voltage[fired], params.thresholds[layer])
            state.counts[layer + 1] += fired
            rasters[layer][step] = spiked = fired
    return [np.packbits(raster, axis=1, bitorder="little") for raster in rasters]
