"""Corruptions: closed forms, the batch, bad input, and `imagecorruptions`, not written here, as a referee.

Bad input tried: a name that is misspelt or unlike any, severities 0, 6, 1.5 and "1", flat vectors, oblong images, bytes, no
image at all, values below 0, above 1 and NaN, frost without photographs, with one too small, and with one in colours.

The referee and what it imports are no dependencies of ours. Its tests run where they are installed: `pip install --no-deps
imagecorruptions-imaug==1.1.5 opencv-python-headless==5.0.0.93 scikit-image==0.26.0 lazy-loader==0.6`. Ten of its functions are
in method and levels as the authors' of the paper; the others are not.
"""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy.ndimage import gaussian_filter, gaussian_filter1d, zoom

from sleep_robustness.corruptions import LEVELS, NAMES, as_uint8, blur, corrupt, digital, noise, spatter, warps, weather
from sleep_robustness.errors import UserError

DETERMINISTIC = [
    "gaussian_blur",
    "defocus_blur",
    "zoom_blur",
    "brightness",
    "contrast",
    "saturate",
    "pixelate",
    "jpeg_compression",
]
BLURS = [  # what moves or mixes pixels alone
    "gaussian_blur",
    "glass_blur",
    "defocus_blur",
    "motion_blur",
    "zoom_blur",
    "elastic_transform",
    "pixelate",
]
PHOTOGRAPHS = [np.random.default_rng(k).uniform(size=(50 + k, 60)).astype(np.float32) for k in range(3)]
LARGE = np.full((40, 100, 100), 0.5)  # grey, for means and variances


def smooth(n, side, seed=0):
    """Images of soft blobs in all greys, as multiples of 1/255."""
    images = gaussian_filter(np.random.default_rng(seed).uniform(size=(n, side, side)), 1.5, axes=(1, 2))
    low, high = (bound(images, axis=(1, 2), keepdims=True) for bound in (np.min, np.max))
    return np.rint((images - low) / (high - low) * 255) / 255


def rng(seed=0):
    return np.random.default_rng(seed)


class Highest:
    """Stands for a generator of which each draw is as large as it can be."""

    def uniform(self, low, high, size):
        return np.full(size, float(high))


def done(images, name, severity=1, seed=0, **options):
    return corrupt(images, name, severity, rng(seed), photographs=PHOTOGRAPHS, **options)


@given(
    st.sampled_from(NAMES),
    st.integers(1, 5),
    st.integers(1, 3),
    st.integers(8, 40),
    st.sampled_from([np.float32, np.float64]),
    st.sampled_from([np.random.default_rng, np.random.RandomState]),
)
@settings(max_examples=60, deadline=None)
def test_shape_type_and_bounds_are_kept(name, severity, n, side, kind, generator):
    images = smooth(n, side).astype(kind)
    before = images.copy()
    corrupted = corrupt(images, name, severity, generator(1), photographs=PHOTOGRAPHS)
    assert corrupted.shape == images.shape and corrupted.dtype == kind
    assert ((corrupted >= 0) & (corrupted <= 1)).all()
    np.testing.assert_array_equal(images, before)


@pytest.mark.parametrize("severity", [1, 4, 5])  # 1 is water and 4 mud
@pytest.mark.parametrize("name", NAMES)
def test_an_image_does_not_depend_on_its_neighbours(name, severity):
    """The first of a batch, on the same draws; where nothing is drawn, any of the batch is as it is alone."""
    images, others = smooth(4, 28), smooth(4, 28, seed=1)
    others[0] = images[0]
    np.testing.assert_array_equal(done(images, name, severity)[0], done(others, name, severity)[0])
    if name in DETERMINISTIC:
        np.testing.assert_array_equal(done(images, name, severity)[2:3], done(images[2:3], name, severity))


@pytest.mark.parametrize("name", NAMES)
def test_draws_decide(name):
    images = smooth(2, 28)
    np.testing.assert_array_equal(done(images, name, seed=1), done(images, name, seed=1))
    assert np.array_equal(done(images, name, seed=1), done(images, name, seed=2)) == (name in DETERMINISTIC)


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"saturate", "elastic_transform", "fog"}))  # their kind changes
def test_severity_1_is_milder_than_5(name):
    images = smooth(20, 28) ** 2
    mild, strong = (np.abs(done(images, name, severity) - images).mean() for severity in (1, 5))
    assert 0 < mild < strong


