"""What the check of the configuration looks at beside for Zhao 2022. Snakemake's own process imports it."""

from sleep_robustness.errors import UserError

TABLES = ("gap", "stages")  # summaries that its claims may ask beside those of attacks
RANGE = 1  # of a pixel's values


def check(config: dict, schema: dict) -> None:
    """Raise UserError, one sentence, for a reading without columns, for a column in which no attack of the reading runs, for a
    limit beyond the range of a pixel, and for stages of networks that do not go through them."""
    _check_limits(config)
    for reading, parts in config["readings"].items():
        if reading not in config["columns"]:
            raise UserError(f"config: columns lacks the reading {reading!r}; say which attack runs in each of its columns.")
        for column, attack in config["columns"][reading].items():
            if attack not in parts["attacks"]:
                known = ", ".join(parts["attacks"])
                raise UserError(
                    f"config: columns.{reading}.{column} is {attack!r}; it must be an attack of the reading: {known}."
                )
    known = config["defences"]["deepsleep"]
    for name, own in known.items():
        if own["slow"] and own["slow"]["rates"] and len(own["slow"]["rates"]) != len(own["slow"]["steps"]):
            number = f"{len(own['slow']['rates'])} rates for {len(own['slow']['steps'])} levels"
            raise UserError(f"config: defences.deepsleep.{name}.slow has {number}; there must be one for each.")
    for reading, own in config["stages"].items():
        if reading not in config["readings"]:
            there = ", ".join(config["readings"])
            raise UserError(f"config: stages names {reading!r}, which is no reading; there are {there}.")
        for after, variant in own.items():
            if variant not in known:
                raise UserError(f"config: stages.{reading}.{after} is {variant!r}; it must be among {', '.join(known)}.")
            if (known[variant]["statistics"] is None) != (after == "asleep"):
                kind = "no spiking network, whose statistics are null" if after == "asleep" else "a spiking network"
                raise UserError(f"config: stages.{reading}.{after} is {variant!r}, which is {kind}; name another variant.")
        asleep = known[own["asleep"]]
        if not asleep["fast"] or not (known[asleep["of"]] if asleep["of"] else asleep)["slow"]:
            raise UserError(
                f"config: stages.{reading}.asleep is {own['asleep']!r}; it must sleep fast, and slowly or be of one that did."
            )
    if unknown := set(config["columns"]) - set(config["readings"]):
        raise UserError(
            f"config: columns names {unknown.pop()!r}, which is no reading; there are {', '.join(config['readings'])}."
        )


def _check_limits(config: dict) -> None:
    """Raise UserError for an L∞ limit, of an attack or of what a network is trained on, that is beyond the range of a pixel."""
    limits = {
        f"attacks.{name}.{variant}.strengths": own["strengths"] or []
        for name, variants in config["attacks"].items()
        for variant, own in variants.items()
        if "strengths" in own
    }
    trained = config["defences"].get("adversarial_train", {})
    limits |= {f"defences.adversarial_train.{name}.strength": [own["strength"]] for name, own in trained.items()}
    for where, strengths in limits.items():
        if beyond := [one for one in strengths if one > RANGE]:
            raise UserError(f"config: {where} has {beyond[0]}; no ε may be above {RANGE}, the range of a pixel.")
