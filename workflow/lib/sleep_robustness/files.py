"""Paths that a user names, and files that are either whole or not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def expanded(path: str) -> Path:
    """A path of the config; $NAMES of the environment are filled in where they are set, and ~."""
    return Path(os.path.expandvars(path)).expanduser()


def local_lists(images: str) -> list[str]:
    """The files that tell of local images in CUB's layout: an archive, or the lists of a folder."""
    path = expanded(images)
    return [str(file) for file in (sorted(path.glob("*.txt")) if path.is_dir() else [path]) if file.is_file()]


@contextmanager
def atomic(path: str | os.PathLike) -> Iterator[Path]:
    """Yield a temporary name beside `path`; it becomes `path` when the block ends well and is gone when it does not.

    The temporary name keeps the suffix, because writers such as `numpy.savez` choose by it.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