@pytest.mark.parametrize("name", BLURS)
@pytest.mark.parametrize("severity", [1, 5])
def test_blurs_and_warps_keep_a_constant_image(name, severity):
    images = np.stack([np.zeros((28, 28)), np.full((28, 28), 0.7), np.ones((28, 28))])
    excess = 0.014 if (name, severity) == ("defocus_blur", 5) else 0  # see `blur.disk`
    np.testing.assert_allclose(done(images, name, severity), images, atol=1e-7, rtol=excess)


def test_noise_has_the_mean_and_deviation_of_its_level():
    gaussian = noise.gaussian_noise(LARGE, 0.38, rng())
    assert abs(gaussian.mean() - 0.5) < 0.002 and abs(gaussian.std() - 0.38) < 0.002
    speckle = noise.speckle_noise(LARGE, 0.7, rng())
    assert abs(speckle.mean() - 0.5) < 0.002 and abs(speckle.std() - 0.35) < 0.002
    shot = noise.shot_noise(LARGE, 12, rng())
    assert abs(shot.mean() - 0.5) < 0.002 and abs(shot.var() - 0.5 / 12) < 0.001
    np.testing.assert_allclose(shot * 12, np.rint(shot * 12), atol=1e-12)


def test_impulse_noise_makes_its_share_of_salt_and_of_pepper():
    for share in LEVELS["impulse_noise"]:
        struck = noise.impulse_noise(LARGE, share, rng())
        assert abs((struck == 1).mean() - share / 2) < 0.003 and abs((struck == 0).mean() - share / 2) < 0.003
        assert (struck[(struck != 0) & (struck != 1)] == 0.5).all()


@pytest.mark.parametrize("severity", range(1, 6))
def test_brightness_contrast_and_saturation_of_grey(severity):
    images = smooth(3, 28)
    means = images.mean(axis=(1, 2), keepdims=True)
    brighter, (factor, summand) = LEVELS["brightness"][severity - 1], LEVELS["saturate"][severity - 1]
    left = LEVELS["contrast"][severity - 1]
    np.testing.assert_allclose(done(images, "brightness", severity), np.minimum(images + brighter, 1))
    np.testing.assert_allclose(done(images, "saturate", severity), np.clip(factor * images + summand, 0, 1))
    np.testing.assert_allclose(done(images, "contrast", severity), left * images + (1 - left) * means)


