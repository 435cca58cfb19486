"""Show what the configuration asks for: which network meets which attack, or an entry with all that it inherits.

    python -m sleep_robustness.show plan PAPER [OVERLAY …]
    python -m sleep_robustness.show config KEY [OVERLAY …]

PAPER: "tadros"; KEY: "papers.zhang.defences.sleep.described_100"; OVERLAY: files as for --configfile, the later before
the earlier.
"""

import sys
from collections.abc import Iterator, Mapping
from functools import reduce
from pathlib import Path

import yaml

from sleep_robustness.configuration import check, load
from sleep_robustness.errors import UserError
from sleep_robustness.imports import PACKAGE
from sleep_robustness.inheritance import overlaid
from sleep_robustness.plan import Plan
from sleep_robustness.readings import meetings

FOLDER = PACKAGE.parents[2] / "config"


def whole(overlays: list[str]) -> dict:
    """The checked config, with overlays. Raises UserError for what is wrong with it, and for a file that is not there."""
    if missing := [file for file in overlays if not Path(file).is_file()]:
        raise UserError(f"{missing[0]} is not there; name files as for --configfile.")
    layers = [yaml.safe_load(Path(file).read_text(encoding="utf-8")) or {} for file in (FOLDER / "config.yaml", *overlays)]
    if wrong := [
        file for file, layer in zip(["config.yaml", *overlays], layers, strict=True) if not isinstance(layer, Mapping)
    ]:
        raise UserError(f"{wrong[0]} is no mapping; it must be one, as config/config.yaml is.")
    config = load(reduce(overlaid, layers), FOLDER / "papers")
    check(config)
    return config


def entry(config: Mapping, key: str) -> object:
    """What stands at a key, "a.b.c". Raises UserError for one that is not there."""
    node = config
    for name in key.split("."):
        if not (isinstance(node, Mapping) and name in node):
            among = f"it must go on with one of {', '.join(map(str, node))}" if isinstance(node, Mapping) else "it ends before"
            raise UserError(f"{key} is not in the config: {name!r} is not there; {among}.")
        node = node[name]
    return node


def overview(plan: Plan) -> str:
    """A table for each data set: networks against attacks and distortions, with the numbers of the readings that compare them,
    "+" where a network is measured and compared by none."""
    numbers = {title: str(number) for number, title in enumerate(plan.config["readings"], 1)}
    legend = ", ".join(f"{number} {title}" for title, number in numbers.items())
    tables = [f"{dataset}: {_spans(plan.seeds(dataset))}\n{_table(plan, dataset, numbers)}" for dataset in plan.datasets]
    return "\n\n".join([f"Networks of {plan.paper}, and the readings that compare them: {legend}; + none", *tables])


def _table(plan: Plan, dataset: str, numbers: Mapping[str, str]) -> str:
    cells, columns = {}, {}
    for part in ("attacks", "distortions"):
        for name in plan.config[part]:
            for defence, variant, own, by in meetings(plan.config, part, name, dataset, sources=True):
                columns[name, own] = None
                cells[f"{defence}/{variant}", name, own] = "".join(numbers[title] for title in by) or "+"
    heads = [["", *(name for name, _ in columns)], ["", *(own for _, own in columns)]]
    networks = map("/".join, plan.networks)
    return "\n".join(_aligned([*heads, *([key, *(cells.get((key, *column), "") for column in columns)] for key in networks)]))


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _spans(seeds: list[int]) -> str:
    return f"{len(seeds)} networks of each kind, seeds {seeds[0]} to {seeds[-1]}"


def main(what: str, of: str, *overlays: str) -> None:
    """Print it. Raises UserError for names that are not there."""
    config = whole(list(overlays))
    if what == "plan":
        print(overview(Plan(of, entry(config, f"papers.{of}"))))
    else:
        print(yaml.safe_dump(entry(config, of), default_flow_style=None, sort_keys=False, width=128).rstrip())


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in ("plan", "config"):
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except UserError as error:
        sys.exit(str(error))
