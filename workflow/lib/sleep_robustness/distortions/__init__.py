"""Distortions: one file each, found by name.

Each file has apply(x, strength, rng, params) → x', for x float32 [n, *shape], one strength for all, a NumPy generator and the
variant's params. PARAMETERS, a literal, gives the schema of those params.
"""

from importlib import import_module
from types import ModuleType


def distortion(name: str) -> ModuleType:
    """The distortion's module, by its name in the config."""
    return import_module(f"sleep_robustness.distortions.{name}")
