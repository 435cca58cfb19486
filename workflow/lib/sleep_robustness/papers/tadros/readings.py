"""What the config asks for of MNIST's networks beside the shared stages. Standard library only, as the plan."""

from collections.abc import Mapping

from sleep_robustness.readings import compared, for_dataset

MNIST = "mnist"


def measures_of(config: Mapping, part: str) -> list[dict]:
    """What the MNIST networks of a part of the config, `pruning` or `coverage`, are measured by, one mapping each: kind (attack
    or distortion), name and variant; params, those of that variant for MNIST, if the config has it, overlaid with the part's
    own; the `sleeps` and `networks` that it is limited to, or None."""
    measures = []
    for kind in ("attack", "distortion"):
        for name, variants in config[part][f"{kind}s"].items():
            for variant, own in variants.items():
                known = config[f"{kind}s"].get(name, {}).get(variant, {})
                params = {**for_dataset(known, MNIST, config["datasets"]), "networks": None, "sleeps": None, **own}
                only = {key: params.pop(key) for key in ("sleeps", "networks")}
                measures.append({"kind": kind, "name": name, "variant": variant, "params": params} | only)
    return measures


def slept(config: Mapping) -> list[str]:
    """The variants of sleep that a reading names for anything, in the config's order."""
    named_by = [reading["defences"].get("sleep", []) for reading in config["readings"].values()]
    lists = [list(own.values()) if isinstance(own, Mapping) else [own] if isinstance(own, str) else own for own in named_by]
    return [variant for variant in config["defences"].get("sleep", {}) if any(variant in own for own in lists)]


def looked_into(config: Mapping) -> dict[tuple[str, str], list[str]]:
    """The networks whose inside is compared with the control's, with their readings: (defence, variant) → names of readings.

    They are those that a reading compares under one of the distortions of analyses.strengths, and the other sleeps that a
    reading names, those of another attack say, whose reading is "beside".
    """
    found: dict[tuple[str, str], list[str]] = {}
    for name in config["analyses"]["strengths"]:
        for reading, defence, variant, _ in compared(config, "distortions", name):
            found.setdefault((defence, variant), [])
            if reading not in found[defence, variant]:
                found[defence, variant].append(reading)
    for variant in slept(config):
        found.setdefault(("sleep", variant), ["beside"])
    return {network: readings for network, readings in found.items() if network[0] != "control"}
