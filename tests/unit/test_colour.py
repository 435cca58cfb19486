"""Corruptions of colour images: what is drawn once for all channels, and what is about colour."""

import colorsys

import numpy as np
import pytest

from sleep_robustness.corruptions import LEVELS, NAMES, corrupt
from sleep_robustness.corruptions.colour import NOISES, corrupt_colour
from sleep_robustness.errors import UserError

FROST = [np.random.default_rng(5).random((60, 50))]


def images(seed=0, grey=False):
    x = np.random.default_rng(seed).random((3, 32, 32, 3)).astype(np.float32)
    return np.repeat(x[..., :1], 3, axis=3) if grey else x


def done(x, name, severity=1):
    return corrupt_colour(x, name, severity, np.random.default_rng(1), FROST)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("severity", [1, 5])
def test_images_keep_shape_type_and_range(name, severity):
    x = images()
    found = done(x, name, severity)
    assert found.shape == x.shape and found.dtype == x.dtype
    assert found.min() >= 0 and found.max() <= 1 and not np.array_equal(found, x)


@pytest.mark.parametrize("name", sorted(set(NAMES) - {*NOISES, "brightness", "saturate", "jpeg_compression"}))
def test_a_grey_image_stays_grey_and_is_corrupted_as_the_grey_form_does_it(name):
    found = done(images(grey=True), name)
    wanted = corrupt(images(grey=True)[..., 0], name, 1, np.random.default_rng(1), photographs=FROST)
    for channel in range(3):
        np.testing.assert_array_equal(found[..., channel], wanted)


@pytest.mark.parametrize("name", NOISES)
def test_noise_is_drawn_for_each_channel(name):
    found = done(images(grey=True), name)
    assert (found[..., 0] != found[..., 1]).mean() > 0.01 and (found[..., 1] != found[..., 2]).mean() > 0.01


@pytest.mark.parametrize("severity", [1, 3, 5])
def test_brightness_and_saturation_are_those_of_hsv(severity):
    x = images()[:1].astype(float)
    x[0, 0, 0], x[0, 0, 1] = 0, 0.5  # black, and grey
    rise, (times, more) = LEVELS["brightness"][severity - 1], LEVELS["saturate"][severity - 1]
    bright, saturated = done(x, "brightness", severity), done(x, "saturate", severity)
    for row, column in np.ndindex(4, 32):
        hue, saturation, value = colorsys.rgb_to_hsv(*x[0, row, column])
        np.testing.assert_allclose(bright[0, row, column], colorsys.hsv_to_rgb(hue, saturation, min(value + rise, 1)))
        more_saturated = colorsys.hsv_to_rgb(hue, min(saturation * times + more, 1), value)
        np.testing.assert_allclose(saturated[0, row, column], more_saturated, atol=1e-12)


def test_jpeg_is_of_the_colour_image():
    """Red stripes of one pixel's width keep their mean in red and their light and shade, but not their colour: JPEG keeps that
    by blocks of 2 × 2."""
    x = np.zeros((1, 32, 32, 3))
    x[:, :, ::2, 0] = 1
    found, alone = done(x, "jpeg_compression", 1), corrupt(x[..., 0], "jpeg_compression", 1, np.random.default_rng(1))
    assert found[..., 1].max() < 0.5 and found[..., 0].mean() > 0.4 > found[..., 2].mean()
    assert np.ptp(found[0, 16, :, 0]) < 0.7 < np.ptp(alone[0, 16])


@pytest.mark.parametrize(("name", "severity"), [("brightness", 6), ("fog", 0), ("rain", 1)])
def test_what_there_is_not_is_one_sentence(name, severity):
    with pytest.raises(UserError):
        done(images(), name, severity)
