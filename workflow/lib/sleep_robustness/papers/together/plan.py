"""Which networks the table has a row for, and where they lie. Standard library only, as the shared plan.

A row names a network of a paper, PAPER/DATASET/DEFENCE/VARIANT, or one that learnt tasks, bnn/GRID, with its m.
"""

from collections.abc import Iterable, Mapping

from sleep_robustness.errors import UserError
from sleep_robustness.papers.bnn import plan as bnn
from sleep_robustness.plan import Plan, Run

MNIST, BNN = "mnist", "bnn"
MNIST_IMAGES = 60_000  # for training
# attacks within an ε of each pixel, and those that look for the nearest adversarial
LINF, L2 = ("fgsm", "pgd", "apgd", "square"), ("deepfool", "cw", "ddn", "boundary")
REFEREE = "autoattack"  # beside them, and not part of the worst of them
KINDS = ("networks.relu", "networks.lenet", "networks.binary")  # of networks that rows have


def learns_tasks(row: Mapping) -> bool:
    """Whether a row's network learnt tasks one after the other in its own paper."""
    return row["network"].split("/")[0] == BNN


def network_file(plan: Plan, row: Mapping, seed: int, model: str, learnt: str) -> str:
    """The file of a row's network of a seed. model, learnt: the patterns of the files of both kinds of networks. Raises
    UserError for a network that its paper does not make."""
    paper = row["network"].split("/")[0]
    other = plan.others.get(paper)
    if paper == BNN:
        return bnn.learnt_paths(other, learnt, [member_of(other, row, seed)])[0]
    run = network_run(row, seed)
    known = other and run["dataset"] in other.datasets and seed in other.seeds(run["dataset"])
    if not known or run["variant"] not in other.config["defences"].get(run["defence"], {}):
        raise _no_network(row, seed)
    return other.models(model, [run])[0]


def network_run(row: Mapping, seed: int) -> Run:
    """The axes of a row's network of a seed in its own paper: dataset, defence, variant and seed."""
    _, *axes = row["network"].split("/")
    return dict(zip(("dataset", "defence", "variant"), axes, strict=True)) | {"seed": seed}


def member_of(other: Plan, row: Mapping, seed: int) -> Run:
    """The run of a network that learnt tasks: the first of its grid of that m."""
    grid = row["network"].split("/")[1]
    known = bnn.runs(other, [grid]) if grid in other.config["grids"] else []
    if found := [run for run in known if run["m"] == row["m"] and run["seed"] == seed]:
        return found[0]
    raise _no_network(row, seed)


def _no_network(row: Mapping, seed: int) -> UserError:
    """What to say of a row whose network its paper does not make."""
    of = f"{row['network']}, m {row['m']:g}," if "m" in row else row["network"]
    return UserError(
        f"config of together: {of} with seed {seed} is none of the networks of its paper; mend the row, or its seeds."
    )


def training_images(plan: Plan, data: Mapping[str, Mapping]) -> int:
    """The number of training images that there are; data: the whole config's datasets."""
    own = data[plan.config["datasets"][MNIST]["data"]]["train_examples"]
    return MNIST_IMAGES if own == "all" else own


def strengths(config: Mapping, row: Mapping) -> list[float]:
    """The ε of a row: those of all, and that of what its paper claims."""
    claimed = row["claimed"] or {}
    return sorted({*config["strengths"], *([claimed["strength"]] if claimed.get("strength") else [])})


def seeds(plan: Plan) -> list[int]:
    """Of all rows."""
    return plan.seeds(MNIST)


def forgetful(plan: Plan) -> list[str]:
    """The rows whose networks learn tasks for this table, since their paper does not let them."""
    return [name for name, row in plan.config["rows"].items() if isinstance(row["forgets"], Mapping)]


def sleep_of(plan: Plan, row: Mapping) -> dict | None:
    """The parameters of the sleep that a row's network sleeps after each task, or None."""
    if not (place := row["forgets"].get("sleep")):
        return None
    return params_of(plan, place)


def params_of(plan: Plan, place: str) -> dict:
    """The parameters of a variant of a defence, PAPER/DATASET/DEFENCE/VARIANT."""
    paper, dataset, *network = place.split("/")
    return plan.others[paper].params("defences", *network, dataset)


def dose_data(plan: Plan, pattern: str, base: str) -> str:
    """The file of a kind of the data that a base of `dose` sleeps over."""
    paper, dataset, *_ = plan.config["dose"]["bases"][base]["network"].split("/")
    return plan.others[paper].data_file(pattern, dataset)


def dose_sleep(plan: Plan, base: str) -> dict:
    """The parameters of its sleep."""
    paper, dataset, *_ = plan.config["dose"]["bases"][base]["network"].split("/")
    return params_of(plan, f"{paper}/{dataset}/sleep/{plan.config['dose']['sleep']}")


def doses(plan: Plan) -> list[tuple[str, int]]:
    """Each base of `dose` with each seed."""
    return [(base, seed) for base in plan.config["dose"]["bases"] for seed in seeds(plan)]


def compared(plan: Plan) -> list[tuple[str, str]]:
    """Each row with the one that it stands against, then the pairs that are compared besides."""
    own = [(name, row["against"]) for name, row in plan.config["rows"].items() if row["against"]]
    return [*own, *map(tuple, plan.config["compared"])]


def training_of(plan: Plan, row: Mapping) -> dict:
    """The parameters of the training of each task: those of its paper's control."""
    paper, dataset, *_ = row["network"].split("/")
    return plan.others[paper].config["datasets"][dataset]["training"]


def papers(plan: Plan) -> list[str]:
    """The papers whose networks the table has."""
    return sorted({row["network"].split("/")[0] for row in plan.config["rows"].values()})


def pairs(plan: Plan, rows: Iterable[str]) -> list[tuple[str, int]]:
    """Each of some rows with each seed."""
    return [(row, seed) for row in rows for seed in seeds(plan)]


def learnt(plan: Plan) -> list[str]:
    """The rows whose networks learnt tasks in their own paper."""
    return [name for name, row in plan.config["rows"].items() if learns_tasks(row)]


def sources(plan: Plan, row: str) -> list[str]:
    """The rows on whose networks images are made for a row: all that there are, but itself."""
    return [name for name in plan.config["sources"] if name != row]


def every_strength(plan: Plan) -> list[float]:
    """All ε that any row is attacked at."""
    return sorted({strength for row in plan.config["rows"].values() for strength in strengths(plan.config, row)})


def attack_params(plan: Plan, name: str) -> dict:
    """The parameters of an attack, of which there is one variant, without those that are the same for all."""
    ((_, params),) = plan.config["attacks"][name].items()
    return {key: value for key, value in params.items() if key != "examples"}


def referee(plan: Plan, seed: int) -> dict | None:
    """The parameters of AutoAttack, or None for a seed that it is not run on."""
    return attack_params(plan, REFEREE) if seed in plan.config["refereed"] else None


def examples(plan: Plan) -> int:
    """The number of test images that are attacked."""
    return next(params["examples"] for variants in plan.config["attacks"].values() for params in variants.values())
