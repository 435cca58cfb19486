"""How fast the attacks are: against others' in the same run, by batch, at the full scale; and what each deviation of the
released code does by itself. `make bench` runs this; nothing is asserted.

One thread; a control network of the paper's size; test images that it gets right. Distances are medians of ‖x' − x‖²/N.
"""

import os
from pathlib import Path
from statistics import median

import numpy as np
import torch
import yaml
from plainly import boundary_walk
from timing import PAIRS, machine, real_mnist, seconds, table

from sleep_robustness.attacks import AttackResult, attack, boundary, deepfool, jsma
from sleep_robustness.configuration import load as load_config
from sleep_robustness.defences import control
from sleep_robustness.inheritance import overlaid
from sleep_robustness.networks.relu import from_weights
from sleep_robustness.readings import for_dataset, meetings

BASE = yaml.safe_load(Path("config/config.yaml").read_text(encoding="utf-8"))
CONFIG = load_config(BASE, Path("config/papers"))["papers"]["tadros"]
RIGHT = 500  # images


def params_of(name: str, variant: str, **changed) -> dict:
    """A variant's parameters on MNIST."""
    return for_dataset(CONFIG["attacks"][name][variant], "mnist", CONFIG["datasets"]) | changed


def run(name: str, network, x, y, params: dict) -> AttackResult:
    """An attack, always with the same random numbers."""
    return attack(name).run(network, x, y, params, torch.Generator().manual_seed(0))


def network_and_images():
    """The original program's control network where it is to be had, else one trained here; images it gets right, labels."""
    mnist, golden = real_mnist(), Path(os.environ.get("SLEEP_GOLDEN", "no golden data"))
    if golden.is_dir():
        stored = np.load(golden / "c_control_s1_weights.npz")
        network = from_weights([torch.from_numpy(stored[f"W{layer}"]) for layer in (1, 2, 3)], dropout=0.2)
    else:
        network = control.fit(mnist, CONFIG["datasets"]["mnist"]["training"], seed=1)
    x, y = torch.from_numpy(mnist.test_x), torch.from_numpy(mnist.test_y)
    rows = torch.nonzero(network.predict(x) == y)[:RIGHT, 0]
    return network, x[rows], y[rows]


def outcome(network, x, y, attacked) -> str:
    """Share fooled and median distance of what an attack ended with."""
    fooled = network.predict(attacked) != y
    return f"{fooled.double().mean():.3f}, {(attacked - x)[fooled].square().mean(1).median():.4f}"


def against_others(network, x, y) -> None:
    """Pairs in turn, ms an image; the same images for both."""
    rows = []

    def compare(title, ours, theirs, n, pairs=PAIRS):
        ended = {}
        works = [lambda: ended.update(theirs=theirs()), lambda: ended.update(ours=ours())]
        times = [tuple(map(seconds, works)) for _ in range(pairs)]
        slow, fast = (1e3 * median(column) / n for column in zip(*times, strict=True))
        ratio = median(a / b for a, b in times)
        outcomes = [outcome(network, x[:n], y[:n], ended[who]) for who in ("theirs", "ours")]
        rows.append([title, n, slow, fast, ratio, *outcomes])

    def by(name, variant, n, **changed):
        params = params_of(name, variant, **changed)
        return lambda: run(name, network, x[:n], y[:n], params).adversarial

    try:
        import toolbox
    except ImportError:
        print("The Adversarial Robustness Toolbox is not here (pip install adversarial-robustness-toolbox==1.20.1).")
    else:
        # each in the batch in which it is fastest; at 500 the Toolbox's takes two to three times as long
        theirs = lambda: toolbox.saliency(network, x, 0.1, 100)  # noqa: E731
        compare("JSMA / the Toolbox's saliency attack in batches of 100", by("jsma", "plain", RIGHT), theirs, RIGHT, 1)
        theirs = lambda: toolbox.saliency(network, x, 0.1, RIGHT)  # noqa: E731
        compare("JSMA / the Toolbox's saliency attack in batches of 500", by("jsma", "plain", RIGHT), theirs, RIGHT, 1)
        theirs = lambda: toolbox.deepfool(network, x[:100], 100, 0.02, 100)  # noqa: E731
        compare(
            "DeepFool, released form, no deviation / the Toolbox's", by("deepfool", "released", 100, **PLAIN), theirs, 100, 3
        )
    foolboxs = by("deepfool", "plain", 100, form="foolbox")
    compare("DeepFool, released form, no deviation / foolbox's", by("deepfool", "released", 100, **PLAIN), foolboxs, 100)
    compare("DeepFool, released / foolbox's", by("deepfool", "released", 100), foolboxs, 100)
    for variant, steps, n in (("released", 1000, 20), ("printed", 100, 20)):
        params = params_of("boundary", variant, steps=steps)
        start = boundary_start(network, x[:n], y[:n])

        def plain(params=params, start=start, n=n):
            walks = zip(x[:n], y[:n], start, strict=True)
            rng = torch.Generator().manual_seed(0)
            with torch.no_grad():
                return torch.stack([boundary_walk(network, *walk, params, rng) for walk in walks])

        def ours(params=params, start=start, n=n):
            return boundary._released(network, x[:n], y[:n], start, params, torch.Generator().manual_seed(0))

        compare(f"Boundary Attack, {variant}, {steps} steps / a loop over images and candidates", ours, plain, n, 1)
    columns = [
        "attack",
        "images",
        "ms an image, other",
        "ms, ours",
        "ratio",
        "fooled, distance, other",
        "fooled, distance, ours",
    ]
    table("Against others", columns, rows)


