"""What the config asks for: which variants apply to a data set, and which networks are measured by what."""

from collections.abc import Iterator, Mapping


def for_dataset(variant: Mapping, dataset: str, datasets: Mapping) -> dict:
    """A variant's parameters for one data set: a key that is a data set's name holds what applies to that data set alone."""
    return {key: value for key, value in variant.items() if key not in datasets} | dict(variant.get(dataset, {}))


def measured(config: Mapping, part: str, name: str) -> Iterator[tuple[str, str]]:
    """The networks (defence, variant) that an attack or a distortion works on; part: "attacks" or "distortions".

    A network that was `tuned_on` something is measured by that attack alone, or by all distortions if it is one of them, as
    in the paper.
    """
    for defence, variants in config["defences"].items():
        for variant, parameters in variants.items():
            on = parameters.get("tuned_on")
            if on is None or on == name or (part == "distortions" and on in config["distortions"]):
                yield defence, variant


def compared(config: Mapping, attack: str) -> Iterator[tuple[str, str, str, str]]:
    """The networks that each reading compares under an attack: (reading, defence, variant, the attack's variant)."""
    for name, reading in config["readings"].items():
        for defence, variant in measured(config, "attacks", attack):
            chosen = reading["defences"][defence]
            if variant in ([chosen] if isinstance(chosen, str) else chosen):
                yield name, defence, variant, reading["attacks"][attack]


def alike(readings: Mapping[str, dict], part: str, names: list[str]) -> dict[str, dict]:
    """Readings that name the same variants of all defences and of these attacks or distortions, under one name each:
    {"printed, released": reading}."""
    groups: dict[str, list[str]] = {}
    for name, reading in readings.items():
        groups.setdefault(str((reading["defences"], [reading[part][key] for key in names])), []).append(name)
    return {", ".join(names): readings[names[0]] for names in groups.values()}
