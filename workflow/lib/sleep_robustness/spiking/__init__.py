"""The sleep phase as pure functions (paper §4, Algorithm 1): from weights and a raster of input spikes to new weights."""

from sleep_robustness.spiking.engine import SleepParameters, SleepResult, sleep

__all__ = ["SleepParameters", "SleepResult", "sleep"]