PLAIN = {"deviations": [], "overshoot": 0.02, "steps": 100}


def boundary_start(network, x, y):
    """Misclassified noise for each image."""
    rng, start = torch.Generator().manual_seed(0), x.clone()
    while (left := network.predict(start) == y).any():
        start[left] = torch.rand(int(left.sum()), x.shape[1], generator=rng)
    return start


def by_batch(network, x, y) -> dict:
    """ms an image against the batch; returns those of the largest."""
    rows, costs = [], {}
    variants = [(name, variant) for name in CONFIG["attacks"] for variant in CONFIG["attacks"][name]]
    for name, variant in variants:
        params, row = params_of(name, variant), []
        if name == "boundary":
            params["steps"] = 100
        for n in (1, 10, 100, 500):
            if name == "boundary" and n > 100:
                row.append("–")
                continue
            costs[name, variant] = 1e3 * seconds(lambda p=params, n=n, name=name: run(name, network, x[:n], y[:n], p)) / n
            row.append(costs[name, variant])
        rows.append([name, variant + (", 100 steps" if name == "boundary" else ""), *row])
    table("ms an image against the number of images attacked", ["attack", "variant", "1", "10", "100", "500"], rows)
    return costs


def projected(costs: dict) -> None:
    """CPU hours of the full scale's MNIST, if all networks cost what the control does; of these the paper's own."""
    whole = overlaid(BASE, yaml.safe_load(Path("config/full.yaml").read_text(encoding="utf-8")))
    paper = load_config(whole, Path("config/papers"))["papers"]["tadros"]
    seeds = len(paper["datasets"]["mnist"]["seeds"])
    rows, totals = [], np.zeros((2, 2))  # with and without the released Boundary Attack; all networks, the paper's own
    for name, variants in paper["attacks"].items():
        met = list(meetings(paper, "attacks", name, "mnist"))
        named = [one for one in met if {"printed", "released"}.intersection(one[3])]
        for variant, params in variants.items():
            networks = seeds * np.array([sum(one[2] == variant for one in some) for some in (met, named)])
            images = 10_000 if params["examples"] == "all" else params["examples"]
            cost = costs[name, variant] * (params["steps"] / 100 if name == "boundary" else 1)
            hours = networks * images * cost / 3.6e6
            totals += [hours, hours * ((name, variant) != ("boundary", "released"))]
            rows.append([name, variant, *networks, images, cost, *hours])
    rows.append(["all", "", "", "", "", "", *totals[0]])
    rows.append(["all but the released Boundary Attack", "", "", "", "", "", *totals[1]])
    table(
        "The full scale's attacks on MNIST, projected; of the networks those of the printed and released readings",
        ["attack", "variant", "networks", "of these", "images", "ms an image", "CPU hours", "of these"],
        rows,
    )


def deviations(network, x, y) -> None:
    """What each deviation of the released forms does by itself, and all of them, against none."""
    rows = []

    def add(name, title, params, n):
        result = run(name, network, x[:n], y[:n], params)
        distance = np.median(result.strength[result.success]) if result.success.any() else "–"
        believed = np.isfinite(result.details["believed"]).mean() if "believed" in result.details else "–"
        outside = result.details.get("outside", np.zeros(n)).mean()
        rows.append([name, title, n, result.success.mean(), believed, outside, distance])

    loss = params_of("fgsm", "loss")
    add("fgsm", "none (the logit margin)", loss | {"objective": "margin"}, 500)
    add("fgsm", "the loss J", loss, 500)
    none = params_of("deepfool", "released") | PLAIN
    add("deepfool", "none", none, 200)
    for name in deepfool.PARAMETERS["deviations"]["items"]["enum"]:
        add("deepfool", name, none | {"deviations": [name]}, 200)
    add("deepfool", "overshoot .05", none | {"overshoot": 0.05}, 200)
    add("deepfool", "all", params_of("deepfool", "released"), 200)
    add("jsma", "none", params_of("jsma", "plain"), 200)
    add("jsma", "dropout", params_of("jsma", "released"), 200)
    none = params_of("boundary", "printed", steps=300)
    add("boundary", "none", none, 30)
    for name in boundary.PARAMETERS["deviations"]["items"]["enum"]:
        add("boundary", name, none | {"deviations": [name]}, 30)
    add("boundary", "steps of .5, by factors of 2", none | {"step": 0.5, "adaptation": 2}, 30)
    add("boundary", "all", params_of("boundary", "released", steps=300), 30)
    columns = ["attack", "deviation", "images", "fooled", "believed to be", "outside the bounds", "ε or distance, median"]
    table("Each deviation of the released forms by itself", columns, rows)


def main() -> None:
    """Print all tables."""
    torch.set_num_threads(1)
    print(machine())
    network, x, y = network_and_images()
    jsma.run(network, x[:2], y[:2], params_of("jsma", "plain", steps=2), torch.Generator())  # load what is loaded on first use
    against_others(network, x, y)
    projected(by_batch(network, x, y))
    deviations(network, x, y)


if __name__ == "__main__":
    main()
