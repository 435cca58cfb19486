"""The check of what the configuration has for this paper alone: one sentence for what is wrong."""

import math
from collections.abc import Iterator

from sleep_robustness.configuration import check_thresholds, check_training, exactly, parameters, plugins, validate
from sleep_robustness.errors import UserError
from sleep_robustness.papers.tadros.readings import measures_of

# summaries beside those of attacks and distortions, which claims may ask
TABLES = (
    "correlations",
    "correlation_pairs",
    "responses",
    "weights",
    "digits",
    "histories",
    "threshold",
    "plane",
    "pruning",
)


def check(config: dict, schema: dict) -> None:
    """Raise UserError, one sentence, for the first thing wrong with what the shared check does not know."""
    frame = schema["$defs"]
    _check_plane(config["plane"], schema)
    _check_search(config)
    _check_pruning(config, frame, schema)
    _check_coverage(config, frame, schema)
    _check_variations(config)


def _check_plane(own: dict, schema: dict) -> None:
    """The network of `plane` must take points of a plane, give its classes, and have a threshold for each layer."""
    check_training(own["training"], ("plane", "training"), schema)
    validate(own["sleep"], exactly(parameters(plugins("defences")["sleep"]), schema), ("plane", "sleep"))
    sizes = own["training"]["sizes"]
    if (sizes[0], sizes[-1]) != (2, own["classes"]):
        raise UserError(
            f"config: plane.training.sizes is {sizes}; it must begin with 2 and end with the {own['classes']} classes."
        )
    check_thresholds(own["sleep"]["thresholds"], sizes, ("plane", "sleep"), "the plane")


def _check_search(config: dict) -> None:
    """A search must start from variants of sleep, over networks that there are, in a space that has a width; those that it does
    not see must be others."""
    spaces, layers = config["search"]["spaces"], len(config["datasets"]["mnist"]["training"]["sizes"]) - 1
    for name, space in spaces.items():
        where = f"config: search.spaces.{name}"
        if len(space["thresholds"]) != layers:
            raise UserError(f"{where}.thresholds has {len(space['thresholds'])} limits; MNIST's network has {layers} layers.")
        for parameter, limits in space.items():
            for low, high in limits if parameter == "thresholds" else [limits]:
                if low >= high:
                    raise UserError(f"{where}.{parameter} has {low} to {high}; the second must be above the first.")
    known, seeds = config["defences"].get("sleep", {}), config["datasets"]["mnist"]["seeds"]
    for name, own in config["search"]["searches"].items():
        where = f"config: search.searches.{name}"
        if own["space"] not in spaces:
            raise UserError(f"{where} names the space {own['space']!r}; there are {', '.join(spaces)}.")
        if ("decay" in own["fixed"]) == ("time_constant" in spaces[own["space"]]):
            raise UserError(f"{where} needs a decay in fixed, or a time_constant in its space, and not both.")
        for start in own["starts"]:
            if start not in known:
                raise UserError(f"{where} starts from {start!r}; it must be among {', '.join(known)}, the variants of sleep.")
        for seed, _ in own["cases"]:
            if seed not in seeds:
                raise UserError(f"{where} names the seed {seed}; MNIST has {', '.join(map(str, seeds))}.")
    for seed in config["search"]["rescored"]["unseen"]:
        if seed in seeds:
            raise UserError(f"config: search.rescored.unseen names the seed {seed}, which MNIST has; name another.")


def _check_pruning(config: dict, frame: dict, schema: dict) -> None:
    """The sleeps of `pruning` must be variants of sleep, those of a measure among them, and its networks must be there."""
    known, own = config["defences"].get("sleep", {}), config["pruning"]["sleeps"]
    choices = parameters(plugins("defences")["ablated"])["by"]["enum"]
    networks = ["control", "sleep", *choices, "shuffled_sleep"]
    for name in own:
        if name not in known:
            variants = ", ".join(known) or "but there is none"
            raise UserError(f"config: pruning.sleeps names {name!r}; it must be a variant of sleep: {variants}.")
    for place, measure in _checked_measures(config, "pruning", frame, schema):
        for key, among in (("sleeps", own), ("networks", networks)):
            for name in measure[key] or []:
                if name not in among:
                    raise UserError(f"config: {'.'.join(place)}.{key} names {name!r}; it must be among {', '.join(among)}.")


def _checked_measures(config: dict, part: str, frame: dict, schema: dict) -> Iterator[tuple[tuple, dict]]:
    """The measures of a part of the config, each with its place there; of each its name must be known and its parameters whole,
    be they its own or those of the variant of its name."""
    for measure in measures_of(config, part):
        kind, place = f"{measure['kind']}s", (part, f"{measure['kind']}s", measure["name"], measure["variant"])
        node = frame[measure["kind"]]["properties"]
        wanted = {key: node[key] for key in ("examples", "strengths") if key in node}
        if measure["name"] not in plugins(kind):
            raise UserError(f"config: {part}.{kind} names {measure['name']!r}; it must be among {', '.join(plugins(kind))}.")
        if measure["params"].get("among") == "right":
            raise UserError(f"config: {'.'.join(place)} counts all images; set its among to all.")
        validate(measure["params"], exactly(wanted | parameters(plugins(kind)[measure["name"]]), schema), place)
        yield place, measure


def _check_coverage(config: dict, frame: dict, schema: dict) -> None:
    """The networks of `coverage` must be variants that are made of the control, the control first, and enough for two sets."""
    own = config["coverage"]
    for defence, variants in own["networks"].items():
        known = {name: entry for name, entry in config["defences"].get(defence, {}).items() if not entry.get("of")}
        for name in variants:
            if name not in known:
                among = ", ".join(known) or "but there is none"
                raise UserError(f"config: coverage.networks.{defence} names {name!r}; it must be made of the control: {among}.")
    if next(iter(own["networks"])) != "control" or len(own["networks"]["control"]) != 1:
        raise UserError("config: coverage.networks must begin with control and one variant of it.")
    if len(own["seeds"]) < 2 * max(own["numbers"]):
        raise UserError(f"config: coverage.seeds has {len(own['seeds'])} seeds; two sets of {max(own['numbers'])} need more.")
    list(_checked_measures(config, "coverage", frame, schema))


def _check_variations(config: dict) -> None:
    """What varies the leak or the training must name variants of sleep and data sets that there are, and ε of its grid."""
    own, known = config["undertrained"], config["defences"].get("sleep", {})
    variants = ", ".join(known) or "but there is none"
    asked = [("analyses.leak.sleep", config["analyses"]["leak"]["sleep"])]
    for where, name in asked + [("undertrained.sleeps", name) for name in own["sleeps"]]:
        if name not in known:
            raise UserError(f"config: {where} names {name!r}; it must be a variant of sleep: {variants}.")
    for name in own["lengths"]:
        if name not in config["datasets"]:
            there = ", ".join(config["datasets"])
            raise UserError(f"config: undertrained.lengths names {name!r}, which datasets does not have; it has {there}.")
    step, steps = own["attack"]["epsilon_step"], own["attack"]["steps"]
    for strength in own["strengths"]:
        if not (math.isclose(round(strength / step) * step, strength) and round(strength / step) <= steps):
            raise UserError(
                f"config: undertrained.strengths has {strength:g}; it must be among the first {steps} multiples of {step:g}."
            )
