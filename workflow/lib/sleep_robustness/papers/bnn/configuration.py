"""What the check of the configuration looks at beside for Pham et al. 2021. Snakemake's own process imports it."""

from collections.abc import Mapping
from itertools import pairwise

from sleep_robustness.errors import UserError
from sleep_robustness.papers.bnn.plan import AXES, CIFAR, CIFAR_100, FIRST, TWIN, members

# the summaries that its claims may ask
TABLES = ("clean", "attacked", "corrupted", "contrasts", "attacked_contrasts", "corrupted_contrasts")
TABLES += ("cifar_contrasts", "cifar_corrupted_contrasts", "cifar_features_contrasts", "cifar_images_contrasts")
# attacks that say what is right at each ε
BY_STRENGTH = ("fgsm", "pgd", "pgd_loss", "bim", "deepfool_linf", "ddn", "square", "uniform", "autoattack")
KINDS = ("widths", "epochs", "lipschitz")  # of sizes


def check(config: dict, schema: dict) -> None:
    """Raise UserError, one sentence, for a grid of sizes that have no name, an attack that is not told by strength, a reading
    of grids or corruptions that there are not, two grids of one reading with the same network, and a contrast whose terms name
    different axes or none; here and in split CIFAR, whose readings must be the paper's and whose tasks share the classes."""
    _check_sizes(config)
    _check_contrasts(config)
    _check_cifar(config, "cifar", CIFAR)
    _check_cifar(config, "cifar100", CIFAR_100)
    for name in config["attacks"]:
        if name not in BY_STRENGTH:
            known = ", ".join(BY_STRENGTH)
            raise UserError(f"config: attacks has {name!r}; it must be one that is told by strength: {known}.")
    sizes = {f"{name}.{variant}": one["examples"] for name, own in config["attacks"].items() for variant, one in own.items()}
    for (first, one), (other, two) in pairwise(sizes.items()):
        if one != two:
            said = f"attacks.{first} has {one} examples and {other} {two}"
            raise UserError(f"config: {said}; all need the same, since the worst attack is asked image by image.")
    for name, own in config["readings"].items():
        if own["corruptions"] not in config["corruptions"]:
            known = ", ".join(config["corruptions"])
            raise UserError(f"config: readings.{name}.corruptions is {own['corruptions']!r}; it must be among {known}.")
        if "fgsm" not in own["attacks"]:
            known = ", ".join(config["attacks"].get("fgsm", {})) or "but attacks has none"
            raise UserError(f"config: readings.{name}.attacks lacks 'fgsm'; name one of its variants: {known}.")
        for attack, variant in own.get("transfers", {}).items():
            known = config["attacks"].get(attack, {})
            if not known.get(variant, {}).get("keep"):
                kept = ", ".join(one for one, params in known.items() if params.get("keep")) or "there is none"
                raise UserError(
                    f"config: readings.{name}.transfers.{attack} is {variant!r}; it must be a variant that keeps its images: "
                    f"{kept}."
                )
        _check_networks(config, name, own["grids"])
    read = [network for own in config["readings"].values() for grid in own["grids"] for network in members(config, grid)]
    if FIRST not in read:
        said = ", ".join(f"{axis} {one}" for axis, one in FIRST.items())
        raise UserError(f"config: no reading has a network of {said}, which fig_5 needs; add a grid with it.")
    if any(own.get("transfers") for own in config["readings"].values()) and TWIN not in read:
        said = ", ".join(f"{axis} {one}" for axis, one in TWIN.items())
        raise UserError(f"config: no reading has a network of {said}, on which `transfers` are made; add a grid with it.")


def _check_sizes(config: Mapping, where: str = "", sizes: str = "") -> None:
    """The sizes of grids must have names; where, sizes: what stands before the keys grids and sizes."""
    for name, grid in config["grids"].items():
        for kind in KINDS:
            if unknown := [one for one in grid[kind] if one not in config["sizes"][kind]]:
                known, place = ", ".join(config["sizes"][kind]), f"{where}grids.{name}.{kind}"
                raise UserError(f"config: {place} names {unknown[0]!r}; it must be among {sizes}sizes.{kind}: {known}.")


def _check_networks(config: Mapping, reading: str, grids: list[str], where: str = "", key: str = ".grids") -> None:
    """The grids of a reading must be there, and have different networks."""
    networks, place = {}, f"{where}readings.{reading}{key}"
    for grid in grids:
        if grid not in config["grids"]:
            raise UserError(f"config: {place} names {grid!r}; it must be among {', '.join(config['grids'])}.")
        for network in members(config, grid):
            if (other := networks.setdefault(tuple(network.values()), grid)) != grid:
                said = ", ".join(f"{axis} {one}" for axis, one in network.items())
                raise UserError(f"config: {place} has {other} and {grid}, which both have {said}; leave one out.")


def _check_contrasts(config: Mapping, where: str = "") -> None:
    """The terms of a contrast must name the same axes, which there are."""
    for name, terms in config["contrasts"].items():
        for term in terms:
            own, first = (sorted(axis for axis in one if axis != "times") for one in (term, terms[0]))
            if own != first or not own:
                raise UserError(
                    f"config: {where}contrasts.{name} has terms of {first} and of {own}; all must name the same axes."
                )
            if unknown := [axis for axis in own if axis not in AXES]:
                raise UserError(f"config: {where}contrasts.{name} names {unknown[0]!r}; it must be among {', '.join(AXES)}.")
            if not isinstance(term.get("times", 1), int | float):
                raise UserError(f"config: {where}contrasts.{name} has times {term['times']!r}; it must be a number.")


def _check_cifar(config: Mapping, key: str, dataset: str) -> None:
    """The same of split CIFAR, and its readings and tasks. key: "cifar", or what lies over it."""
    own, where = config["cifar"] | config[key], "cifar."
    _check_sizes(own, where, f"{key}.")
    _check_contrasts(own, where)
    for name, grids in own["readings"].items():
        if name not in config["readings"]:
            known = ", ".join(config["readings"])
            raise UserError(f"config: cifar.readings names {name!r}; it must be among {known}.")
        _check_networks(own, name, grids, where, key="")
    classes = own["tasks"]["classes"]
    every = [label for one in classes for label in one]
    if len(set(every)) < len(every) or len({len(one) for one in classes}) > 1:
        raise UserError(f"config: {key}.tasks.classes is {classes}; all tasks need as many classes, and none of another's.")
    if dataset not in config["datasets"]:
        raise UserError(f"config: datasets lacks {dataset}, of which split CIFAR is; add it.")