def point(side=41):
    images = np.zeros((1, side, side))
    images[0, side // 2, side // 2] = 1
    return images


@pytest.mark.parametrize(("severity", "sigma"), [(1, 1), (3, 3)])
def test_gaussian_blur_of_a_point_is_the_gaussian(severity, sigma):
    line = np.exp(-(np.arange(-20, 21) ** 2) / (2 * sigma**2)) * (np.abs(np.arange(-20, 21)) <= 4 * sigma)
    line /= line.sum()
    np.testing.assert_allclose(done(point(), "gaussian_blur", severity)[0], np.outer(line, line), atol=1e-12)
    column = np.outer(line, np.arange(41) == 20)
    np.testing.assert_allclose(done(point(), "gaussian_blur", severity, columns_alone=True)[0], column, atol=1e-12)


def test_columns_alone_leave_columns_apart():
    images, (sigma, *_) = smooth(2, 28), LEVELS["glass_blur"][4]
    once = gaussian_filter1d(images, 1, axis=1, mode="nearest")
    np.testing.assert_allclose(done(images, "gaussian_blur", columns_alone=True), once, atol=1e-12)
    twice = gaussian_filter1d(gaussian_filter1d(images, sigma, axis=1, mode="nearest"), sigma, axis=1, mode="nearest")
    np.testing.assert_allclose(blur.glass_blur(images, (sigma, 1, 0), rng(), columns_alone=True), twice, atol=1e-12)
    for name in ("gaussian_blur", "glass_blur"):
        assert not np.allclose(done(images, name), done(images, name, columns_alone=True), atol=0.01)


def test_glass_swaps_pixels_and_loses_none():
    images = rng().uniform(size=(3, 28, 28))
    swapped = blur.glass_blur(images, (0, 2, 2), rng())
    np.testing.assert_array_equal(np.sort(swapped.reshape(3, -1)), np.sort(images.reshape(3, -1)))
    assert (swapped != images).mean() > 0.5


@pytest.mark.parametrize("severity", range(1, 6))
def test_defocus_of_a_point_is_the_disk(severity):
    """Near its rim the disk is smoothed; farther inside it is even, and farther outside 0."""
    radius, _ = LEVELS["defocus_blur"][severity - 1]
    (image,) = done(point(), "defocus_blur", severity)
    rows, columns = np.indices(image.shape) - 20
    distance = np.hypot(rows, columns)
    inside = image[distance < radius - 2]
    np.testing.assert_allclose(inside, 1 / (distance <= radius).sum(), rtol=1e-6)
    assert (image[distance > radius + 2] == 0).all()
    assert image.sum() == pytest.approx(1, abs=1e-6 if radius < 8 else 0.014)  # see `blur.disk`


@pytest.mark.parametrize(("degrees", "down", "along"), [(0, 0, 1), (90, 1, 0), (180, 0, -1), (-90, -1, 0)])
def test_motion_smears_a_point_along_a_ray(degrees, down, along):
    """A pixel takes from those on the ray, so a point is seen against the ray's direction, ever fainter."""
    (image,) = warps.smeared(point(), 5, 3, np.array([degrees]))
    weights = np.exp(-(np.arange(11) ** 2) / 18)
    ray = [image[20 - down * k, 20 - along * k] for k in range(11)]
    np.testing.assert_allclose(ray, weights / weights.sum())
    assert image.sum() == pytest.approx(1)


def test_motion_has_a_direction_an_image():
    smeared = warps.smeared(np.repeat(point(), 3, axis=0), 5, 3, np.array([10, -40, 10]))
    np.testing.assert_array_equal(smeared[0], smeared[2])
    assert not np.array_equal(smeared[0], smeared[1])


@pytest.mark.parametrize("factor", [1, 1.03, 1.12, 1.2, 2.5, 3, 4, 4.5])
def test_zoom_is_scipys_of_the_centre(factor):
    images = smooth(2, 28)
    part = int(np.ceil(28 / factor - 1e-9))
    start = (28 - part) // 2
    whole = zoom(images[:, start : start + part, start : start + part], (1, factor, factor), order=1)
    cut = (whole.shape[1] - 28) // 2
    np.testing.assert_allclose(warps.zoomed(images, factor), whole[:, cut : cut + 28, cut : cut + 28], atol=1e-12)


@pytest.mark.parametrize(("severity", "zooms"), [(1, 11), (2, 16), (3, 11), (4, 13), (5, 11)])
def test_zoom_blur_is_a_mean_of_zooms_from_1(severity, zooms, monkeypatch):
    seen = []
    monkeypatch.setattr(blur, "zoomed", lambda x, factor: seen.append(factor) or 0 * x)
    images = smooth(1, 28)
    np.testing.assert_allclose(blur.zoom_blur(images, LEVELS["zoom_blur"][severity - 1], None), images / (zooms + 1))
    assert seen[0] == 1 and len(seen) == zooms and seen[-1] <= LEVELS["zoom_blur"][severity - 1][0] + 1e-9


def test_snow_is_a_layer_and_the_layer_turned_upon_a_whitened_image():
    for level in LEVELS["snow"]:
        share, images = level[-1], smooth(3, 28)
        layers = weather.snow(images, level, rng()) - share * images - (1 - share) * (1.5 * images + 0.5)
        np.testing.assert_allclose(layers, layers[:, ::-1, ::-1], atol=1e-12)
        assert layers.min() > -1e-12 and 0.01 < layers.max() <= 2


def test_frost_adds_a_part_of_a_photograph():
    images, ramp = np.zeros((300, 28, 28)), np.arange(30 * 31).reshape(30, 31) / 1000
    frosted = weather.frost(images, (1, 0.4), rng(), [ramp, 1 + ramp]) / 0.4
    np.testing.assert_allclose(frosted - frosted[:, :1, :1], np.broadcast_to(ramp[:28, :28], frosted.shape), atol=1e-9)
    corners = frosted[:, 0, 0]
    starts = [photo[row, column] for photo in (ramp, 1 + ramp) for row in range(3) for column in range(4)]
    np.testing.assert_allclose(np.unique(corners.round(9)), starts)  # each part of each photograph occurs, and no other
    ((image,),) = [weather.frost(np.full((1, 28, 28), 0.2), (0.6, 0.75), rng(), [np.full((28, 28), 0.5)])]
    np.testing.assert_allclose(image, 0.6 * 0.2 + 0.75 * 0.5)


def test_fog_is_between_nothing_and_its_amount():
    for severity, (amount, _) in enumerate(LEVELS["fog"], 1):
        images = smooth(3, 28) * 0.8
        fogged, white = done(images, "fog", severity), images.max(axis=(1, 2), keepdims=True)
        assert (fogged <= white + 1e-12).all() and (fogged >= images * white / (white + amount) - 1e-12).all()
    assert (done(np.zeros((1, 28, 28)), "fog") == 0).all()  # as the released code does it


def test_plasma_fills_0_to_1_and_is_rougher_with_less_decay():
    smoother, rougher = (weather.plasma(64, decay, rng()) for decay in (1.7, 1.1))
    assert smoother.min() == 0 and smoother.max() == 1 and smoother.shape == (64, 64)
    assert np.abs(np.diff(smoother)).mean() < np.abs(np.diff(rougher)).mean() / 2


def test_elastic_moves_by_its_map_and_by_its_field():
    """With every draw at its largest, the affine map moves by its reach, and the field back by its amplitude."""
    images = smooth(2, 28)
    np.testing.assert_allclose(digital.elastic_transform(images, (0, 1, 0), rng()), images, atol=1e-12)
    moved = digital.elastic_transform(images, (5, 2, 2), Highest())
    np.testing.assert_allclose(moved[:, 2:-5, 2:-5], images[:, 5:-2, 5:-2], atol=1e-12)
    half = digital.elastic_transform(images, (0, 2, 0.5), Highest())
    means = (images[:, 1:, 1:] + images[:, :-1, :-1] + images[:, 1:, :-1] + images[:, :-1, 1:]) / 4
    np.testing.assert_allclose(half[:, 1:, 1:], means, atol=1e-12)


def test_pixelate_by_half_is_the_mean_of_blocks():
    images = smooth(3, 28)
    blocks = images.reshape(3, 14, 2, 14, 2).mean(axis=(2, 4))
    np.testing.assert_allclose(done(images, "pixelate", 2), np.kron(blocks, np.ones((1, 2, 2))), atol=1e-6)


def test_jpeg_is_that_of_the_three_equal_colours():
    """The released code writes grey as three colours; their brightness is what one channel of grey holds."""
    images = smooth(2, 28)
    for severity, quality in enumerate(LEVELS["jpeg_compression"], 1):
        for image, found in zip(images, done(images, "jpeg_compression", severity), strict=True):
            file = io.BytesIO()
            Image.fromarray(np.rint(image * 255).astype(np.uint8)).convert("RGB").save(file, "JPEG", quality=quality)
            np.testing.assert_allclose(found, np.asarray(Image.open(file))[..., 0] / 255)


def test_no_drop_leaves_the_image_and_a_drop_covers_it():
    images = smooth(2, 28)
    for kind in ("water", "mud"):
        dry = spatter.spatter(images, (0.5, 0.01, 2, 0.9, 1, kind), rng())
        np.testing.assert_allclose(dry, images, atol=1e-12)
    covered = spatter.spatter(images, (0.9, 0.01, 2, 0.5, 1, "mud"), rng())
    np.testing.assert_allclose(covered, (0.299 * 63 + 0.587 * 42 + 0.114 * 20) / 255)
    wet = spatter.spatter(images, LEVELS["spatter"][0], rng())
    assert (wet >= images - 1e-12).all() and (wet > images + 0.1).any()


def test_edges_are_lines_of_one_pixel_that_end_in_strong_ones():
    step = np.zeros((3, 12, 12))
    step[0, :, 6:] = 100  # across columns, strong
    step[1, 6:] = 100  # across rows
    step[2, :, 6:] = 15  # weak, and connected to nothing
    found = spatter.edges(step)
    np.testing.assert_array_equal(found[0], np.tile(np.arange(12) == 5, (12, 1)))
    np.testing.assert_array_equal(found[1], found[0].T)
    assert not found[2].any()
    step[2, :3, 6:] = 100  # weak, and connected to a strong one
    assert spatter.edges(step)[2, :, 5:7].any(axis=1).all()


def test_a_histogram_is_equalised_by_ranks():
    images = np.array([[[7, 7], [3, 9]], [[5, 5], [5, 5]]])
    np.testing.assert_array_equal(spatter.equalised(images), [[[170, 170], [0, 255]], [[5, 5], [5, 5]]])


def test_bytes_are_truncated():
    grey = np.arange(256, dtype=np.float32) / 255
    np.testing.assert_array_equal(as_uint8(grey), grey)
    np.testing.assert_array_equal(as_uint8(np.array([0.999, 0.0039])), [254 / 255, 0])


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": "gausian_noise"}, "there is no corruption 'gausian_noise'; did you mean gaussian_noise?"),
        ({"name": "zzz"}, "there is no corruption 'zzz'; there are gaussian_noise, "),
        ({"severity": 0}, "the severity of fog is 0; it must be a whole number from 1 to 5."),
        ({"severity": 6}, "is 6; it must be a whole number"),
        ({"severity": 1.5}, "is 1.5; it must be a whole number"),
        ({"severity": "1"}, "is '1'; it must be a whole number"),
        (
            {"images": np.zeros((3, 784))},
            "fog cannot be done to float64 data of shape [3, 784]; corruptions are for one or more",
        ),
        ({"images": np.zeros((3, 28, 20))}, "of shape [3, 28, 20]; "),
        ({"images": np.zeros((3, 28, 28), np.uint8)}, "uint8 data"),
        ({"images": np.zeros((0, 28, 28))}, "of shape [0, 28, 28]; "),
        ({"images": np.full((1, 28, 28), 1.01)}, "fog is for images from 0 to 1; these have values outside"),
        ({"images": np.full((1, 28, 28), -0.01)}, "values outside"),
        ({"images": np.full((1, 28, 28), np.nan)}, "no numbers"),
        ({"name": "frost"}, "frost needs photographs of frost; give at least one."),
        ({"name": "frost", "photographs": []}, "frost needs photographs"),
        (
            {"name": "frost", "photographs": [np.ones((28, 27))]},
            "has the shape [28, 27]; it must be grey, and 28 pixels or more",
        ),
        ({"name": "frost", "photographs": [np.ones((90, 90, 3))]}, "has the shape [90, 90, 3]; it must be grey"),
    ],
)
def test_bad_input_is_one_sentence(changed, told):
    good = {"images": np.zeros((1, 28, 28)), "name": "fog", "severity": 1, "rng": rng(), "photographs": None} | changed
    with pytest.raises(UserError) as error:
        corrupt(**good)
    assert told in str(error.value) and str(error.value)[-1] in ".?"


