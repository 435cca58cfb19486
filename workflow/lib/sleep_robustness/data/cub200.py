"""CUB-200-2011 (Wah et al. 2011; paper §4.3), or any folder in its layout with any of its classes: which images there are, of
which class, and the official split. `embeddings.py` makes numbers of the images; `load` makes a data set of the numbers."""

import bz2
import codecs
import gzip
import logging
import lzma
import os
import re
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pooch

from sleep_robustness.data import Dataset
from sleep_robustness.data.download import ResumableDownloader, fetch, reason
from sleep_robustness.errors import UserError
from sleep_robustness.files import expanded

log = logging.getLogger("sleep_robustness")

PARAMETERS = {
    "images": {"type": ["string", "null"], "minLength": 1, "description": "the path of a folder or an archive, or null"},
    "inverted_split": {"type": "boolean", "description": "true or false"},
    "weights": {"enum": ["he2016", "torchvision"], "description": "he2016 or torchvision"},
    "scaling": {"enum": ["raw", "mean", "max"], "description": "raw, mean or max"},
}

SOURCES = (
    "https://data.caltech.edu/records/65de6-vp158/files/CUB_200_2011.tgz",
    "https://s3.amazonaws.com/fast-ai-imageclas/CUB_200_2011.tgz",
)
MD5 = "97eceeb196236b17998738112f37df78"
CLASSES = 200  # of the whole
LISTS = ("images.txt", "image_class_labels.txt", "train_test_split.txt", "classes.txt")
MEND = "name a local copy, a folder or the archive, as the data set's `images` in the config"


@dataclass(frozen=True)
class Index:
    """files: paths of n images inside the folder's images/; labels int64 [n], classes counted from 0 in the order of their
    numbers; train bool [n]; classes: the names of those classes that have images."""

    files: list[str]
    labels: np.ndarray
    train: np.ndarray
    classes: list[str]


def download(target: Path, cache: Path) -> None:
    """Put the official archive, 1.2 GB, at `target`, checked, from the `cache` or the first source with it. An interrupted
    download goes on from what lies in the cache. Raises UserError when no source gives it, with what was wrong at each."""
    pooch.get_logger().setLevel(logging.WARNING)
    reasons = []
    for url in SOURCES:
        try:
            fetch(url, f"md5:{MD5}", target, cache, ResumableDownloader(cache))
            return
        except (OSError, ValueError) as error:
            reasons.append(f"{url} {reason(error)}")
            log.info(reasons[-1])
    raise UserError(f"CUB-200-2011 cannot be had ({', '.join(reasons)}); {MEND}.")


def locate(images: str, target: Path) -> Path:
    """The folder that holds images.txt: `images` itself if it is a folder, else what the archive of that path, unpacked into
    `target`, holds. Raises UserError for what is not there, and for a folder without images.txt."""
    path = expanded(images)
    if "$" in str(path):
        name = str(path)[str(path).index("$") :].split("/")[0]
        raise UserError(f"{images} cannot be found, since {name} is not set; set it, or {MEND}.")
    if not path.exists():
        raise UserError(f"{path} is not there; {MEND}.")
    if path.is_dir() and not (path / "images.txt").is_file():
        raise UserError(f"{path} has no images.txt; name the folder that has it, beside images/.")
    return path if path.is_dir() else unpack(path, target)


def read_index(folder: Path, inverted: bool = False) -> Index:
    """The images that `folder` says it has, from its images.txt, image_class_labels.txt, classes.txt and train_test_split.txt.

    inverted: in train_test_split.txt 0 means training, not 1. The other files may list more than images.txt does. Raises
    UserError for a file or an entry that is missing, for an image that is not there, and for a class without training or test
    images; warns of a split that looks inverted.
    """
    images = _listed(folder, "images.txt")
    labels, split, names = (_listed(folder, f"{name}.txt") for name in ("image_class_labels", "train_test_split", "classes"))
    if not images:
        raise UserError(f"{folder / 'images.txt'} names no image.")
    for name, listed in (("image_class_labels", labels), ("train_test_split", split)):
        if missing := images.keys() - listed.keys():
            first = min(missing, key=int)
            raise UserError(
                f"{folder / name}.txt lacks {len(missing)} of the {len(images)} images, first number {first} ({images[first]})."
            )
    if wrong := [labels[number] for number in images if not labels[number].isdigit()]:
        raise UserError(f"{folder / 'image_class_labels.txt'} says {wrong[0]!r}; it must be the number of a class.")
    if wrong := {split[number] for number in images} - {"0", "1"}:
        raise UserError(f"{folder / 'train_test_split.txt'} says {wrong.pop()!r}; it must be 0 or 1 (1 means training).")
    if outside := [file for file in images.values() if Path(file).is_absolute() or ".." in Path(file).parts]:
        raise UserError(f"{folder / 'images.txt'} names {outside[0]}, which does not lie in images/.")
    gone = [file for file in images.values() if not (folder / "images" / file).is_file()]
    if gone:
        other = next((file for file in (folder / "images" / gone[0]).parent.glob("*") if _alike(file.name, gone[0])), None)
        mend = f"; there is {other.name}: write the names as the files have them" if other else ""
        raise UserError(f"{folder / 'images'} lacks {len(gone)} of the {len(images)} images, first {gone[0]}{mend}.")
    numbers = sorted({labels[number] for number in images}, key=int)
    if unnamed := [number for number in numbers if number not in names]:
        raise UserError(f"{folder / 'classes.txt'} lacks class {unnamed[0]}.")
    place = {number: k for k, number in enumerate(numbers)}
    index = Index(
        files=list(images.values()),
        labels=np.array([place[labels[number]] for number in images], np.int64),
        train=np.array([(split[number] == "1") != inverted for number in images]),
        classes=[names[number] for number in numbers],
    )
    for part, kind in ((index.train, "training"), (~index.train, "test")):
        counts = np.bincount(index.labels[part], minlength=len(numbers))
        if (counts == 0).any():
            name = index.classes[int((counts == 0).argmax())]
            raise UserError(f"{folder / 'train_test_split.txt'} leaves class {name} without {kind} images.")
    log.info(
        "%s: %d images of %d classes (of %d named), %d for training and %d for the test",
        folder, len(index.files), len(numbers), len(names), index.train.sum(), (~index.train).sum(),
    )  # fmt: skip
    if index.train.mean() < 0.5:
        log.warning(
            "%s: fewer images for training than for the test, as where 0 means training; if so set inverted_split.", folder
        )
    return index


