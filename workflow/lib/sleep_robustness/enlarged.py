"""Small photographs, enlarged for ResNet-50: its features as a function of their pixels, for attacks and corruptions on these
(Pham et al. 2021, split CIFAR: images resized to 220 pixels, whose centre of 200 is cut out)."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from sleep_robustness.embeddings import BATCH, WEIGHTS
from sleep_robustness.progress import progress

RESIZED, CUT = 220, 200  # pixels a side


class Enlarged(nn.Module):
    """x float32 [n, side, side, 3], RGB in 0..1 → what ResNet-50 makes of them, [n, 2048].

    network: ResNet-50 with the weights of that name, whose preparation of the pixels it takes. Enlarging is linear between
    pixels, so that there are gradients.
    """

    def __init__(self, network: nn.Module, weights: str):
        super().__init__()
        self.pooled = nn.Sequential(*list(network.children())[:-1], nn.Flatten()).eval().requires_grad_(False)
        self.prepare = WEIGHTS[weights].prepare

    def forward(self, x: Tensor) -> Tensor:
        start = (RESIZED - CUT) // 2
        large = interpolate(255 * x.permute(0, 3, 1, 2), size=RESIZED, mode="bilinear")
        return self.pooled(self.prepare(large[:, :, start : start + CUT, start : start + CUT]))


def embedded(x: np.ndarray, features: nn.Module, workers: int = 1, device: str = "cpu") -> np.ndarray:
    """The features of images x [n, side, side, 3], bytes or floats in 0..1, float32 [n, d].

    All batches are filled up to one size and each worker is a thread of its own; so, with one thread of torch's for each, the
    numbers do not depend on how many there are.
    """

    @torch.inference_mode()
    def work(batch: Sequence[int]) -> np.ndarray:
        images = np.concatenate([x[batch], np.repeat(x[batch[:1]], BATCH - len(batch), axis=0)])
        return features(as_floats(images).to(device)).cpu().numpy()[: len(batch)]

    batches = np.split(np.arange(len(x)), range(BATCH, len(x), BATCH))
    with ThreadPoolExecutor(workers) as pool:
        done = progress(pool.map(work, batches), total=len(batches), what=f"embedding, batches of {BATCH}")
        return np.concatenate(list(done))


def as_floats(images: np.ndarray) -> Tensor:
    """Images, bytes or floats in 0..1, as float32 in 0..1."""
    return torch.from_numpy(images).float() / 255 if images.dtype == np.uint8 else torch.from_numpy(images).float()
