"""How the neurons of layer 2, the first hidden layer, answer to images (paper §8.4, figures 11 and 12)."""

from collections.abc import Mapping

import numpy as np
import torch

from sleep_robustness.networks.relu import ReluNetwork
from sleep_robustness.randomness import numpy_stream
from sleep_robustness.spiking import SleepParameters, sleep
from sleep_robustness.spiking.encode import STEP, encode


def activations(network: ReluNetwork, x: np.ndarray) -> np.ndarray:
    """ReLU activations of layer 2 at test time, [n, units], for x [n, d]."""
    with torch.no_grad():
        return network.activations(torch.from_numpy(x).to(network.weights[0].device))[0].cpu().numpy()


def firing_rates(
    network: ReluNetwork, x: np.ndarray, labels: np.ndarray, gain: float, threshold: float, params: Mapping, seed: int
) -> np.ndarray:
    """Rates in Hz, [n, units], at which the neurons of layer 2 spike for x [n, d], with weights held as they are.

    As in the paper, all images of a digit are shown in one go, one after the other: the voltages begin at 0 with each digit,
    not with each image. gain, threshold: see `SleepParameters`; params: input rate in Hz, milliseconds for each image, decay of
    the voltage in a millisecond. The input spikes depend on the seed and not on the network.
    """
    weight, duration = network.weights[0].detach().cpu().numpy(), params["milliseconds"]
    still = SleepParameters([gain], [threshold], increase=0, decrease=0, decay=params["decay"])
    found = np.empty((len(x), len(weight)))
    for label in np.unique(labels):
        own = np.flatnonzero(labels == label)
        rng = numpy_stream("spikes of shown images", seed, int(label))
        spikes = encode(x, params["rate"], 1, np.repeat(own, duration), rng)
        raster = sleep([weight], spikes, still, rule="printed", rasters=True).rasters[1]
        found[own] = raster.reshape(len(own), duration, -1).sum(1) / (duration * STEP)
    return found
