"""The sleep phase (paper §4, Algorithm 1): from weights and a raster of input spikes to new weights."""

from sleep_robustness.spiking.parameters import SleepParameters
from sleep_robustness.spiking.phase import SleepResult, sleep, sleep_many

__all__ = ["SleepParameters", "SleepResult", "sleep", "sleep_many"]
