"""Random numbers by purpose.

A stream is named by what it is for and by the axes of the experiment it may depend on (a seed, a data set), never by the
defence, so that two defences of one seed see the same numbers and their comparison is paired. Streams are drawn on the
CPU and moved, so that the CPU and the GPU see the same numbers.
"""

import hashlib

import numpy as np


def seed_for(purpose: str, *axes: str | int) -> int:
    """A 63-bit seed for a purpose ("initial weights") and its axes; the same on every machine."""
    text = "\x1f".join([purpose, *map(str, axes)])
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def numpy_stream(purpose: str, *axes: str | int) -> np.random.Generator:
    """A NumPy generator for a purpose and its axes."""
    return np.random.default_rng(seed_for(purpose, *axes))


def torch_stream(purpose: str, *axes: str | int):
    """A torch generator, on the CPU, for a purpose and its axes."""
    import torch

    return torch.Generator().manual_seed(seed_for(purpose, *axes))
