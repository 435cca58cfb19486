"""How fast metaplastic Adam is: our compiled pass over a weight matrix against the same operations of torch; and how long a
whole step of training takes, by width. `make bench` runs this; no speed is asserted. One thread; float64, as in training;
medians, in the first table of pairs, the two in turn."""

from functools import partial
from statistics import median

import torch
from timing import PAIRS, machine, real_mnist, seconds, table
from torch import Tensor, nn

from sleep_robustness.networks.binary import BinaryNetwork
from sleep_robustness.training.metaplastic import BETAS, MetaplasticAdam, _by_operations, _move, train

STEPS = {64: 60, 128: 60, 256: 40, 512: 20, 1024: 8}  # of training, by width
ROWS, BATCH, EPOCH = 10_000, 100, 60_000  # rows: of a weight matrix, of all passes that are timed together
RATE, SPREAD, HOW = 0.005, 0.05, {"decay": 1e-7, "m": 1.35, "form": "squared"}


def weights(width: int) -> Tensor:
    """The hidden weights of a first layer, as they begin."""
    return (2 * torch.rand(width, 784, generator=torch.Generator().manual_seed(0), dtype=torch.float64) - 1) * SPREAD


def with_torch(weight: Tensor, state: dict, gradients: list[Tensor]) -> None:
    """A pass by operations of torch for each gradient. state: first, second and steps."""
    for gradient in gradients:
        state["steps"] += 1
        corrections = [1 - beta ** state["steps"] for beta in BETAS]
        _by_operations(weight, gradient, state["first"], state["second"], RATE * corrections[1] ** 0.5 / corrections[0], HOW)


def ours(weight: Tensor, state: dict, gradients: list[Tensor]) -> None:
    """The same by the compiled loop."""
    for gradient in gradients:
        weight.grad = gradient
        _move(weight, state, HOW | {"rate": RATE})


def in_optimiser(optimiser: MetaplasticAdam, weight: Tensor, gradients: list[Tensor]) -> None:
    """The same as a step of the optimiser, to which torch adds its own work."""
    for gradient in gradients:
        weight.grad = gradient
        optimiser.step()


def a_pass(width: int) -> list:
    """Milliseconds of a pass over one weight matrix, by each. Gradients are drawn anew, so that weights go to and fro;
    narrow matrices have more passes."""
    plain, own, of_optimiser = weights(width), weights(width), nn.Parameter(weights(width))
    rng = torch.Generator().manual_seed(1)
    optimiser = MetaplasticAdam([of_optimiser], [], RATE, **HOW)
    state, own_state, found = {"steps": 0, "first": torch.zeros_like(plain), "second": torch.zeros_like(plain)}, {}, []
    for _ in range(1 + PAIRS):
        gradients = [torch.randn(plain.shape, generator=rng, dtype=torch.float64) for _ in range(ROWS // width)]
        works = [
            partial(with_torch, plain, state, gradients),
            partial(ours, own, own_state, gradients),
            partial(in_optimiser, optimiser, of_optimiser, gradients),
        ]
        found.append([1000 * seconds(work) / len(gradients) for work in works])
    torch.testing.assert_close(own, plain)  # else they would not have done the same
    kept = found[1:]  # the first compiles
    torch_ms, our_ms, optimiser_ms = (median(column) for column in zip(*kept, strict=True))
    return [f"{width} × 784", torch_ms, our_ms, median(one / other for one, other, _ in kept), optimiser_ms]


def a_step(width: int, x: Tensor, y: Tensor) -> list:
    """Milliseconds of a step of training on images x [n, 784] of classes y [n], and seconds of an epoch at this speed."""
    images, found, how = BATCH * STEPS[width], [], {"epochs": 1, "batch": BATCH, "learning_rate": RATE, "lipschitz": 0} | HOW
    for _ in range(PAIRS):
        network = BinaryNetwork([784, width, width, 10])
        network.initialise(SPREAD, torch.Generator().manual_seed(0))
        rng = torch.Generator().manual_seed(0)
        work = partial(train, network, x[:images], torch.eye(10)[y[:images]], **how, rng=rng)
        found.append(seconds(work) / STEPS[width])
    return [width, STEPS[width], 1000 * median(found), median(found) * EPOCH / BATCH]


def main() -> None:
    """Print both tables."""
    torch.set_num_threads(1)
    print(machine())
    title = f"A pass of metaplastic Adam over a weight matrix, m {HOW['m']}"
    columns = ["weights", "ms, operations of torch", "ms, ours", "ratio", "ms, ours as a step of the optimiser"]
    table(title, columns, [a_pass(width) for width in STEPS])
    mnist = real_mnist()
    x, y = torch.from_numpy(mnist.train_x), torch.from_numpy(mnist.train_y)
    title = f"A step of training, {BATCH} images of MNIST, m {HOW['m']}"
    columns = ["units of both hidden layers", "steps", "ms a step", f"s an epoch of {EPOCH} images at this speed"]
    table(title, columns, [a_step(width, x, y) for width in STEPS])


if __name__ == "__main__":
    main()
