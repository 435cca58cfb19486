"""How fast images are embedded, against the bare forward pass of the same network on images that are already in memory.

`make bench` runs this; nothing is asserted. Real crops of birds where CUB_IMAGES names their folder, else foolbox's 20
photographs.
"""

import os
import resource
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import foolbox
import numpy as np
import torch
from timing import machine, seconds, table

from sleep_robustness.data import resnet50
from sleep_robustness.data.cub200 import locate, read_index
from sleep_robustness.embeddings import BATCH, WEIGHTS, embed, pixels

IMAGES = 96


def main() -> None:
    """Print one table: one worker, and one for each core."""
    torch.set_num_threads(1)
    print(machine())
    file, weights = Path("resources/resnet50/he2016.weights"), WEIGHTS["he2016"]
    resnet50.download("he2016", file, Path("resources/cache"))
    network, rows = weights.load(file), []
    alone = torch.inference_mode()(lambda batch: network(batch))
    with tempfile.TemporaryDirectory() as folder:
        if "CUB_IMAGES" in os.environ:
            birds = locate("$CUB_IMAGES/cub100_crops.tar.gz", Path(folder) / "birds")
            files = [birds / "images" / name for name in read_index(birds, inverted=True).files[:IMAGES]]
        else:
            files = sorted((Path(foolbox.__file__).parent / "data").glob("imagenet_*.jpg"))
        images = weights.prepare(torch.from_numpy(np.stack([pixels(file, weights.shorter) for file in files])).float())
        for workers in sorted({1, len(os.sched_getaffinity(0))}):

            def bare(workers=workers):
                with ThreadPoolExecutor(workers) as pool:
                    list(pool.map(alone, images.split(BATCH)))

            times = []
            for number in range(3):
                cache = Path(folder) / f"{workers} {number}"
                ours = seconds(lambda cache=cache, workers=workers: embed(files, "he2016", network, cache, workers))
                times.append((seconds(bare), ours))
            forward, whole = (len(files) / median(column) for column in zip(*times, strict=True))
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
            rows.append([workers, len(files), BATCH, forward, whole, median(a / b for a, b in times), memory])
    columns = ["workers", "images", "batch", "images/s, bare forward", "images/s, from files", "ratio", "largest memory, GiB"]
    table("Embedding with ResNet-50", columns, rows)


if __name__ == "__main__":
    main()
