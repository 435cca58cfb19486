"""A look at a part: `--config only='{readings: [printed], seeds: [1]}'` leaves out all else, for debugging.

What it makes lies in folders of its own, `results/laptop-only/` and `reports/laptop-only/`, beside those of whole runs.
"""

from collections.abc import Mapping

from sleep_robustness.errors import UserError


def narrowed(config: Mapping) -> dict:
    """A checked config without the readings, seeds and data sets that `only` does not name, if it has `only`.

    Networks are then measured by what a reading compares them under alone. Raises UserError for what no paper has.
    """
    if not config.get("only"):
        return dict(config)
    only = {part: [int(one) for one in asked] if part == "seeds" else asked for part, asked in config["only"].items()}
    for part, there in _named(config).items():
        if unknown := [one for one in only.get(part, []) if one not in there]:
            raise UserError(f"config: only.{part} names {unknown[0]!r}; there are {', '.join(map(str, there))}.")
    papers = {name: _narrowed(own, only) for name, own in config["papers"].items()}
    return {**config, "scale": f"{config['scale']}-only", "papers": papers}


def _named(config: Mapping) -> dict[str, list]:
    """What `only` may name: all readings, seeds and data sets of the papers."""
    papers = config["papers"].values()
    return {
        "readings": list(dict.fromkeys(name for own in papers for name in own["readings"])),
        "seeds": sorted({seed for own in papers for entry in own["datasets"].values() for seed in entry["seeds"]}),
        "datasets": list(dict.fromkeys(name for own in papers for name in own["use"])),
    }


def _narrowed(own: Mapping, only: Mapping) -> dict:
    """A paper's config; a paper that has none of the readings, seeds or data sets keeps all of its own."""
    readings = _kept(own["readings"], only.get("readings"))
    return {
        **own,
        "use": _kept(own["use"], only.get("datasets")),
        "datasets": {
            name: entry | {"seeds": _kept(entry["seeds"], only.get("seeds"))} for name, entry in own["datasets"].items()
        },
        "readings": {name: own["readings"][name] for name in readings},
        **{part: _compared(own[part]) for part in ("attacks", "transfers", "distortions") if part in own},
    }


def _kept(there: list | Mapping, asked: list | None) -> list:
    return [one for one in there if asked is None or one in asked] or list(there)


def _compared(part: Mapping) -> dict:
    """Variants that are run on the networks that a reading compares, and on no others."""
    return {
        name: {variant: {"networks": "compared"} | _without_all(entry) for variant, entry in variants.items()}
        for name, variants in part.items()
    }


def _without_all(entry: Mapping) -> dict:
    return {key: value for key, value in entry.items() if (key, value) != ("networks", "all")}
