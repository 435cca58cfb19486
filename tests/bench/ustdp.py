"""How fast U-STDP is: a batch shown to DeepSleep's first convolution, against a plain torch loop with gradients through every
step. `make bench` runs this; nothing is asserted. One thread; medians of pairs, the two in turn; memory in its own process."""

import multiprocessing
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
import torch
from recurrence import recurrence
from timing import PAIRS, machine, real_mnist, seconds, table

from sleep_robustness.networks.lenet import images
from sleep_robustness.spiking import ustdp

BATCH, STEPS = 128, (100, 200)


def first() -> tuple[torch.Tensor, torch.Tensor]:
    """A batch of MNIST and filters of the first convolution."""
    weight = torch.randn(10, 1, 5, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return images(torch.from_numpy(real_mnist().train_x[:BATCH]).double()), ustdp.normalised(weight)


def evenly(steps: int, step: int, reached: torch.Tensor) -> torch.Tensor:
    """A draw for the plain loop."""
    return (torch.rand(reached.shape) * reached).long()


def peak(x: torch.Tensor, weight: torch.Tensor, steps: int, ours: bool) -> float:
    """GiB that a process needs at most, beyond the batch, to show it for so many steps."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (x.numpy(), weight.numpy(), steps, ours))


def _measured(x: np.ndarray, weight: np.ndarray, steps: int, ours: bool) -> float:
    x, weight = torch.from_numpy(x), torch.from_numpy(weight)
    before = _peak()
    if ours:
        ustdp.watched(x, steps, weight, 1)
    else:
        recurrence(x, weight, steps, evenly)
    return _peak() - before


def _peak() -> float:
    """GiB that this process has had at most; `resource` would count the process that started it."""
    (line,) = (line for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines() if "VmHWM" in line)
    return int(line.split()[1]) / 2**20


def main() -> None:
    """Print both tables."""
    torch.set_num_threads(1)
    print(machine())
    x, weight = first()
    ustdp.watched(x, 1, weight, 1)  # compile
    rows = []
    for steps in STEPS:
        loop, ours = partial(recurrence, x, weight, steps, evenly), partial(ustdp.watched, x, steps, weight, 1)
        pairs = [(seconds(loop), seconds(ours)) for _ in range(PAIRS)]
        plain, own = (median(column) for column in zip(*pairs, strict=True))
        rows.append([steps, plain, own, median(one / other for one, other in pairs)])
    table(f"A batch of {BATCH} images, first convolution", ["steps", "s, plain torch", "s, ours", "ratio"], rows)
    rows = [
        ["plain torch", 100, peak(x, weight, 100, False)],
        *(["ours", steps, peak(x, weight, steps, True)] for steps in (100, 800)),
    ]
    table("Memory beside the batch", ["", "steps", "GiB"], rows)


if __name__ == "__main__":
    main()
