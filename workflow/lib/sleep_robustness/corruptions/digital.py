"""What screens, scanners and files do (Hendrycks and Dietterich 2019). x [n, side, side] is in 0..1; nothing is clipped."""

from io import BytesIO

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter, map_coordinates


def brightness(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """x brighter by the level. Draws nothing."""
    return x + level


def contrast(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """The level is the share that is left of each pixel's distance to the image's mean. Draws nothing."""
    means = x.mean(axis=(1, 2), keepdims=True)
    return (x - means) * level + means


def saturate(x: np.ndarray, level: tuple, rng: np.random.Generator) -> np.ndarray:
    """x times the level's first plus its second: of colours these change the saturation, of grey the brightness. Draws
    nothing."""
    factor, summand = level
    return x * factor + summand


def elastic_transform(x: np.ndarray, level: tuple, rng: np.random.Generator) -> np.ndarray:
    """x after a random affine map, and then moved along a smooth random field, linear between pixels.

    level: the field's amplitude, the standard deviation of the Gaussian that smooths it, and how far at most the affine map
    moves each coordinate of three points.
    """
    amplitude, sigma, reach = level
    moves = rng.uniform(-reach, reach, (len(x), 3, 2))
    along, down = (amplitude * gaussian_filter(rng.uniform(-1, 1, x.shape), sigma, truncate=3, axes=(1, 2)) for _ in range(2))
    images, rows, columns = np.indices(x.shape)
    return map_coordinates(_affine(x, moves), [images, rows + down, columns + along], order=1, mode="reflect")


def _affine(x: np.ndarray, moves: np.ndarray) -> np.ndarray:
    """x by the affine map that moves three corners of a square around the centre by `moves` [n, 3, 2], columns before rows; the
    corners are a third of the side from the centre. Borders are mirrored at the outermost pixels."""
    side = x.shape[-1]
    far, near = side // 2 + side // 3, side // 2 - side // 3
    corners = np.array([[far, far], [far, near], [near, near]], float)
    back = np.linalg.solve(np.dstack([corners + moves, np.ones((len(x), 3))]), corners)
    images, rows, columns = np.indices(x.shape)
    places = np.stack([columns[0], rows[0], np.ones_like(rows[0])], axis=-1).reshape(-1, 3) @ back
    columns, rows = np.moveaxis(places.reshape(*x.shape, 2), -1, 0)
    return map_coordinates(x, [images, rows, columns], order=1, mode="mirror")


def pixelate(x: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """x shrunk to the level's share of its side, rounded down, and enlarged again, both by a box filter. Draws nothing."""
    side = x.shape[-1]
    small = int(side * level)
    images = (Image.fromarray(image.astype(np.float32)).resize((small, small), Image.Resampling.BOX) for image in x)
    return np.stack([np.asarray(image.resize((side, side), Image.Resampling.BOX)) for image in images])


def jpeg_compression(x: np.ndarray, level: int, rng: np.random.Generator) -> np.ndarray:
    """x, rounded to bytes, after JPEG; the level is its quality. Draws nothing."""
    return np.stack([_jpeg(image, level) for image in np.rint(x * 255).astype(np.uint8)]) / 255


def _jpeg(image: np.ndarray, quality: int) -> np.ndarray:
    file = BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))
