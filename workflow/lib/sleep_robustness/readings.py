"""What the config asks for: which variants apply to a data set, and which networks are measured by what."""

from collections.abc import Iterator, Mapping

OF_FEATURES = ("feature_noise",)  # distortions of embeddings, which the kinds of data sets below are; the others are of images
EMBEDDED = ("cub200", "cifar10")


def for_dataset(variant: Mapping, dataset: str, datasets: Mapping) -> dict:
    """A variant's parameters for one data set: a key that is the name of a data set, of its data, or of a kind of data, holds
    what applies to those alone; what is nearer to the data set goes before."""
    special = {key for name in datasets for key in keys_for(name, datasets)}
    own = {key: value for key, value in variant.items() if key not in special}
    for key in keys_for(dataset, datasets):
        own |= variant.get(key, {})
    return own


def keys_for(dataset: str, datasets: Mapping) -> list[str]:
    """The keys under which a variant may hold what applies to a data set: its kind, its data, and itself, each once."""
    entry = datasets[dataset]
    return list(dict.fromkeys([entry["kind"], entry["data"], dataset]))


def variants_of(config: Mapping, part: str, name: str) -> dict[str, Mapping]:
    """The variants of an attack or a distortion, none if the config lacks it; those of an attack, and then transfers of its
    images."""
    return {**config[part].get(name, {}), **(config.get("transfers", {}).get(name, {}) if part == "attacks" else {})}


def named(reading: Mapping, defence: str, name: str) -> list[str]:
    """The variants of a defence that a reading names for an attack or a distortion."""
    choice = reading["defences"].get(defence, [])
    if isinstance(choice, Mapping):
        choice = choice.get(name, choice["else"])
    return [choice] if isinstance(choice, str) else choice


def meetings(
    config: Mapping, part: str, name: str, dataset: str | None = None, sources: bool = False
) -> Iterator[tuple[str, str, str, list[str]]]:
    """The networks that meet an attack or a distortion: (defence, variant, the attack's or distortion's variant, the readings
    that compare them there). part: "attacks" or "distortions"; dataset: where, or on any; sources: with those that are attacked
    for a transfer alone.

    A network meets what it is `measured_by`, which is everything if it does not say. It meets a variant whose `networks` are
    "compared" where a reading names both; "all", always; "none", never. Distortions are of images or of embeddings. The source
    of a transfer meets the attack's variant that keeps its images.
    """
    if part == "distortions" and dataset and (name in OF_FEATURES) != (config["datasets"][dataset]["kind"] in EMBEDDED):
        return
    shown = config.get("transfers", {}).get(name, {}).values() if part == "attacks" and sources else []
    for defence, variants in config["defences"].items():
        for variant, parameters in variants.items():
            if name not in parameters.get("measured_by", [name]):
                continue
            for own, its in variants_of(config, part, name).items():
                on = (for_dataset(its, dataset, config["datasets"]) if dataset else its).get("networks", "all")
                by = [title for title, one in config["readings"].items() if one[part].get(name) == own]
                by = [title for title in by if variant in named(config["readings"][title], defence, name)]
                source = any((one["source"], one["images"]) == (f"{defence}/{variant}", own) for one in shown)
                if (by and on == "compared") or on == "all" or source:
                    yield defence, variant, own, by


def compared(config: Mapping, part: str, name: str, dataset: str | None = None) -> Iterator[tuple[str, str, str, str]]:
    """Those that each reading compares, reading by reading: (reading, defence, variant, that of the attack or distortion)."""
    met = list(meetings(config, part, name, dataset))
    for title in config["readings"]:
        for defence, variant, own, by in met:
            if title in by:
                yield title, defence, variant, own


def alike(readings: Mapping[str, dict], part: str, names: list[str]) -> dict[str, dict]:
    """Readings that name the same variants of all defences and of these attacks or distortions, under one name each:
    {"printed, released": reading}."""
    groups: dict[str, list[str]] = {}
    for name, reading in readings.items():
        groups.setdefault(str((reading["defences"], [reading[part].get(key) for key in names])), []).append(name)
    return {", ".join(names): readings[names[0]] for names in groups.values()}
