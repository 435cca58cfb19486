"""torchvision, imported here and nowhere else.

Beside a CPU build of torch, torchvision's CUDA wheel stops at import for want of two operators; declaring them cures it and
changes nothing elsewhere.
"""

import torch

try:
    import torchvision
except RuntimeError:
    _missing = torch.library.Library("torchvision", "FRAGMENT")
    for _name in ("nms", "qnms"):
        _missing.define(f"{_name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    import torchvision

__all__ = ["torchvision"]
