"""ResNet-50's embeddings: the conversion of He et al.'s weights, images of all kinds, what is kept of an interrupted run."""

import copy
import os
import re
from dataclasses import replace
from pathlib import Path

import foolbox
import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

from sleep_robustness import embeddings
from sleep_robustness.data import resnet50
from sleep_robustness.data.cub200 import load, locate, read_index
from sleep_robustness.embeddings import SIDE, WEIGHTS, embed, pixels
from sleep_robustness.errors import UserError
from sleep_robustness.vision import torchvision

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def network():
    """ResNet-50 with He et al.'s weights; without a way to get them the test skips, loudly."""
    file = ROOT / "resources/resnet50/he2016.weights"
    try:
        resnet50.download("he2016", file, ROOT / "resources/cache")
    except UserError as error:
        pytest.skip(f"WITHOUT RESNET-50: {error}")
    return WEIGHTS["he2016"].load(file)


@pytest.fixture
def photographs(tmp_path):
    """Images of all sorts, one file each."""
    rng, files = np.random.default_rng(0), []
    for name, mode, size in (
        ("wide.jpg", "RGB", (500, 375)),
        ("grey.jpg", "L", (375, 500)),
        ("crop.png", "RGB", (227, 227)),
        ("tiny.png", "RGBA", (40, 1000)),
        ("palette.gif", "P", (300, 224)),
    ):
        files.append(tmp_path / name)
        Image.fromarray(rng.integers(0, 256, size[::-1], np.uint8), "L").convert(mode).save(files[-1])
    return files


def test_the_converted_network_knows_foolboxs_photographs(network):
    """foolbox has 20 photographs of ImageNet, labelled in their names."""
    files = sorted((Path(foolbox.__file__).parent / "data").glob("imagenet_*.jpg"))
    labels = torch.tensor([int(re.search(r"_(\d+)\.jpg$", file.name)[1]) for file in files])
    images = torch.from_numpy(np.stack([pixels(file, 256) for file in files])).float()
    with torch.inference_mode():
        best = network(WEIGHTS["he2016"].prepare(images)).topk(5, dim=1).indices
    assert len(files) == 20
    assert (best[:, 0] == labels).sum() >= 19 and (best == labels[:, None]).any(1).all()


@pytest.mark.parametrize("shorter", [256, 232])
def test_any_image_becomes_its_centre_in_colour(photographs, shorter):
    for file in photographs:
        image = pixels(file, shorter)
        assert image.shape == (3, SIDE, SIDE) and image.dtype == np.uint8
    grey = pixels(photographs[1], shorter)
    assert (grey[0] == grey[1]).all() and (grey[0] == grey[2]).all()
    with Image.open(photographs[2]) as crop:  # neither shrunk nor enlarged
        np.testing.assert_array_equal(pixels(photographs[2], shorter), np.asarray(crop)[1:225, 1:225].transpose(2, 0, 1))


def test_floats_are_refused_since_they_would_be_black(tmp_path):
    Image.fromarray(np.full((300, 300), 0.5, np.float32)).save(tmp_path / "a.tiff")
    with pytest.raises(UserError, match=r"a\.tiff has floats as pixels; save it with whole numbers"):
        pixels(tmp_path / "a.tiff", 256)


