"""Drops of water or mud on the lens (Hendrycks and Dietterich 2019), in the bytes that the authors' form reckons in.

Water's shade is made of the distance from the drops' edges. Edges (Canny 1986, on L1 gradients), distances (Borgefors 1986)
and the equalised histogram are as OpenCV defines them, for a whole batch of images.
"""

import numpy as np
from scipy.ndimage import correlate, correlate1d, gaussian_filter, label

GREY = (0.299, 0.587, 0.114)  # weights of red, green and blue
WATER, MUD = (175, 238, 238), (63, 42, 20)  # red, green and blue, of 255
WEAK, STRONG = 50, 150  # L1 gradients: of an edge that a strong one continues, and of one that stands by itself
STEEP = np.tan(np.pi / 8)  # a gradient is along an axis up to this ratio of its two parts
FARTHEST = 20  # pixels from an edge; farther counts as this far
STEPS = {(0, 1): 1, (1, 1): 1.4, (1, 2): 2.1969}  # length of a step of 5 × 5 chamfer distances, by its two parts
EMBOSS = np.array([[[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]])


def spatter(x: np.ndarray, level: tuple, rng: np.random.Generator) -> np.ndarray:
    """x [n, side, side], in 0..1, under drops, each image under its own.

    level: mean and standard deviation of noise, the standard deviation of the Gaussian that smooths it, the value from which
    there is a drop, its amount (water: of the brightest drop; mud: the standard deviation of its smoothing), water or mud.
    """
    mean, sd, sigma, threshold, amount, kind = level
    noise = gaussian_filter(rng.normal(mean, sd, x.shape), sigma, mode="nearest", axes=(1, 2))
    if kind == "mud":
        cover = gaussian_filter((noise > threshold).astype(float), amount, mode="nearest", axes=(1, 2))
        cover[cover < 0.8] = 0
        return x * (1 - cover) + cover * np.dot(GREY, MUD) / 255
    drops = np.where(noise < threshold, 0, noise).clip(0, 1)  # above 1 the authors' bytes overflow, in 1 % of images at most
    shade = amount * _shade(np.floor(drops * 255))
    return sum(share * np.clip(x + shade * colour / 255, 0, 1) for share, colour in zip(GREY, WATER, strict=True))


def _shade(drops: np.ndarray) -> np.ndarray:
    """How bright the water of drops [n, side, side], in bytes, is: 1 where an image has its brightest, 0 without drops."""
    distances = np.floor(_mean_of_nine(_distances(edges(drops)))).astype(int)
    embossed = correlate(equalised(distances), EMBOSS, mode="mirror").clip(0, 255)
    shade = drops * np.rint(_mean_of_nine(embossed))
    most = shade.max(axis=(1, 2), keepdims=True)
    return np.divide(shade, most, out=np.zeros_like(shade), where=most > 0)


def _mean_of_nine(x: np.ndarray) -> np.ndarray:
    """The mean of each pixel's 3 × 3 neighbours, mirrored at the outermost pixels; float32, so that it meets whole numbers."""
    for axis in (1, 2):
        x = correlate1d(x, [1, 1, 1], axis, output=float, mode="mirror")
    return (x / 9).astype(np.float32)


def edges(x: np.ndarray) -> np.ndarray:
    """Canny's edges of x [n, side, side], in bytes, without smoothing; bool.

    A pixel is an edge if its gradient is larger than those before and after it along the gradient, of the four directions that
    pixels have, and it is strong or connected to one that is.
    """
    down, along = _sobel(x, 1), _sobel(x, 2)
    size, flat, steep = np.abs(down) + np.abs(along), np.abs(down) < STEEP * np.abs(along), np.abs(along) < STEEP * np.abs(down)
    opposed = down * along < 0

    def largest(row: int, column: int, equal: bool) -> np.ndarray:
        before, after = (_moved(size, sign * row, sign * column, 0) for sign in (1, -1))
        return (size > before) & (size >= after if equal else size > after)

    falling, rising = largest(1, 1, False), largest(1, -1, False)
    diagonal = np.where(opposed, rising, falling)
    peak = np.select([flat, steep], [largest(0, 1, True), largest(1, 0, True)], diagonal) & (size > WEAK)
    connected = np.zeros((3, 3, 3))
    connected[1] = 1  # eight neighbours, and none in another image
    parts, count = label(peak, connected)
    strong = np.zeros(count + 1, bool)
    strong[parts[peak & (size > STRONG)]] = True
    return strong[parts] & peak


def _sobel(x: np.ndarray, axis: int) -> np.ndarray:
    """Sobel's gradient of each image along axis 1 or 2; borders are replicated. SciPy's would smooth across images."""
    return correlate1d(correlate1d(x, [-1, 0, 1], axis, mode="nearest"), [1, 2, 1], 3 - axis, mode="nearest")


def _distances(edge: np.ndarray) -> np.ndarray:
    """The 5 × 5 chamfer distance to the nearest edge of the image, at most FARTHEST."""
    distance = np.where(edge, 0, FARTHEST).astype(np.float32)
    while True:
        nearer = distance
        for (a, b), length in STEPS.items():
            for row, column in {(s * p, t * q) for p, q in ((a, b), (b, a)) for s in (1, -1) for t in (1, -1)}:
                nearer = np.minimum(nearer, _moved(distance, row, column, FARTHEST) + np.float32(length))
        if np.array_equal(nearer, distance):
            return distance
        distance = nearer


def _moved(x: np.ndarray, rows: int, columns: int, filled: float) -> np.ndarray:
    """x, each image moved down and to the right by at most 2 pixels; `filled` where nothing came."""
    height, width = x.shape[1:]
    around = np.pad(x, ((0, 0), (2, 2), (2, 2)), constant_values=filled)
    return around[:, 2 - rows : 2 - rows + height, 2 - columns : 2 - columns + width]


def equalised(x: np.ndarray) -> np.ndarray:
    """x [n, side, side], of bytes, with the values of each image spread over 0 to 255 by their ranks; one of a single value
    stays."""
    images, pixels = np.arange(len(x))[:, None], x.shape[1] * x.shape[2]
    counts = np.bincount((x + 256 * images[:, :, None]).ravel(), minlength=256 * len(x)).reshape(len(x), 256)
    darkest = counts[images, (counts > 0).argmax(axis=1)[:, None]]
    spread = np.rint((counts.cumsum(axis=1) - darkest) * 255 / np.maximum(pixels - darkest, 1))
    table = np.where(darkest == pixels, np.arange(256), spread)
    return table[images[:, :, None], x]
