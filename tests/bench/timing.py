"""What the benchmarks share."""

import os
import time
from pathlib import Path

import numpy as np
import torch
import yaml

from sleep_robustness.data import Dataset
from sleep_robustness.data.idx import download, load

PAIRS = 5


def seconds(work) -> float:
    """Wall seconds that work() takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def table(title: str, columns: list[str], rows: list[list]) -> None:
    """Print a table as Markdown."""
    print(f"\n{title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for row in rows:
        print(f"| {' | '.join(f'{cell:.4g}' if isinstance(cell, float) else str(cell) for cell in row)} |", flush=True)


def machine() -> str:
    """The processor and the versions that matter."""
    model = next(
        (line for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if "model name" in line), "unknown"
    )
    cores = len(os.sched_getaffinity(0))
    return f"{model.split(':')[-1].strip()}, {cores} cores; numpy {np.__version__}, torch {torch.__version__}"


def real_mnist() -> Dataset:
    """MNIST, from the folder MNIST_FOLDER or the checkout's own, downloaded where it is not there."""
    folder = Path(os.environ.get("MNIST_FOLDER", "resources/mnist"))
    source = yaml.safe_load(Path("config/config.yaml").read_text(encoding="utf-8"))["datasets"]["mnist"]
    if not folder.is_dir():
        download(folder, folder / "cache", "mnist", source["sources"], md5=source["md5"])
    return load(folder)
