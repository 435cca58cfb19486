"""How fast sleep is: against a baseline in the same run, and how its cost grows. `make bench` runs this; nothing is asserted.

Times are of `sleep`, from a bool raster to new float32 weights, on one core unless said; medians of pairs, the two in turn.
"""

import os
from pathlib import Path
from statistics import median
from types import SimpleNamespace

import numpy as np
import scipy.io
import torch
from baseline import sleep as baseline
from timing import PAIRS, machine, real_mnist, seconds, table

from sleep_robustness.spiking import SleepParameters, sleep, sleep_many
from sleep_robustness.spiking.encode import encode


def regimes() -> dict[str, SimpleNamespace]:
    """The three that matter: weights, spikes, params and rule of each."""
    mnist, rng = real_mnist(), np.random.default_rng(0)
    golden = Path(os.environ.get("SLEEP_GOLDEN", "no golden data"))
    if golden.is_dir():
        stored = np.load(golden / "c_control_s1_weights.npz")
        weights, factors = [stored[f"W{layer}"] for layer in (1, 2, 3)], stored["norm_constants"]
        run = scipy.io.loadmat(golden / "c_sleep_fgsm.mat", simplify_cells=True)
        spikes = np.unpackbits(run["input_raster_packed"], axis=1)[:, :784].astype(bool, order="C")
    else:
        print("The original program's network is not here (SLEEP_GOLDEN): a random one of the same shape stands in.")
        sizes, factors = (784, 1200, 1200, 10), np.array([0.97728, 1.76389, 0.31649])
        shapes = zip(sizes[1:], sizes[:-1], strict=True)
        weights = [rng.normal(0, 0.03, shape).astype(np.float32) for shape in shapes]
        spikes = encode(mnist.train_x, 39.037119, 2, np.arange(27_105), rng)
    paper = SleepParameters(list(factors * 2.193698), [36.186585, 23.362736, 36.384713], 0.063997, 0.069220)
    other = SleepParameters(list(factors * 34.657870), [22.687400, 48.092672, 18.983305], 0.066056, 0.054991)
    many = encode(mnist.train_x, 455.364521, 2, np.arange(3365), rng)
    return {
        "paper": SimpleNamespace(weights=weights, spikes=spikes, params=paper, rule="released"),
        "DeepFool, JSMA": SimpleNamespace(weights=weights, spikes=many, params=other, rule="released"),
        "busy": busy(weights, many[:2000]),
    }


def busy(weights: list[np.ndarray], spikes: np.ndarray) -> SimpleNamespace:
    """The additive rule, hardly moving the weights, with thresholds found by bisection for 125 spikes a step in each hidden
    layer."""
    thresholds = [1.0] * len(weights)
    for layer in range(len(weights) - 1):
        low, high = 1e-3, 1e3
        for _ in range(30):
            thresholds[layer] = (low * high) ** 0.5
            params = SleepParameters([1.0] * (layer + 1), thresholds[: layer + 1], 1e-6, 1e-6)
            counts = sleep(weights[: layer + 1], spikes[:200], params, "printed").spike_counts[-1]
            low, high = (thresholds[layer], high) if counts.sum() / 200 > 125 else (low, thresholds[layer])
    params = SleepParameters([1.0] * len(weights), thresholds, 1e-6, 1e-6)
    return SimpleNamespace(weights=weights, spikes=spikes, params=params, rule="printed")


def against_baseline(regime: SimpleNamespace) -> list:
    """Steps, spikes a step in each layer, and the seconds of both with their ratio."""
    arguments = regime.weights, regime.spikes, regime.params, regime.rule
    pairs = [(seconds(lambda: baseline(*arguments)), seconds(lambda: sleep(*arguments))) for _ in range(PAIRS)]
    ratios = [slow / fast for slow, fast in pairs]
    counts, steps = sleep(*arguments).spike_counts, len(regime.spikes)
    spikes = " / ".join(f"{count.sum() / steps:.3g}" for count in counts)
    slow, fast = (median(column) for column in zip(*pairs, strict=True))
    return [steps, spikes, slow, fast, median(ratios), f"{min(ratios):.0f} to {max(ratios):.0f}"]