def test_grey_of_16_bits_is_brought_to_8(tmp_path):
    levels = np.linspace(0, 65535, 224 * 224).reshape(224, 224).astype(np.uint16)
    Image.fromarray(levels).save(tmp_path / "deep.png")
    np.testing.assert_array_equal(pixels(tmp_path / "deep.png", 256)[0], levels // 257)


def test_an_image_too_large_to_be_one_is_one_sentence(photographs, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(UserError, match=r"wide\.jpg is no image that can be read .*exceeds limit"):
        pixels(photographs[0], 256)


@pytest.mark.parametrize("content", [b"", b"no image", None])
def test_a_file_that_is_no_whole_image_is_one_sentence(tmp_path, photographs, content):
    file = tmp_path / "bad.jpg"
    file.write_bytes(photographs[0].read_bytes()[:3000] if content is None else content)
    with pytest.raises(UserError, match=r"bad\.jpg is no image that can be read .*; replace it, or take it out of images\.txt"):
        pixels(file, 256)


def test_what_was_embedded_is_kept_by_its_content(network, photographs, tmp_path, monkeypatch):
    cache, bad = tmp_path / "cache", tmp_path / "bad.jpg"
    bad.write_bytes(b"no image")
    monkeypatch.setattr(embeddings, "BATCH", 1)
    with pytest.raises(UserError, match=r"bad\.jpg"):
        embed([*photographs[:3], bad], "he2016", network, cache)
    read = []
    monkeypatch.setattr(embeddings, "pixels", lambda file, shorter: read.append(file) or pixels(file, shorter))
    renamed = photographs[1].rename(tmp_path / "other name.jpg")
    again = embed([renamed, photographs[0], renamed], "he2016", network, cache)
    assert again.shape == (3, 2048) and again.dtype == np.float32 and (again[0] == again[2]).all()
    assert (again >= 0).all() and (again[0] != again[1]).any()
    assert not [file for file in read if isinstance(file, Path)]  # but for the image that is always the same


def test_what_other_weights_or_other_code_made_is_not_taken(network, photographs, tmp_path, monkeypatch):
    first = embed(photographs[:1], "he2016", network, tmp_path)
    changed = copy.deepcopy(network)
    changed.conv1.weight.data *= 1.01
    assert (embed(photographs[:1], "he2016", changed, tmp_path) != first).any()
    monkeypatch.setitem(WEIGHTS, "he2016", replace(WEIGHTS["he2016"], prepare=lambda pixels: pixels - 110))
    assert (embed(photographs[:1], "he2016", network, tmp_path) != first).any()
    assert len(list(tmp_path.glob("*/*.npz"))) == 3


def test_torchvisions_own_weights_are_read(tmp_path):
    """The network that is loaded is the one that was stored; random weights, since torchvision's need its own server."""
    torch.save((stored := torchvision.models.resnet50().eval()).state_dict(), tmp_path / "weights")
    images = torch.rand(2, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        torch.testing.assert_close(WEIGHTS["torchvision"].load(tmp_path / "weights")(images), stored(images))
    white = WEIGHTS["torchvision"].prepare(torch.full((1, 3, 1, 1), 255.0)).flatten()
    torch.testing.assert_close(white, (1 - torch.tensor([0.485, 0.456, 0.406])) / torch.tensor([0.229, 0.224, 0.225]))


def test_numbers_do_not_depend_on_the_workers_or_on_an_interruption_and_are_the_networks(
    network, photographs, tmp_path, monkeypatch
):
    monkeypatch.setattr(embeddings, "BATCH", 2)
    torch_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    one, two = (embed(photographs, "he2016", network, tmp_path / str(n), n) for n in (1, 2))
    embed(photographs[1:2], "he2016", network, tmp_path / "interrupted")
    gone_on = embed(photographs, "he2016", network, tmp_path / "interrupted")
    torch.set_num_threads(torch_threads)
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(one, gone_on)
    images = torch.from_numpy(np.stack([pixels(file, 256) for file in photographs])).float()
    found = []
    hook = network.avgpool.register_forward_hook(lambda _module, _input, output: found.append(output.flatten(1)))
    with torch.inference_mode():
        network(WEIGHTS["he2016"].prepare(images))
    hook.remove()
    np.testing.assert_allclose(one, found[0].numpy(), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(("scaling", "largest", "mean"), [("raw", 7, None), ("max", None, None), ("mean", None, 1)])
def test_features_become_a_data_set_with_their_own_bounds(scaling, largest, mean):
    rng = np.random.default_rng(0)
    features, train = rng.random((9, 5)).astype(np.float32), np.arange(9) % 3 > 0
    features[0, 0] = 7  # in the test split
    made = load(features, np.arange(9) % 2, train, scaling)
    assert made.train_x.shape == (6, 5) and made.test_x.shape == (3, 5) and made.shape == (5,)
    assert made.bounds == (min(made.train_x.min(), made.test_x.min()), made.test_x.max())
    assert largest is None or made.bounds[1] == largest
    assert mean is None or made.train_x.mean() == pytest.approx(1)
    if scaling == "max":
        assert made.train_x.max() == 1 < made.bounds[1]
    assert len(load(features, np.arange(9) % 2, train, scaling, 4).train_x) == 4
    with pytest.raises(UserError, match="train_examples is 7, but there are 6"):
        load(features, np.arange(9) % 2, train, scaling, 7)


def test_a_path_with_a_name_that_is_not_set_or_to_nothing_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.delenv("BIRDS_AT_HOME", raising=False)
    with pytest.raises(UserError, match=r"\$BIRDS_AT_HOME/a\.tar\.gz cannot be found, since \$BIRDS_AT_HOME is not set"):
        locate("$BIRDS_AT_HOME/a.tar.gz", tmp_path)
    monkeypatch.setenv("BIRDS_AT_HOME", str(tmp_path))
    with pytest.raises(UserError, match=r"a\.tar\.gz is not there; name a local copy"):
        locate("$BIRDS_AT_HOME/a.tar.gz", tmp_path)
    with pytest.raises(UserError, match=r"has no images\.txt; name the folder that has it, beside images/"):
        locate("$BIRDS_AT_HOME", tmp_path / "target")
    (tmp_path / "images.txt").touch()
    assert locate("$BIRDS_AT_HOME", tmp_path / "target") == tmp_path


@pytest.fixture
def real(tmp_path):
    """A function that unpacks one of the real archives; without them the test skips, loudly."""
    if "CUB_IMAGES" not in os.environ:
        pytest.skip("WITHOUT REAL BIRDS: set CUB_IMAGES to the folder of cub100_crops.tar.gz and cub10_originals.tar.gz")
    return lambda name: locate(f"$CUB_IMAGES/{name}", tmp_path)


def test_real_crops_of_100_classes(real):
    folder = real("cub100_crops.tar.gz")
    index = read_index(folder, inverted=True)
    assert len(index.files) == 5902 and len(index.classes) == 100
    assert index.train.sum() == 2999 and np.bincount(index.labels).min() >= 41


def test_real_images_of_10_classes_with_the_whole_official_split(real, network, tmp_path):
    folder = real("cub10_originals.tar.gz")
    index = read_index(folder)
    assert len(index.files) == 543 and index.train.sum() == 300
    assert index.classes[0] == "001.Black_footed_Albatross" and len(index.classes) == 10
    first = [folder / "images" / file for file in index.files[:2]]
    assert embed(first, "he2016", network, tmp_path / "cache").shape == (2, 2048)


@pytest.mark.slow
def test_nearest_class_mean_and_ridge_on_the_crops(real, network):
    """5 902 images, about ten minutes where they have not been embedded before."""
    folder = real("cub100_crops.tar.gz")
    index = read_index(folder, inverted=True)
    files = [folder / "images" / file for file in index.files]
    features = embed(files, "he2016", network, ROOT / "resources/cache/embeddings", os.cpu_count())
    data = load(features, index.labels, index.train, "raw")
    means = pd.DataFrame(data.train_x).groupby(data.train_y).mean().to_numpy()
    nearest = ((data.test_x[:, None] - means) ** 2).sum(2).argmin(1)
    assert 0.80 <= (nearest == data.test_y).mean() <= 0.84
    x, y = data.train_x.astype(float), np.eye(100)[data.train_y]
    centre = x.mean(0)
    weights = np.linalg.solve((x - centre).T @ (x - centre) + 100 * np.eye(2048), (x - centre).T @ y)
    ridge = ((data.test_x - centre) @ weights + y.mean(0)).argmax(1)
    assert 0.86 <= (ridge == data.test_y).mean() <= 0.90
