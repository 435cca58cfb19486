"""The 19 corruptions of Hendrycks and Dietterich (2019), for grey images, at five severities.

They are written anew in the form that Pham et al. (2021) gave them for MNIST: grey, and with levels of their own choice.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from sleep_robustness.arrays import load_arrays
from sleep_robustness.corruptions import blur, digital, noise, spatter, weather
from sleep_robustness.corruptions.levels import LEVELS, NAMES
from sleep_robustness.errors import UserError

__all__ = ["LEVELS", "NAMES", "as_uint8", "corrupt", "load_photographs"]

BLURS_OF_COLUMNS = ("gaussian_blur", "glass_blur")  # those that can blur along columns alone


def corrupt(
    images: np.ndarray,
    name: str,
    severity: int,
    rng: np.random.Generator,
    *,
    columns_alone: bool = False,
    photographs: Sequence[np.ndarray] | None = None,
) -> np.ndarray:
    """`images` [n, side, side], floats in 0..1, under the corruption `name`; of the same shape and type, clipped.

    name: one of NAMES; severity: 1 to 5, see LEVELS; rng: all that is random is drawn from it, for all images at once, by calls
    that NumPy's RandomState has too; columns_alone: gaussian_blur and glass_blur blur along columns alone, as the released code
    does; photographs: for frost alone, grey pictures of frost in 0..1, no side shorter than the images'. Raises UserError for
    an unknown corruption or severity, for what are no such images, and for photographs that frost lacks or cannot be cut from.
    """
    check(images, name, severity)
    options = {"columns_alone": columns_alone} if name in BLURS_OF_COLUMNS else {}
    if name == "frost":
        options = {"photographs": _checked_photographs(photographs, images.shape[-1])}
    (function,) = (getattr(module, name) for module in (blur, digital, noise, spatter, weather) if hasattr(module, name))
    corrupted = function(images.astype(np.float64), LEVELS[name][severity - 1], rng, **options)
    return np.clip(corrupted, 0, 1).astype(images.dtype)


def as_uint8(images: np.ndarray) -> np.ndarray:
    """`images`, in 0..1, as bytes keep them: 255·x truncated, as the released code does it, and again in 0..1."""
    return np.floor(images * 255) / 255


def load_photographs(path: Path) -> list[np.ndarray]:
    """Photographs of frost that `data.frost.download` wrote, in the order of their names: grey float32 arrays in 0..1, each
    [height, width]. Raises UserError for another file."""
    return [photograph / np.float32(255) for _, photograph in sorted(load_arrays(path).items())]


def check(images: np.ndarray, name: str, severity: int) -> None:
    """Raise UserError for an unknown corruption or severity, and for what are no images in 0..1."""
    if name not in LEVELS:
        close = get_close_matches(str(name), NAMES, 1)
        raise UserError(
            f"there is no corruption {name!r}; " + (f"did you mean {close[0]}?" if close else f"there are {', '.join(NAMES)}.")
        )
    if not isinstance(severity, int | np.integer) or not 1 <= severity <= 5:
        raise UserError(f"the severity of {name} is {severity!r}; it must be a whole number from 1 to 5.")
    square = images.ndim == 3 and images.shape[1] == images.shape[2] and images.size
    if not square or not np.issubdtype(images.dtype, np.floating):
        raise UserError(
            f"{name} cannot be done to {images.dtype} data of shape {list(images.shape)}; corruptions are for one or more "
            "square images, floats of shape [n, side, side]."
        )
    if not ((images >= 0) & (images <= 1)).all():  # NaN is neither
        raise UserError(f"{name} is for images from 0 to 1; these have values outside, or ones that are no numbers.")


def _checked_photographs(photographs: Sequence[np.ndarray] | None, side: int) -> Sequence[np.ndarray]:
    """The photographs, if frost can be cut from each for images of that side; else UserError."""
    if not photographs:
        raise UserError("frost needs photographs of frost; give at least one.")
    for photograph in photographs:
        if photograph.ndim != 2 or min(photograph.shape) < side:
            raise UserError(
                f"a photograph of frost has the shape {list(photograph.shape)}; it must be grey, and {side} pixels or more in "
                "height and width, as the images have."
            )
    return photographs
