"""The check of the configuration before anything runs: one sentence for what is wrong, naming the key and the mend.

Runs inside Snakemake itself, so it imports none of the data sets, defences and attacks: what each takes stands in its file
as PARAMETERS, a literal, and is read from there.
"""

import ast
import math
import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match
from jsonschema.validators import extend

from sleep_robustness.errors import UserError
from sleep_robustness.imports import PACKAGE
from sleep_robustness.names import PAPERS_DATASETS, PLANE, TWINS
from sleep_robustness.readings import for_dataset, measures_of

SCHEMA, CLAIMS_SCHEMA, EVIDENCE_SCHEMA, SENTENCES_SCHEMA = (
    PACKAGE.parents[1] / "schemas" / f"{name}.schema.yaml" for name in ("config", "claims", "evidence", "sentences")
)
TYPES = Draft202012Validator.TYPE_CHECKER
# numbers are finite, though YAML knows .nan and .inf; 2.0 is no whole number, though JSON Schema takes it for one
VALIDATOR = extend(
    Draft202012Validator,
    type_checker=TYPES.redefine_many(
        {
            "number": lambda _, value: TYPES.is_type(value, "number") and math.isfinite(value),
            "integer": lambda _, value: isinstance(value, int) and not isinstance(value, bool),
        }
    ),
)
# summaries beside those of attacks and distortions, which claims may ask
INSIDE = [
    "correlations",
    "correlation_pairs",
    "responses",
    "weights",
    "digits",
    "histories",
    "rules",
    "threshold",
    "plane",
    "pruning",
]
FOLDERS = {"datasets": "data"}  # where the library's folder has another name than the part of the config


def check(config: dict) -> None:
    """Raise UserError, one sentence, for the first thing wrong with `config`."""
    schema = yaml.safe_load(SCHEMA.read_text())
    _validate(config, schema, ())
    frame = schema["$defs"]
    _validate(config["plane"]["sleep"], _exactly(parameters(plugins("defences")["sleep"]), schema), ("plane", "sleep"))
    for name, entry in config["datasets"].items():
        _validate_plugin(entry, frame["dataset"], ("datasets", name), schema, entry.get("kind", name))
    for name in config["use"]:
        if name not in config["datasets"]:
            raise UserError(
                f"config: use names {name!r}, which datasets does not have; it has {', '.join(config['datasets'])}."
            )
    for part, node in (("defences", "parameters"), ("attacks", "attack"), ("distortions", "distortion")):
        for name, variants in config[part].items():
            for variant, entry in variants.items():
                for dataset in config["datasets"]:
                    merged = for_dataset(entry, dataset, config["datasets"])
                    _validate_plugin(merged, frame[node], (part, name, variant), schema, name)
                    _check_measures(config, (part, name, variant), merged)
    _check_search(config)
    _check_pruning(config, frame, schema)
    _check_coverage(config, frame, schema)
    _check_variations(config)
    for name in config["attacks"]:
        if not any(name in reading["attacks"] for reading in config["readings"].values()):
            raise UserError(f"config: no reading names a variant of the attack {name!r}; name one, or take it out of attacks.")
    for reading, parts in config["readings"].items():
        for part in ("defences", "attacks", "distortions"):
            _check_reading(config, reading, part, parts[part])


def read_claims(file: Path, config: dict) -> dict:
    """The claims of a file. Raises UserError, one sentence, for the first thing wrong with it; `config` says what there is."""
    claims = _read(file, CLAIMS_SCHEMA)
    known = {"dataset": dict.fromkeys([*PAPERS_DATASETS, *TWINS, *config["datasets"], PLANE]), "table": INSIDE}
    known |= {"attack": plugins("attacks"), "distortion": plugins("distortions")}
    for name, claim in claims.items():
        for part in claim["parts"]:
            if {"margin", "within"} & part.keys() and not {"over", "table"} & (claim | part).keys():
                raise UserError(
                    f"{file.name}: {name} has a margin, which is of a difference; name the other network as `over`."
                )
        for part in ({}, *claim["parts"]):
            for key, names in known.items():
                asked = (claim | part).get(key, [])
                for one in asked if isinstance(asked, list) else [asked]:
                    if one not in names:
                        raise UserError(f"{file.name}: {name} names the {key} {one!r}; it must be among {', '.join(names)}.")
    return claims


