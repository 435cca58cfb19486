"""What the analyses, searches and figures of MNIST's networks take: functions from the plan to runs and parameters. Standard
library only, as the plan."""

from collections.abc import Collection, Iterable
from itertools import product

from sleep_robustness.keys import key_of, spelled
from sleep_robustness.papers.tadros.readings import MNIST, looked_into, measures_of, slept
from sleep_robustness.plan import Plan, Run
from sleep_robustness.readings import compared, named

# before and after sleep, and under distortions


def sleeping_runs(plan: Plan, dataset: str) -> list[Run]:
    """The runs of FGSM on the networks that each reading compares before and after sleep."""
    runs = plan.compared_runs(dataset, attack="fgsm")
    return [run for run in runs if run["defence"] in ("control", "sleep")]


def sleeping_networks(plan: Plan, dataset: str) -> list[Run]:
    """The same networks, each once."""
    names = ("defence", "variant", "seed")
    networks = dict.fromkeys(tuple(run[name] for name in names) for run in sleeping_runs(plan, dataset))
    return [{"dataset": dataset} | dict(zip(names, network, strict=True)) for network in networks]


def distorted_networks(plan: Plan) -> list[tuple[str, str, str]]:
    """The networks that a reading compares under distortions of images: (reading, defence, variant), each once."""
    return list(dict.fromkeys(run[:3] for name in plan.image_distortions for run in compared(plan.config, "distortions", name)))


def weighed_runs(plan: Plan, dataset: str) -> list[Run]:
    """The networks whose weights are looked at: those compared under distortions of images."""
    return [
        {"dataset": dataset, "defence": defence, "variant": variant, "seed": seed}
        for defence, variant in dict.fromkeys(run[1:] for run in distorted_networks(plan))
        for seed in plan.seeds(dataset)
    ]


def shown_distortions(plan: Plan, dataset: str) -> dict[str, dict]:
    """Parameters of the distortions that a figure shows images of, if the data set is run: of each the first variant."""
    if dataset not in plan.datasets:
        return {}
    first = {name: next(iter(plan.config["distortions"][name])) for name in plan.image_distortions}
    return {name: plan.params("distortions", name, variant, dataset) for name, variant in first.items()}


# inside MNIST's networks


def inner_distortions(plan: Plan) -> dict[str, dict]:
    """The distortions that MNIST networks are looked into with, their parameters and strength."""
    strengths, known = plan.config["analyses"]["strengths"], shown_distortions(plan, MNIST)
    return {name: known[name] | {"strength": strength} for name, strength in strengths.items() if name in known}


def control_runs(plan: Plan) -> list[Run]:
    """The MNIST controls."""
    return [{"dataset": MNIST, "defence": "control", "variant": plan.control, "seed": seed} for seed in plan.seeds(MNIST)]


def inner_runs(plan: Plan) -> list[Run]:
    """Every MNIST network that is compared with its control inside, with its readings."""
    return [
        {"dataset": MNIST, "defence": defence, "variant": variant, "readings": readings, "seed": seed}
        for (defence, variant), readings in looked_into(plan.config).items()
        for seed in plan.seeds(MNIST)
    ]


def inner_pairs(plan: Plan) -> list[Run]:
    """Every two of them that are of one defence and seed, with the readings of both."""
    return [
        run | {"other": one["defence"], "other_variant": one["variant"], "readings": shared}
        for run, one in product(inner_runs(plan), repeat=2)
        if (run["defence"], run["seed"]) == (one["defence"], one["seed"]) and run["variant"] != one["variant"]
        for shared in [[reading for reading in run["readings"] if reading in one["readings"]]]
        if shared
    ]


def other_run(pair: Run) -> Run:
    """The network that one is compared with in a pair."""
    return pair | {"defence": pair["other"], "variant": pair["other_variant"]}


def slept_runs(plan: Plan) -> list[Run]:
    """Those of them that slept."""
    return [run for run in inner_runs(plan) if run["defence"] == "sleep"]


def sleep_params(plan: Plan, names: Iterable[str]) -> dict[str, dict]:
    """The parameters of variants of sleep for MNIST."""
    return {name: plan.params("defences", "sleep", name, MNIST) for name in names}


def sleeps(plan: Plan) -> list[Run]:
    """Every MNIST network that slept, with the steps of its sleep, its readings and the sizes of its layers."""
    readings, sizes = looked_into(plan.config), plan.config["datasets"][MNIST]["training"]["sizes"]
    return [
        {"dataset": MNIST, "defence": "sleep", "variant": variant, "seed": seed, "steps": params["steps"]}
        | {"readings": readings.get(("sleep", variant), ["beside"]), "sizes": sizes}
        for variant, params in sleep_params(plan, plan.config["defences"].get("sleep", {})).items()
        for seed in plan.seeds(MNIST)
    ]


def gallery_runs(plan: Plan) -> list[Run]:
    """The runs on MNIST that Figure 6 shows images of: the first seed, and the attacks that look for near adversarials."""
    attacks = [attack for attack in plan.papers_attacks if attack != "fgsm"]
    runs = [run for attack in attacks for run in plan.compared_runs(MNIST, attack=attack)]
    return [run for run in runs if run["seed"] == plan.seeds(MNIST)[0]]