def load(
    features: np.ndarray, labels: np.ndarray, train: np.ndarray, scaling: str, train_examples: int | None = None
) -> Dataset:
    """The data set of embeddings, [n, d], of labels int64 [n] and split bool [n]; only the first `train_examples` of training.

    scaling: `raw`; `mean`, divided by the training features' mean; `max`, by their largest. Bounds are the smallest and the
    largest value of both splits, since neither may lie outside. Raises UserError for more training examples than there are.
    """
    if train_examples and train_examples > train.sum():
        raise UserError(f"config: train_examples is {train_examples}, but there are {train.sum()}; write fewer, or all.")
    scale = {"raw": 1, "mean": features[train].mean(), "max": features[train].max()}[scaling]
    features = np.ascontiguousarray(features / scale, np.float32)
    bounds = (float(features.min()), float(features.max()))
    x, y = features[train][:train_examples], labels[train][:train_examples]
    return Dataset(x, y, features[~train], labels[~train], bounds, features.shape[1:])


def check_classes(dataset: str, found: int, outputs: int) -> None:
    """Raises UserError where the data set `cub200`, whose numbers stand beside the paper's, has not all classes, and where a
    data set's networks have not as many outputs as it has classes."""
    if dataset == "cub200" and found != CLASSES:
        raise UserError(
            f"config: cub200 must have all {CLASSES} classes, but its images are of {found}; give them a name of their own "
            "under datasets, as cub100_crops has."
        )
    if found != outputs:
        raise UserError(
            f"config: datasets.{dataset}.training.sizes must end with {found}, its number of classes, not {outputs}."
        )


def unpack(archive: Path, target: Path) -> Path:
    """Unpack an archive, a .zip or a .tar, which may be compressed by gzip, bzip2 or xz, whatever its name, and return the
    folder in it that holds images.txt. What `target` held before is replaced, once the
    archive was read to its end and its checksum was right. Raises UserError for what is no whole archive, for paths that would
    leave `target`, and where there is not just one such folder."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent) as temporary:
        fresh = Path(temporary) / "unpacked"
        try:
            if zipfile.is_zipfile(archive):
                _unzip(archive, fresh)
            else:
                _untar(archive, fresh)
        except tarfile.FilterError as error:
            raise UserError(f"{archive} would write outside its folder ({error}); do not trust it, get it again.") from error
        except (tarfile.TarError, zipfile.BadZipFile, lzma.LZMAError, EOFError, OSError, zlib.error, RuntimeError) as error:
            raise UserError(f"{archive} cannot be unpacked ({error}); get it again.") from error
        found = sorted(fresh.glob("**/images.txt"))
        if len(found) != 1:
            raise UserError(f"{archive} holds {len(found)} files images.txt; there must be one, beside the folder images/.")
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    return target / found[0].parent.relative_to(fresh)


def _alike(name: str, path: str) -> bool:
    """Whether a file's name is that of a path but for capitals."""
    return name.lower() == Path(path).name.lower()


def _untar(archive: Path, target: Path) -> None:
    """Unpack a .tar, compressed or not."""
    opener = _opener(archive)
    with opener(archive, "rb") as stream, tarfile.open(fileobj=stream, mode="r:") as tar:
        tar.extractall(target, filter="data")
        while stream.read(1 << 20):  # tarfile stops before the end, where a checksum is
            pass
        if opener is open:  # there is none, but the end is of zeros
            stream.seek(-tarfile.BLOCKSIZE, os.SEEK_END)
            if any(stream.read()):
                raise tarfile.ReadError("its end is missing")


def _opener(archive: Path) -> Callable:
    """What opens a file, by the bytes that it begins with."""
    with archive.open("rb") as file:
        beginning = file.read(6)
    kinds = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}
    return next((opener for magic, opener in kinds.items() if beginning.startswith(magic)), open)


def _unzip(archive: Path, target: Path) -> None:
    """Unpack a .zip; its links become files that hold where they lead to."""
    with zipfile.ZipFile(archive) as members:
        for name in members.namelist():
            if name.startswith("/") or ".." in Path(name).parts:
                raise UserError(f"{archive} would write outside its folder ({name}); do not trust it, get it again.")
        members.extractall(target)


def _listed(folder: Path, name: str) -> dict[str, str]:
    """The lines "number value" of a file, by number, in its order; between them blanks, or a comma."""
    try:
        content = (folder / name).read_bytes()
        wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        lines = content.decode("utf-16" if wide else "utf-8-sig").splitlines()
    except OSError as error:
        raise UserError(f"{folder / name} cannot be read ({error.strerror or error}).") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{folder / name} cannot be read ({error}); save it as UTF-8.") from error
    listed = {}
    for at, line in enumerate(lines, start=1):
        if line.strip():
            entry = re.fullmatch(r"(\d+)[,\s]\s*(\S.*?)\s*", line)
            if not entry or entry[1] in listed:
                raise UserError(f"{folder / name}, line {at}: {line!r} must be a number of its own and a value.")
            listed[entry[1]] = entry[2]
    return listed