def bytes_read(regime: SimpleNamespace) -> float:
    """Bytes of weights that the sleep cannot but touch: read for each input spike; read and written for each neuron's."""
    counts = sleep(regime.weights, regime.spikes, regime.params, regime.rule).spike_counts
    layers = zip(regime.weights, counts, counts[1:], strict=False)
    return sum(4 * (before.sum() * len(weight) + 2 * after.sum() * weight.shape[1]) for weight, before, after in layers)


def copy_speed(array: np.ndarray) -> float:
    """Bytes a second, read and written, of copying an array."""
    target = np.empty_like(array)
    return 2 * array.nbytes / min(seconds(lambda: np.copyto(target, array)) for _ in range(9))


def typical(work) -> float:
    """The median of some runs' seconds."""
    work()
    return median(seconds(work) for _ in range(PAIRS))


def growth(paper: SimpleNamespace) -> None:
    """Cost against steps, width and firing rate, around the paper's regime."""
    rng = np.random.default_rng(1)
    rows = []
    for steps in (3000, 9000, 27_000, 81_000):
        spikes = np.resize(paper.spikes, (steps, paper.spikes.shape[1]))
        rows.append([steps, typical(lambda spikes=spikes: sleep(paper.weights, spikes, paper.params))])
    table("Cost against steps", ["steps", "seconds"], rows)
    rows = []
    for width in (300, 600, 1200, 2400):
        shapes = [(width, 784), (width, width), (10, width)]
        weights = [rng.normal(0, 0.03, shape).astype(np.float32) for shape in shapes]
        rows.append([width, typical(lambda weights=weights: sleep(weights, paper.spikes, paper.params))])
    table("Cost against the width of the hidden layers", ["neurons", "seconds"], rows)
    rows = []
    silent = SleepParameters(paper.params.gains, [1e9] * 3, 0.0, 0.0)
    for rate in (2, 8, 32, 128):
        spikes = rng.random((9000, 784)) < rate / 784
        rows.append([rate, typical(lambda spikes=spikes: sleep(paper.weights, spikes, silent))])
    table("Cost of 9 000 steps against input spikes a step", ["spikes", "seconds"], rows)


def many_networks(paper: SimpleNamespace) -> None:
    """Several networks on one core and on all."""
    cores, rows = len(os.sched_getaffinity(0)), []
    for count in (1, 2, 4, 8, 16):

        def work(workers, count=count):
            arguments = [paper.weights] * count, [paper.spikes], [paper.params]
            return seconds(lambda: list(sleep_many(*arguments, engine="event", workers=workers)))

        pairs = [(work(1), work(cores)) for _ in range(PAIRS)]
        one, all_cores = (median(column) for column in zip(*pairs, strict=True))
        rows.append([count, one, all_cores, median(a / b for a, b in pairs), count / all_cores])
    table("Networks asleep together", ["networks", "s, one core", f"s, {cores} cores", "ratio", "networks/s"], rows)


def main() -> None:
    """Print all tables."""
    torch.set_num_threads(1)
    print(machine())
    found = regimes()
    for regime in found.values():  # compile first, and see that both do the same, but for the rounding of float32
        arguments = regime.weights, regime.spikes[:200], regime.params, regime.rule
        counts = [counts.sum() for counts in sleep(*arguments).spike_counts[1:]]
        assert np.allclose(baseline(*arguments)[1], counts, rtol=0.01)
    columns = ["regime", "steps", "spikes a step by layer", "s, baseline", "s, event", "ratio", "of the pairs"]
    table("Event engine against baseline", columns, [[name, *against_baseline(regime)] for name, regime in found.items()])
    cached, memory = copy_speed(np.zeros(100_000, np.float32)), copy_speed(np.zeros(1 << 26, np.float32))
    rows = []
    for name, regime in found.items():
        moved = bytes_read(regime)
        took = typical(lambda regime=regime: sleep(regime.weights, regime.spikes, regime.params, regime.rule))
        rows.append([name, moved / 1e9, moved / took / 1e9, memory / 1e9, cached / 1e9])
    columns = ["regime", "GB that must move", "GB/s", "GB/s of a copy in memory", "GB/s of a copy in cache (400 kB)"]
    table("Weights moved", columns, rows)
    print(f"\n256 networks in the paper's regime must move {256 * bytes_read(found['paper']) / 1e9:.0f} GB of weights.")
    growth(found["paper"])
    many_networks(found["paper"])


if __name__ == "__main__":
    main()