def read_evidence(file: Path, claims: Collection[str]) -> list[dict]:
    """The explanations of a file. Raises UserError, one sentence, for the first thing wrong with it."""
    explanations = _read(file, EVIDENCE_SCHEMA)
    for one in explanations:
        if unknown := set(one["claims"]) - set(claims):
            raise UserError(f"{file.name}: {one['explains']!r} names the claim {unknown.pop()!r}, which claims.yaml lacks.")
    return explanations


def read_sentences(file: Path, claims: Collection[str]) -> list[dict]:
    """The paper's sentences of a file. Raises UserError, one sentence, for the first thing wrong with it, which may be a claim
    of the paper, a T, that no sentence names."""
    sentences = _read(file, SENTENCES_SCHEMA)
    named = [claim for one in sentences for claim in one.get("claims", [])]
    for one in sentences:
        if ("claims" in one) == ("why_not" in one):
            raise UserError(f"{file.name}: {one['says']!r} needs claims or why_not, and not both.")
        if unknown := set(one.get("claims", [])) - set(claims):
            raise UserError(f"{file.name}: {one['says']!r} names the claim {unknown.pop()!r}, which claims.yaml lacks.")
    if left := [claim for claim in claims if claim.startswith("T") and claim not in named]:
        raise UserError(f"{file.name}: no sentence names the claim {left[0]}; add it to the sentence that it is of.")
    return sentences


def _read(file: Path, schema: Path) -> list | dict:
    """What a file holds, checked against a schema."""
    content = yaml.safe_load(file.read_text())
    error = best_match(VALIDATOR(yaml.safe_load(schema.read_text())).iter_errors(content))
    if error:
        raise UserError(f"{file.name}: {_sentence(error, ())}")
    return content


@cache
def plugins(part: str) -> dict[str, Path]:
    """The plug-ins of a part of the config, "attacks" say: the files of its folder that have PARAMETERS, by name."""
    files = sorted((PACKAGE / FOLDERS.get(part, part)).glob("*.py"))
    return {file.stem: file for file in files if re.search(r"^PARAMETERS = ", file.read_text(), re.MULTILINE)}


@cache
def parameters(file: Path) -> dict:
    """The literal PARAMETERS of a plug-in's file: for each parameter its JSON schema."""
    nodes = [node for node in ast.parse(file.read_text()).body if isinstance(node, ast.Assign)]
    return next(ast.literal_eval(node.value) for node in nodes if ast.unparse(node.targets[0]) == "PARAMETERS")


def _validate_plugin(entry: dict, frame: dict, path: tuple, schema: dict, name: str) -> None:
    """Check an entry against the frame's keys and those of the plug-in of that name, all required and no others allowed."""
    part, files = path[0], plugins(path[0])
    if name not in files:
        known, folder = ", ".join(files), FOLDERS.get(part, part)
        raise UserError(
            f"config: {part} names {name!r}, but {folder}/ has only {known}; mend the name or write {folder}/{name}.py."
        )
    properties = frame.get("properties", {}) | parameters(files[name])
    _validate(entry, _exactly(properties, schema), path)


def _exactly(properties: dict, schema: dict) -> dict:
    """The schema of a mapping that has all of these keys and no others; schema: where the definitions stand that they name."""
    own = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return own | {"$defs": schema["$defs"]}


