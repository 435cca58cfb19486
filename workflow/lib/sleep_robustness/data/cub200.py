"""CUB-200-2011 (Wah et al. 2011), or any folder in its layout with any of its classes: which images there are, their classes
and the official split. The images themselves become embeddings in `embeddings.py`."""

import logging
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sleep_robustness.errors import UserError

log = logging.getLogger("sleep_robustness")


@dataclass(frozen=True)
class Index:
    """files: paths of n images inside the folder; labels int64 [n], classes counted from 0 in the order of their numbers; train
    bool [n]; classes: the names of those classes that have images."""

    files: list[str]
    labels: np.ndarray
    train: np.ndarray
    classes: list[str]


def read_index(folder: Path, inverted: bool = False) -> Index:
    """The images that `folder` says it has, from its images.txt, image_class_labels.txt, classes.txt and train_test_split.txt.

    inverted: in train_test_split.txt 0 means training, not 1. The other files may list more than images.txt does. Raises
    UserError for a file or an entry that is missing, for an image that is not there, and for a class without training or test
    images.
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
    if wrong := {split[number] for number in images} - {"0", "1"}:
        raise UserError(f"{folder / 'train_test_split.txt'} says {wrong.pop()!r}; it must be 0 or 1.")
    gone = [file for file in images.values() if not (folder / "images" / file).is_file()]
    if gone:
        raise UserError(f"{folder / 'images'} lacks {len(gone)} of the {len(images)} images, first {gone[0]}.")
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
    return index


def unpack(archive: Path, target: Path) -> Path:
    """Unpack a .tar.gz and return the folder in it that holds images.txt. Raises UserError for what is no whole archive, for
    paths that would leave `target`, and where there is not just one such folder."""
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(target, filter="data")
    except tarfile.FilterError as error:
        raise UserError(f"{archive} would write outside its folder ({error}); do not trust it, get it again.") from error
    except (tarfile.TarError, EOFError, OSError) as error:
        raise UserError(f"{archive} cannot be unpacked ({error}); get it again.") from error
    found = sorted(target.glob("**/images.txt"))
    if len(found) != 1:
        raise UserError(f"{archive} holds {len(found)} files images.txt; there must be one, beside the folder images/.")
    return found[0].parent


def _listed(folder: Path, name: str) -> dict[str, str]:
    """The lines "number value" (or "number, value") of a file, by number, in its order."""
    try:
        lines = (folder / name).read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{folder / name} cannot be read ({getattr(error, 'strerror', None) or error}).") from error
    listed = {}
    for at, line in enumerate(lines, start=1):
        number, _, value = line.replace(",", " ", 1).partition(" ")
        if line.strip():
            if not number.isdigit() or not value.strip() or number in listed:
                raise UserError(f"{folder / name}, line {at}: {line!r} must be a number of its own and a value.")
            listed[number] = value.strip()
    return listed
