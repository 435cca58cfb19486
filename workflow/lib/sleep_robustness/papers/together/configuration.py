"""What the check of the configuration looks at beside for the table of all papers. Snakemake's own process imports it."""

from sleep_robustness.errors import UserError
from sleep_robustness.papers.together.plan import BNN, L2, LINF, REFEREE

TABLES = ("differences",)  # the summaries that its claims may ask


def check(config: dict, schema: dict) -> None:
    """Raise UserError, one sentence, for attacks that are not just the table's, one variant of each and on as many images; for
    rows that stand against no row, or on which images should be made and that are none; for a network that learnt tasks
    without its m, and the reverse; for what AutoAttack should be run on that
    is no seed; and for an ε to show that no row is attacked at."""
    wanted, has = {*LINF, *L2, REFEREE}, set(config["attacks"])
    if wanted != has:
        said = ", ".join(sorted(wanted - has)) or ", ".join(sorted(has - wanted))
        raise UserError(
            f"config: attacks {'lacks' if wanted - has else 'has'} {said}; the table is of {', '.join(sorted(wanted))}."
        )
    sizes = {f"{name}.{variant}": one["examples"] for name, own in config["attacks"].items() for variant, one in own.items()}
    if len(sizes) > len(has) or len(set(sizes.values())) > 1:
        raise UserError(
            "config: attacks has several variants or numbers of examples; the table takes one variant each, and one number."
        )
    for name, row in config["rows"].items():
        if row["against"] is not None and row["against"] not in config["rows"]:
            raise UserError(
                f"config: rows.{name}.against names {row['against']!r}, which rows does not have; or set it to null."
            )
        if row["network"].startswith(f"{BNN}/") != ("m" in row):
            raise UserError(f"config: rows.{name} needs an m if its network is of {BNN}, and none otherwise.")
    if config["shown"] not in config["strengths"]:
        known = ", ".join(map(str, config["strengths"]))
        raise UserError(f"config: shown is {config['shown']}; it must be among strengths: {known}.")
    pairs = [name for pair in config["compared"] for name in pair]
    for key, names in {"sources": config["sources"], "compared": pairs}.items():
        if unknown := [name for name in names if name not in config["rows"]]:
            raise UserError(f"config: {key} names {unknown[0]!r}, which rows does not have.")
    for name, own in config["datasets"].items():
        if left := [seed for seed in config["refereed"] if seed not in own["seeds"]]:
            raise UserError(f"config: refereed names the seed {left[0]}, which {name} does not have.")
