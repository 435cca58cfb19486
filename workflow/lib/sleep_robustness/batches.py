"""Files that hold a batch of runs, each under its key: the networks that one job makes, or what it found of them.

A batch is one network of one seed, all seeds of a network, or all seeds of several networks. The seeds stand in the name of
the file: `sleep/found/seeds1-5.npz`. In it the run of the third is `sleep/found/3`, its key.
"""

import json
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from sleep_robustness.files import atomic, readable
from sleep_robustness.keys import key_of

Arrays = Mapping[str, np.ndarray]
LARGE = ("adversarials",)  # arrays that take long to read, and few ask for


def write(batch: Mapping[str, Arrays], path: str | os.PathLike) -> None:
    """Keep the arrays of each run, by key, in one .npz file."""
    with atomic(path) as temporary:
        np.savez_compressed(
            temporary, **{f"{key}/{name}": array for key, arrays in batch.items() for name, array in arrays.items()}
        )


def write_facts(batch: Mapping[str, dict], path: str | os.PathLike) -> None:
    """Keep what is known of each run, by key, in one .json file."""
    with atomic(path) as temporary:
        temporary.write_text(json.dumps(batch, indent=1) + "\n", encoding="utf-8")


def located(runs: Sequence[Mapping], files: Sequence[str] | str) -> pd.DataFrame:
    """Runs as a table of their axes, each with its `path`: that of its file and, behind it, its key. files: of each run, or the
    one that holds all."""
    files = [files] * len(runs) if isinstance(files, str) else files
    return pd.DataFrame(runs).assign(path=[f"{file}/{key_of(run)}" for run, file in zip(runs, files, strict=True)])


def read(path: str, *large: str) -> dict[str, np.ndarray]:
    """The arrays of one run, of those in LARGE the `large` ones that are asked for. path: that of the file and, behind it, the
    run's key. Raises KeyError for a key that it lacks, UserError for a file that `write` did not write."""
    file, key = _parted(path)
    with readable(file):
        stored = _opened(file, file.stat().st_mtime_ns)
        names = [name.removeprefix(f"{key}/") for name in stored.files if name.startswith(f"{key}/")]
        arrays = {name: stored[f"{key}/{name}"] for name in names if name not in LARGE or name in large}
    if not arrays:
        raise KeyError(f"{file} has no run {key}")
    return arrays


def read_facts(path: str) -> dict:
    """What is known of one run. path: as for `read`."""
    file, key = _parted(path)
    return json.loads(file.read_text(encoding="utf-8"))[key]


def _parted(path: str) -> tuple[Path, str]:
    """A file and a key in it."""
    file = Path(path).parents[2]
    return file, str(Path(path).relative_to(file))


@lru_cache(maxsize=32)
def _opened(file: Path, changed: int) -> np.lib.npyio.NpzFile:
    """A file that is read run by run; opened again when it has changed."""
    return np.load(file)
