"""Paths that a user names, and files that are either whole or not there."""

import csv
import errno
import hashlib
import os
import pickle
import platform
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

from sleep_robustness.errors import UserError


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

    The temporary name keeps the suffix, because writers such as `numpy.savez` choose by it. What a killed process of this
    machine left under such a name is removed.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    start = f".{path.stem}.{platform.node()}-"  # another machine's processes are not known here
    for left in path.parent.glob(f"{escape(start)}*{escape(path.suffix)}"):
        process = left.name.removeprefix(start).removesuffix(path.suffix)
        if process.isdecimal() and not _alive(int(process)):
            with suppress(PermissionError):
                left.unlink(missing_ok=True)
    temporary = path.with_name(f"{start}{os.getpid()}{path.suffix}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    """Whether a process of this number is at work on this machine."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):  # no machine has so large a number
        return False
    except PermissionError:
        pass
    return True


@contextmanager
def readable(path: str | os.PathLike) -> Iterator[None]:
    """Raise UserError for what numpy and torch raise where a file is not one of theirs, or holds more than numbers. They
    execute nothing that it holds."""
    try:
        yield
    except (
        ValueError,
        EOFError,
        LookupError,
        RuntimeError,
        AttributeError,
        zipfile.BadZipFile,
        zlib.error,
        pickle.UnpicklingError,
    ) as error:
        raise UserError(f"{path} is not what a job writes, or is cut; delete it, and the next run makes it anew.") from error


def unwritable(error: BaseException, paths: Iterable[str]) -> str | None:
    """One sentence for an error that says that files cannot be written, or None for another. paths: what was to be written."""
    number, behind = getattr(error, "errno", None), getattr(error.__context__, "errno", None)  # torch's own error hides it
    for full in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        if full in (number, behind):
            return f"{' and '.join(paths)} cannot be written ({os.strerror(full)}); make room on the disk, and run again."
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        path = getattr(error, "filename", None) or " and ".join(paths)
        return f"{path} cannot be written or read ({os.strerror(number)}); give yourself the right to, and run again."
    return None


def seal_results(paths: Iterable[str]) -> None:
    """Seal what a job wrote, but for reports, which people may edit, and downloads, which they may put there."""
    for path in paths:
        if "results" in Path(path).parts:
            seal(path)


def seal(path: str | os.PathLike) -> None:
    """Write beside a file, under a hidden name, what `check_seal` compares it with: its digest, size and time."""
    state = Path(path).stat()
    with atomic(_seal_of(path)) as temporary:
        temporary.write_text(f"{_digest(path)} {state.st_size} {state.st_mtime_ns}\n", encoding="utf-8")


def check_seal(path: str | os.PathLike) -> None:
    """Raise UserError for a file that is not what its job wrote. One without a seal is looked into if it is a table; one that
    has the size and time of its seal is not read, which would take long."""
    try:
        digest, size, changed = _seal_of(path).read_text(encoding="utf-8").split()
        state, known = Path(path).stat(), (int(size), int(changed))
    except (OSError, ValueError):  # no seal, or none that says anything
        if Path(path).suffix == ".csv" and Path(path).is_file():
            check_table(path)
        return
    if (state.st_size, state.st_mtime_ns) != known and (state.st_size != known[0] or _digest(path) != digest):
        raise UserError(
            f"{path} is not what its job wrote: it was cut or changed since; delete it, and the next run makes it anew."
        )


def check_table(path: str | os.PathLike) -> None:
    """Raise UserError for a CSV file that is empty, not text, or has a line of more or fewer cells than its first."""
    mend = "mend it, or delete it and run again."
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file, strict=True)
            first = next(rows, None)
            wrong = next((rows.line_num for row in rows if row and len(row) != len(first)), None)
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path} is no table ({error}); {mend}") from error
    if not first or wrong:
        said = f"line {wrong} has not as many cells as the first" if wrong else "it is empty"
        raise UserError(f"{path} is no table ({said}); {mend}")


def _seal_of(path: str | os.PathLike) -> Path:
    return Path(path).with_name(f".{Path(path).name}.sha256")


def _digest(path: str | os.PathLike) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def link(source: str | os.PathLike, target: str | os.PathLike) -> None:
    """Make `target` the same file as `source`, or a copy of it where links do not work."""
    with atomic(target) as temporary:
        try:
            temporary.hardlink_to(source)
        except OSError:
            shutil.copyfile(source, temporary)


def keep_downloads(resources: Path) -> None:
    """Link into the cache what lies where downloads lie, whoever put it there, and the cache lacks.

    Snakemake deletes what a rule makes before it runs the rule again, and the next download may fail.
    """
    cache = resources / "cache"
    for pattern in ("cub200/*.tgz", "resnet50/*.weights", "*/*-ubyte"):
        for file in resources.glob(pattern):
            kept = cache / file.relative_to(resources) if file.name.endswith("-ubyte") else cache / file.name
            if not kept.exists() and not file.name.startswith("."):  # a killed job's temporary file
                link(file, kept)
