"""What `sleep` is timed against: the same in torch, float32, one thread, dense products, plasticity on spiking rows alone."""

import numpy as np
import torch

from sleep_robustness.spiking import SleepParameters


def released(rows, spiked, params):
    """New weights of the neurons that spiked, under the released rule."""
    gate = 2 * (1 - 1 / (1 + torch.exp(-rows / 0.001)))
    return torch.where(spiked, rows + params.increase * gate, rows - params.decrease * gate)


def printed(rows, spiked, params):
    """The same under the printed, additive rule."""
    return torch.where(spiked, rows + params.increase, rows - params.decrease)


def sleep(weights: list[np.ndarray], spikes: np.ndarray, params: SleepParameters, rule: str) -> tuple[list, list]:
    """New weights, and how many spikes each layer behind the input gave; set torch to one thread first."""
    change = {"released": released, "printed": printed}[rule]
    new = [torch.from_numpy(weight.copy()) for weight in weights]
    voltages = [torch.zeros(len(weight)) for weight in new]
    counts = [0] * len(new)
    for spiked in torch.from_numpy(spikes).float():
        for layer, (weight, voltage) in enumerate(zip(new, voltages, strict=True)):
            voltage.mul_(params.decay).add_(torch.mv(weight, spiked), alpha=params.gains[layer])
            fired = voltage >= params.thresholds[layer]
            rows = fired.nonzero().squeeze(1)
            if len(rows):
                weight[rows] = change(weight[rows], spiked.bool(), params)
                voltage[rows] = 0
                counts[layer] += len(rows)
            spiked = fired.float()
    return [weight.numpy() for weight in new], counts