def plane_readings(plan: Plan) -> list[str]:
    """The readings whose sleep of MNIST has the rule of plasticity by which the network on a plane sleeps."""
    by_it, known = plan.config["plane"]["sleep"]["rule"], plan.config["defences"].get("sleep", {})
    by_name = {name: named(reading, "sleep", "fgsm") for name, reading in plan.config["readings"].items()}
    own = [name for name, its in by_name.items() if any(known[variant]["rule"] == by_it for variant in its)]
    return own or ["beside"]


# controls of other lengths, and networks that neurons are cut from


def undertrained_runs(plan: Plan) -> list[Run]:
    """The controls that are trained for other lengths, of the data sets that are run."""
    datasets = [name for name in plan.config["undertrained"]["lengths"] if name in plan.datasets]
    axes = {"defence": "control", "variant": plan.control}
    return [{"dataset": name, "seed": seed} | axes for name in datasets for seed in plan.seeds(name)]


def undertrained_sleeps(plan: Plan, dataset: str) -> dict[str, dict]:
    """The sleeps of these controls: of those that have the same parameters on a data set the first."""
    found: dict[str, dict] = {}
    for name in plan.config["undertrained"]["sleeps"]:
        own = plan.params("defences", "sleep", name, dataset)
        if own not in found.values():
            found[name] = own
    return found


def controls(plan: Plan, seeds: Collection[int]) -> list[Run]:
    """The MNIST controls of these seeds, as far as the data set has them."""
    return [run for run in control_runs(plan) if run["seed"] in seeds]


def control_key(plan: Plan, seed: int | str) -> str:
    """The key of the control of a seed."""
    return key_of({"defence": "control", "variant": plan.control, "seed": seed})


def pruning_params(plan: Plan) -> dict:
    """What the networks of fig_pruning are made and measured by."""
    return {
        "control": plan.fit_params(MNIST, "control", plan.control),
        "sleeps": sleep_params(plan, plan.config["pruning"]["sleeps"]),
        "measures": measures_of(plan.config, "pruning"),
    }


# the pool by which coverage is measured


def pool_networks(plan: Plan) -> list[tuple[str, str]]:
    """The kinds of networks of the pool: (defence, variant)."""
    return [(defence, variant) for defence, variants in plan.config["coverage"]["networks"].items() for variant in variants]


def pool_params(plan: Plan) -> dict:
    """What the pool's networks are made and measured by."""
    axes = ("dataset", "defence", "variant")
    networks = [(MNIST, *network) for network in pool_networks(plan)]
    return {
        "networks": [dict(zip(axes, one, strict=True)) | {"parameters": plan.fit_params(*one)} for one in networks],
        "measures": measures_of(plan.config, "coverage"),
        "correlations": inner_distortions(plan),
    }


def measure_modules(plan: Plan, part: str) -> list[str]:
    """The modules of the attacks and distortions that `pruning` or `coverage` measures by."""
    return [f"{one['kind']}s.{one['name']}" for one in measures_of(plan.config, part)]


# searches for parameters of sleep


def search_params(plan: Plan, name: str) -> dict:
    """What a search is given: its own entry, with its space, and what all share; its starts apart."""
    shared, own = plan.config["search"], dict(plan.config["search"]["searches"][name])
    own.pop("starts")
    own["space"] = shared["spaces"][own["space"]]
    own["attack"] = shared["attack"] | {"objective": own.pop("gradient")}
    return {key: shared[key] for key in ("population", "examples")} | own


def search_starts(plan: Plan, name: str) -> list[dict]:
    """The parameters of the sleeps that a search begins with."""
    return list(sleep_params(plan, plan.config["search"]["searches"][name]["starts"]).values())


def searched(plan: Plan, name: str | None = None) -> list[Run]:
    """The controls that a search is over, or any search, in the order of their seeds."""
    searches = plan.config["search"]["searches"]
    return controls(plan, {seed for one in ([name] if name else searches) for seed, _ in searches[one]["cases"]})


def unseen(plan: Plan) -> list[Run]:
    """Controls of seeds that MNIST has not, which no search is over."""
    seeds = plan.config["search"]["rescored"]["unseen"]
    return [{"dataset": MNIST, "defence": "control", "variant": plan.control, "seed": seed} for seed in seeds]


def unseen_batch(plan: Plan, pattern: str) -> str:
    """The file of these."""
    return pattern.format(
        paper=plan.paper,
        dataset=MNIST,
        networks=f"control/{plan.control}",
        seeds=spelled([run["seed"] for run in unseen(plan)]),
    )


# what claims ask beside attacks and distortions


def inside_summaries(plan: Plan) -> list[tuple[str, str]]:
    """The summaries of what sleep does inside, and others that claims ask, as far as the config has what they need: (the name
    in claims, that of the file), of some names several."""
    own_sleep = slept(plan.config)
    of_mnist = {
        "correlations": ("correlations", inner_runs(plan)),
        "correlation_pairs": ("correlation_pairs", inner_pairs(plan)),
        "responses": ("responses", "noise" in inner_distortions(plan) and own_sleep),
        "digits": ("digits", own_sleep),
        "histories": ("histories", sleeps(plan)),
        "threshold": ("boundary_threshold", "boundary" in plan.config["attacks"]),
        "pruning": ("pruning", plan.config["pruning"]["sleeps"]),
    }
    return [
        *((name, f"{MNIST}_{file}") for name, (file, there) in of_mnist.items() if there),
        *(("weights", f"{dataset}_weights") for dataset in plan.of_kind("patches")),
        ("plane", "plane"),
    ]
