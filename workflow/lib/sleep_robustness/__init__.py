"""Sleep and robustness: the library behind the workflow that re-creates papers on robust networks from raw data.

`evaluate` and `sleep_network` are for networks of one's own; they are imported when they are asked for, since they need torch.
"""

from importlib import import_module

_PLACES = {"evaluate": "evaluation", "sleep_network": "asleep"}


def __getattr__(name: str):
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