def _check_measures(config: dict, path: tuple, entry: dict) -> None:
    """What a network is measured by must be an attack or a distortion, whether or not the config has it; the attack that it is
    tuned on must have the variant that it names, and so must the defence whose other variant, one made of the control, it is
    made of."""
    known, where = [*plugins("attacks"), *plugins("distortions")], ".".join(path)
    others = [name for name, own in config[path[0]][path[1]].items() if name != path[2] and not own.get("of")]
    if entry.get("of") not in (None, *others):
        raise UserError(f"config: {where}.of names {entry['of']!r}; it must be null or among {', '.join(others)}.")
    for name in entry.get("measured_by", []):
        if name not in known:
            raise UserError(f"config: {where}.measured_by names {name!r}; it must be among {', '.join(known)}.")
    if "sleep" in entry and entry["sleep"] not in config["defences"].get("sleep", {}):
        variants = ", ".join(config["defences"].get("sleep", {})) or "but there is none"
        raise UserError(f"config: {where}.sleep names {entry['sleep']!r}; it must be a variant of sleep: {variants}.")
    if "tuned_on" not in entry:
        return
    on, by_strength = entry["tuned_on"], entry["tuned_on"] in ("fgsm", "noise", "blur")
    if by_strength and (entry["strongest"] is None or entry["attack"] is not None):
        raise UserError(f"config: {where} is tuned on {on}, which needs a number as strongest and null as attack.")
    if not by_strength and (entry["strongest"] is not None or entry["attack"] not in config["attacks"].get(on, {})):
        variants = ", ".join(config["attacks"].get(on, {})) or "but attacks has none"
        raise UserError(
            f"config: {where} is tuned on {on}, which needs null as strongest and a variant of it as attack: {variants}."
        )


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
        _validate(measure["params"], _exactly(wanted | parameters(plugins(kind)[measure["name"]]), schema), place)
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


def _check_reading(config: dict, reading: str, part: str, choice: dict) -> None:
    """A reading must name existing variants: of the control, and for each distortion of the config; others it may leave out."""
    needed = {"attacks": [], "defences": ["control"], "distortions": config["distortions"]}[part]
    for name in {**choice, **dict.fromkeys(needed)}:
        where = f"readings.{reading}.{part}"
        if name not in config[part]:
            raise UserError(f"config: {where} names {name!r}, which {part} does not have; it has {', '.join(config[part])}.")
        if name not in choice:
            raise UserError(f"config: {where} lacks {name!r}; name one of its variants: {', '.join(config[part][name])}.")
        own = choice[name]
        if isinstance(own, dict):
            if unknown := set(own) - {"else", *config["attacks"], *config["distortions"]}:
                raise UserError(
                    f"config: {where}.{name} names {unknown.pop()!r}, which is no attack or distortion of the config."
                )
            own = list(own.values())
        for variant in own if isinstance(own, list) else [own]:
            if variant not in config[part][name]:
                raise UserError(f"config: {where}.{name} is {variant!r}; it must be one of {', '.join(config[part][name])}.")


def _validate(instance, schema: dict, path: tuple) -> None:
    error = best_match(VALIDATOR(schema).iter_errors(instance))
    if error:
        raise UserError(f"config: {_sentence(error, path)}")


def _sentence(error: ValidationError, path: tuple) -> str:
    """One sentence for a schema error at a place of the config."""
    where = ".".join(map(str, (*path, *error.absolute_path)))
    inside = f" in {where}" if where else ""
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        key = next(key for key in error.instance if key not in known)
        close = get_close_matches(str(key), list(known), 1)
        mend = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}." if known else "it takes none."
        return f"unknown key {key!r}{inside}; {mend}"
    if error.validator == "required":
        key = next(key for key in error.validator_value if key not in error.instance)
        return f"key {key!r} is missing{inside}; config/config.yaml shows it."
    if "propertyNames" in error.absolute_schema_path:
        return f"the name {error.instance!r}{inside} will not do; it must be {error.schema['description']}."
    return f"{where or 'the file'} is {error.instance!r}; it must be {error.schema['description']}."
