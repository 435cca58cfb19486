"""What the config asks for: which variants apply to a data set, and which networks are measured by what."""

from collections.abc import Iterator, Mapping


def for_dataset(variant: Mapping, dataset: str, datasets: Mapping) -> dict:
    """A variant's parameters for one data set: a key that is the name of a data set, or of a kind of them, holds what applies
    to those alone; the name goes before the kind."""
    kind = datasets[dataset]["kind"]
    special = {*datasets, *(entry["kind"] for entry in datasets.values())}
    common = {key: value for key, value in variant.items() if key not in special}
    return common | dict(variant.get(kind, {})) | dict(variant.get(dataset, {}))


def networks(config: Mapping, name: str) -> Iterator[tuple[str, str]]:
    """The networks (defence, variant) that an attack or a distortion may work on: all that are not `measured_by` others."""
    for defence, variants in config["defences"].items():
        for variant, parameters in variants.items():
            if name in parameters.get("measured_by", [name]):
                yield defence, variant


def named(reading: Mapping, defence: str, name: str) -> list[str]:
    """The variants of a defence that a reading names for an attack or a distortion."""
    choice = reading["defences"].get(defence, [])
    if isinstance(choice, Mapping):
        choice = choice.get(name, choice["else"])
    return [choice] if isinstance(choice, str) else choice


def compared(config: Mapping, part: str, name: str) -> Iterator[tuple[str, str, str, str]]:
    """The networks that each reading compares under an attack or a distortion, if it names a variant of it: (reading, defence,
    variant, the attack's or distortion's variant); part: "attacks" or "distortions"."""
    for title, reading in config["readings"].items():
        for defence, variant in networks(config, name):
            if name in reading[part] and variant in named(reading, defence, name):
                yield title, defence, variant, reading[part][name]


def measured(config: Mapping, part: str, name: str) -> Iterator[tuple[str, str, str]]:
    """The networks on which each variant of an attack or a distortion is run: (defence, variant, its own variant).

    They are all that it may work on or, where the variant says `networks: compared`, those that a reading compares under it.
    """
    seen = {run[1:] for run in compared(config, part, name)}
    for defence, variant in networks(config, name):
        for own, parameters in config[part][name].items():
            if parameters.get("networks") != "compared" or (defence, variant, own) in seen:
                yield defence, variant, own


def alike(readings: Mapping[str, dict], part: str, names: list[str]) -> dict[str, dict]:
    """Readings that name the same variants of all defences and of these attacks or distortions, under one name each:
    {"printed, released": reading}."""
    groups: dict[str, list[str]] = {}
    for name, reading in readings.items():
        groups.setdefault(str((reading["defences"], [reading[part].get(key) for key in names])), []).append(name)
    return {", ".join(names): readings[names[0]] for names in groups.values()}