LARGER = {"motion_blur": 60, "snow": 60}  # there the referee's motion does not stop at a border, nor its zoom need a cut
SINGLE = ("gaussian_noise", "shot_noise", "impulse_noise")  # of three equal colours the referee would draw for each
TOLERANCE = {"snow": 1.0}  # in 1/255: the referee rounds both of its layers to bytes
GREY = {"spatter": (0.299, 0.587, 0.114)}  # weights of colours that differ


@pytest.mark.parametrize("severity", [1, 3, 5])
@pytest.mark.parametrize(
    "name",
    [
        "gaussian_noise",
        "shot_noise",
        "impulse_noise",
        "defocus_blur",
        "motion_blur",
        "snow",
        "brightness",
        "contrast",
        "gaussian_blur",
        "spatter",
    ],
)
def test_ten_are_as_the_referees_draw_for_draw(name, severity):
    referee = pytest.importorskip(
        "imagecorruptions.corruptions", reason="THE REFEREE IS NOT HERE: the head of this file says how to install it"
    )
    for seed, image in enumerate(smooth(8, LARGER.get(name, 28))):
        in_bytes = np.rint(image * 255).astype(np.uint8)
        given = in_bytes if name in SINGLE else np.stack([in_bytes] * 3, axis=-1)
        if name == "impulse_noise":  # which takes a generator of its own
            drawn, options = rng(seed), {"seed": rng(seed)}
        else:
            np.random.seed(seed)  # noqa: NPY002  the referee draws from NumPy's global numbers
            drawn, options = np.random.RandomState(seed), {}
        with np.errstate(invalid="ignore"):
            theirs = getattr(referee, name)(Image.fromarray(given) if name == "spatter" else given, severity, **options)
        if np.ndim(theirs) == 3:
            theirs = theirs @ np.array(GREY.get(name, (1, 0, 0)))
        ours = corrupt(image[None], name, severity, drawn)[0] * 255
        np.testing.assert_allclose(ours, theirs, atol=TOLERANCE.get(name, 0.02))


def test_the_plasma_is_the_referees_draw_for_draw():
    referee = pytest.importorskip(
        "imagecorruptions.corruptions", reason="THE REFEREE IS NOT HERE: the head of this file says how to install it"
    )
    for decay in (1.7, 1.1):
        np.random.seed(3)  # noqa: NPY002
        ours = weather.plasma(64, decay, np.random.RandomState(3))
        np.testing.assert_allclose(ours, referee.plasma_fractal(64, decay), atol=1e-6)
