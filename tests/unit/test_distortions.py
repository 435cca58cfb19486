import numpy as np

from sleep_robustness.distortions import blur, noise

CLIPPED, FREE, REACH = {"clip": [0, 1]}, {"clip": None}, {"reach": 2}


def test_noise_has_the_variance_it_is_given():
    grey = np.full((200, 20, 20), 0.5, np.float32)
    noisy = noise.apply(grey, 0.3, np.random.default_rng(0), FREE)
    assert abs(noisy.mean() - 0.5) < 0.01 and abs(noisy.var() - 0.3) < 0.01 and noisy.dtype == np.float32
    clipped = noise.apply(grey, 0.3, np.random.default_rng(0), CLIPPED)
    np.testing.assert_array_equal(clipped, noisy.clip(0, 1))


def test_blur_of_a_point_is_the_truncated_kernel():
    """Kernel of 2⌈2σ⌉ + 1 pixels a side, normalised, as an outer product."""
    image = np.zeros((1, 21, 21))
    image[0, 10, 10] = 1
    for sigma in (0.5, 1.0, 1.5, 2.5):
        reach = int(np.ceil(2 * sigma))
        line = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
        kernel = np.outer(line, line) / line.sum() ** 2
        expected = np.zeros((21, 21))
        expected[10 - reach : 11 + reach, 10 - reach : 11 + reach] = kernel
        np.testing.assert_allclose(blur.apply(image, sigma, None, REACH)[0], expected, atol=1e-12)


def test_blur_replicates_borders_and_keeps_images_apart():
    images = np.stack([np.zeros((9, 9)), np.ones((9, 9))])
    np.testing.assert_allclose(blur.apply(images, 2.0, None, REACH), images, atol=1e-12)
