"""Find which test images the networks of a seed are right on: as they are, distorted and corrupted, the same for all."""

from _job import job

import time

import numpy as np
import pandas as pd
import torch

from sleep_robustness.corruptions import load_photographs
from sleep_robustness.data import HeldOut, first_examples
from sleep_robustness.evaluation import distorted, multiply_adds, right
from sleep_robustness.files import atomic
from sleep_robustness.papers.together.networks import network_of, stored_bytes

dataset, seed = HeldOut.load(job.input.dataset), int(job.wildcards.seed)
examples = first_examples(pd.read_csv(job.input.order)["example"].to_numpy(), job.params.examples)
x, y = dataset.test_x[examples], torch.from_numpy(dataset.test_y[examples])
networks = {
    name: network_of(row, seed, file) for (name, row), file in zip(job.params.rows.items(), job.input.networks, strict=True)
}
conditions, flags, prices = [("clean", 0.0)], [], []
for name, network in networks.items():
    one = torch.from_numpy(x[:1]).to(network.precision)
    right(network, x, y)  # what is made once at first
    start = time.perf_counter()
    flags.append([right(network, x, y)])
    price = {"row": name, "seed": seed, "seconds": (time.perf_counter() - start) / len(x)}
    prices.append(price | {"multiply_adds": multiply_adds(network, one), "bytes": stored_bytes(network)})
for condition, images in distorted(x.reshape(-1, *dataset.shape), seed, load_photographs(job.input.photographs)):
    conditions.append(condition)
    for own, network in zip(flags, networks.values(), strict=True):
        own.append(right(network, images.astype(np.float32), y))
names, strengths = zip(*conditions, strict=True)
with atomic(job.output.flags) as temporary:
    axes = {"rows": np.array(list(networks)), "names": np.array(names), "strengths": np.array(strengths, float)}
    np.savez_compressed(temporary, right=np.array(flags), **axes)
for name, columns in {"prices": ["row", "seed", "multiply_adds", "bytes"], "time": ["row", "seed", "seconds"]}.items():
    with atomic(job.output[name]) as temporary:
        pd.DataFrame(prices)[columns].to_csv(temporary, index=False)
