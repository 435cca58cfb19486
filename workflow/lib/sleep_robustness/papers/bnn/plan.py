"""Which networks learn the tasks, and what each is evaluated under. Standard library only, as the shared plan.

A grid is networks that differ in width, epochs, β and m alone; each is a member of it, numbered from 1. A run is a mapping of
its axes: grid, member and seed, and the columns by which tables tell networks apart: COLUMNS. These name sizes, so that claims
are the same at every scale.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product

from sleep_robustness.plan import Plan, Run

MNIST, CIFAR, CIFAR_100 = "mnist", "cifar10", "cifar100"
COLUMNS = ("weights", "width", "epochs", "lipschitz", "m")
FIRST = dict(zip(COLUMNS, ("binary", "base", "base", "none", 0), strict=True))  # the network that fig_5 is of
TWIN = FIRST | {"weights": "real"}  # the network on which images are made for others
TRANSFER = "transfer"
FIG_5 = (0.05, 0.1, 0.15, 0.2)  # its strengths
# of what is evaluated, but for the images
AXES = (*COLUMNS, "after", "norm", "statistics", "by", "window", "strength", "corruption", "severity")


def split(plan: Plan, dataset: str = CIFAR) -> Plan:
    """The plan of split CIFAR-10. It has networks, sizes and contrasts of its own in place of permuted MNIST's. The statistics
    of BatchNorm and FGSM's objective are those of each reading, at strengths of its own, on all test examples. That of split
    CIFAR-100 is the same, but for its tasks, training and sizes."""
    whole = plan.config
    own = whole["cifar"] | (whole["cifar100"] if dataset == CIFAR_100 else {})
    fgsm = {
        name: variant | {"strengths": own["features"], "epsilon_step": None, "steps": None, "examples": "all"}
        for name, variant in whole["attacks"]["fgsm"].items()
    }
    readings = {
        name: {
            "grids": own["readings"].get(name, []),
            "statistics": one["statistics"],
            "attacks": {"fgsm": one["attacks"]["fgsm"]},
        }
        for name, one in whole["readings"].items()
    }
    return replace(plan, config=whole | own | {"attacks": {"fgsm": fgsm}, "readings": readings, "learns": dataset})


def wide(plan: Plan) -> Plan:
    """The plan of networks as wide as the reports'. It has networks, seeds, tasks, sizes and contrasts of its own, for the last
    reading alone, and no attack or corruption."""
    own, whole = plan.config["wide"], plan.config
    *_, (name, one) = whole["readings"].items()
    readings = {name: {"grids": list(own["grids"]), "statistics": one["statistics"], "attacks": {}}}
    datasets = {MNIST: whole["datasets"][MNIST] | {"seeds": own["seeds"]}}
    return replace(plan, config=whole | own | {"attacks": {}, "readings": readings, "datasets": datasets})


def members(config: Mapping, grid: str) -> list[dict]:
    """The columns of each member of a grid, in order."""
    own = config["grids"][grid]
    names = product(own["widths"], own["epochs"], own["lipschitz"], own["m"])
    return [dict(zip(COLUMNS, (own["weights"], *each), strict=True)) for each in names]


def parameters(config: Mapping, grid: str, member: int) -> dict:
    """What a member of a grid is made with: the arguments of `learnt.learn`."""
    own, sizes = members(config, grid)[member - 1], config["sizes"]
    named = {"width": sizes["widths"][own["width"]], "epochs": sizes["epochs"][own["epochs"]]}
    beta = sizes["lipschitz"][own["lipschitz"]] if config["grids"][grid]["penalty"] == "live" else 0  # else its gradient is 0
    named |= {"lipschitz": beta, "m": own["m"], "real": own["weights"] == "real"}
    return config["training"] | named | {"form": config["grids"][grid]["form"], "examples": config["tasks"].get("examples")}


def learnt_paths(plan: Plan, pattern: str, found: Iterable[Run]) -> list[str]:
    """The file of each run's network. Networks of the same parameters are learnt once, by the first grid that has them:
    those with a Lipschitz term whose gradient is 0 are those without."""
    first = {}
    for grid in plan.config["grids"]:
        for number in range(1, len(members(plan.config, grid)) + 1):
            same = tuple(sorted(parameters(plan.config, grid, number).items()))
            first[grid, number] = first.setdefault(same, {"grid": grid, "member": number})
    return paths(pattern, (run | first[run["grid"], run["member"]] for run in found))


def runs(plan: Plan, grids: Iterable[str]) -> list[Run]:
    """All networks of some grids."""
    return [
        {"grid": grid, "member": number, "seed": seed} | own
        for grid in grids
        for number, own in enumerate(members(plan.config, grid), start=1)
        for seed in plan.seeds(plan.config.get("learns", MNIST))
    ]


def read_runs(plan: Plan) -> list[Run]:
    """The networks of each reading, with the reading."""
    return [{"reading": reading} | run for reading, own in plan.config["readings"].items() for run in runs(plan, own["grids"])]


def grids(plan: Plan) -> list[dict]:
    """The grids of each reading, with the reading."""
    return [{"reading": name, "grid": grid} for name, own in plan.config["readings"].items() for grid in own["grids"]]


def attacked_runs(plan: Plan) -> list[Run]:
    """The networks of each reading under each of its attacks, with the reading, `by` (the attack) and by_variant."""
    return [
        run | {"by": name, "by_variant": variant}
        for run in read_runs(plan)
        for name, variant in attacks_of(plan.config["readings"][run["reading"]])
    ]


def attacks_of(reading: Mapping) -> list[tuple[str, str]]:
    """The attacks of a reading and their variants; what is made on the twin is "transfer", of the variant "ATTACK-VARIANT"."""
    own, transfers = reading["attacks"].items(), reading.get("transfers", {}).items()
    return [*own, *((TRANSFER, f"{name}-{variant}") for name, variant in transfers)]


def shared_runs(plan: Plan, *readings: str) -> list[Run]:
    """The networks that all of some readings have, under the attacks of each: `by` and by_variant."""
    own = [plan.config["readings"][name] for name in readings if name in plan.config["readings"]]
    shared = [grid for grid in own[0]["grids"] if all(grid in reading["grids"] for reading in own)] if own else []
    attacks = {pair for reading in own for pair in attacks_of(reading)}
    return [run | {"by": name, "by_variant": variant} for run in runs(plan, shared) for name, variant in sorted(attacks)]


def corrupted_runs(plan: Plan) -> list[Run]:
    """The networks of each reading, with the reading and by_variant, that of its corruptions."""
    return [run | {"by_variant": plan.config["readings"][run["reading"]]["corruptions"]} for run in read_runs(plan)]


def corrupted_networks(plan: Plan, variant: str, seed: str) -> list[Run]:
    """The networks of a seed that are shown images of a variant of corruptions, each once."""
    named = {grid: None for own in plan.config["readings"].values() if own["corruptions"] == variant for grid in own["grids"]}
    return [run for run in runs(plan, named) if str(run["seed"]) == seed]


def corrupted_statistics(plan: Plan, variant: str) -> list[str]:
    """The statistics of BatchNorm with which networks are shown corrupted images of a variant."""
    readings = plan.config["readings"].values()
    return sorted({one for own in readings if own["corruptions"] == variant for one in own["statistics"]})


def statistics(plan: Plan, name: str, variant: str) -> list[str]:
    """The statistics of BatchNorm with which networks are attacked by a variant: those of the readings that name it."""
    readings = plan.config["readings"].values()
    return sorted({one for own in readings if (name, variant) in attacks_of(own) for one in own["statistics"]})


def shown_statistics(plan: Plan, name: str, variant: str) -> list[str]:
    """Those of them that figures show: of each reading that names the variant, the last."""
    readings = plan.config["readings"].values()
    return sorted({own["statistics"][-1] for own in readings if (name, variant) in attacks_of(own)})


def paths(pattern: str, found: Iterable[Run]) -> list[str]:
    """The file of each run."""
    return [pattern.format(**run) for run in found]


def first_network(plan: Plan) -> Run:
    """A binary network of the usual sizes without metaplasticity, of the first seed."""
    return next(run for run in read_runs(plan) if {key: run[key] for key in COLUMNS} == FIRST)


def twins(plan: Plan) -> dict[int, Run]:
    """The twin of each seed; none if no reading has it."""
    return {run["seed"]: run for run in read_runs(plan) if {key: run[key] for key in COLUMNS} == TWIN}


def fgsm_by_reading(plan: Plan) -> dict[str, dict]:
    """The parameters of each reading's FGSM, with the strengths of Figure 5 that it has, or all if it has none of them, and the
    statistics of BatchNorm that its figures show."""
    found = {}
    for name, own in plan.config["readings"].items():
        attack = plan.attack_params(MNIST, "fgsm", own["attacks"]["fgsm"])
        if shown := [one for one in attack["strengths"] or [] if one in FIG_5]:
            attack = attack | {"strengths": shown}
        found[name] = {"attack": attack, "statistics": own["statistics"][-1]}
    return found
