"""The check of the configuration before anything runs: one sentence for what is wrong, naming the key and the mend.

Runs inside Snakemake itself, so it imports none of the data sets, defences and attacks: what each takes stands in its file
as PARAMETERS, a literal, and is read from there.
"""

import ast
import math
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import yaml
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match
from jsonschema.validators import extend

from sleep_robustness.errors import UserError
from sleep_robustness.imports import PACKAGE
from sleep_robustness.inheritance import overlaid, resolved
from sleep_robustness.readings import for_dataset, keys_for, variants_of

SCHEMA, PAPER_SCHEMA = (PACKAGE.parents[1] / "schemas" / f"{name}.schema.yaml" for name in ("config", "paper"))
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
PARTS = ("attacks", "defences", "distortions", "readings")  # of which an overlay may leave entries out
NULLS = (None, "null")  # Snakemake's --config gives the latter
FOLDERS = {"datasets": "data"}  # where the library's folder has another name than the part of the config


def load(config: Mapping, papers: Path) -> dict:
    """The whole config, with every `like` resolved: what config.yaml and overlays say, and for each paper its paper.yaml, with
    what they say of the paper laid over it. papers: the folder of the papers' folders. Raises UserError for an overlay of no
    paper and for a wrong `like`."""
    own, known = config.get("papers") or {}, sorted(file.parent.name for file in papers.glob("*/paper.yaml"))
    if not (isinstance(own, Mapping) and all(isinstance(one or {}, Mapping) for one in own.values())):
        raise UserError(f"config: papers is {own!r}; it must be a mapping from papers to mappings of what changes of them.")
    for name in own:
        if name not in known:
            raise UserError(f"config: papers names {name!r}; it must be among {', '.join(known)}.")
    whole = resolved({key: value for key, value in config.items() if key != "papers"})
    whole["papers"] = {}
    for name in known:
        paper = yaml.safe_load((papers / name / "paper.yaml").read_text(encoding="utf-8"))
        with _of_paper(name):
            paper = _left_out(resolved(overlaid(paper, own.get(name) or {})))
            whole["papers"][name] = _with_kinds(paper, whole.get("datasets"))
    return whole


def _left_out(paper: Mapping) -> dict:
    """A paper's config without the attacks, defences and distortions, their variants, and the readings that are null. A reading
    goes without them, too, and without what it says is null itself."""
    whole = dict(paper)
    for part in (part for part in PARTS if isinstance(paper.get(part), Mapping)):
        whole[part] = _not_null(paper[part])
        for name in (name for name, own in whole[part].items() if part != "readings" and isinstance(own, Mapping)):
            whole[part][name] = _not_null(whole[part][name])
    for name, reading in (whole.get("readings") or {}).items():
        for part in (part for part in PARTS if isinstance(reading, Mapping) and isinstance(reading.get(part), Mapping)):
            gone = paper[part].keys() - whole[part].keys() if isinstance(paper.get(part), Mapping) else ()
            named = {key: own for key, own in _not_null(reading[part]).items() if key not in gone}
            whole["readings"][name] = whole["readings"][name] | {part: named}
    return whole


def _not_null(entries: Mapping) -> dict:
    return {name: own for name, own in entries.items() if own not in NULLS}


def check_profile(resources: Mapping | None) -> None:
    """Raise UserError where a profile's default resources, each with its text as `raw`, are the places that we left open."""
    for name, place in {"slurm_account": "ACCOUNT", "slurm_partition": "PARTITION"}.items():
        if name in (resources or {}) and resources[name].raw == place:
            raise UserError(
                f"profile: {name} is still {place}; write your cluster's under default-resources in profiles/slurm/config.yaml."
            )


def check(config: dict) -> None:
    """Raise UserError, one sentence, for the first thing wrong with the whole config."""
    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    validate(config, schema, ())
    for name, entry in config["datasets"].items():
        _validate_plugin(entry, schema["$defs"]["data"], ("datasets", name), schema, entry["kind"])
    for name in config["run"]:
        if name not in config["papers"]:
            raise UserError(f"config: run names {name!r}; it must be among {', '.join(config['papers'])}.")
    for name, paper in config["papers"].items():
        with _of_paper(name):
            check_paper(paper, name, config["datasets"])
            if name in config["run"]:
                _check_networks_of_others(paper, name, config["papers"])


def check_paper(config: dict, paper: str, data: Collection[str]) -> None:
    """Raise UserError, one sentence, for the first thing wrong with a paper's config; data: what its data sets may be of."""
    schema = paper_schema(paper)
    for name, entry in config["datasets"].items() if isinstance(config.get("datasets"), Mapping) else []:
        if isinstance(entry, Mapping) and "data" in entry and str(entry["data"]) not in data:
            raise UserError(f"config: datasets.{name}.data is {entry['data']!r}; it must be among {', '.join(data)}.")
    validate(config, schema, ())
    frame = schema["$defs"]
    for name, entry in config["datasets"].items():
        if "training" in schema["$defs"]["dataset"]["properties"]:  # a paper may have trainings of its own
            check_training(entry["training"], ("datasets", name, "training"), schema)
    for name in config["use"]:
        if name not in config["datasets"]:
            raise UserError(
                f"config: use names {name!r}, which datasets does not have; it has {', '.join(config['datasets'])}."
            )
    for part, node in (("defences", "parameters"), ("attacks", "attack"), ("distortions", "distortion")):
        for name, variants in config[part].items():
            for variant, entry in variants.items():
                if part == "defences" and "from" in entry:
                    validate(entry, frame["from"] | {"$defs": frame}, (part, name, variant))
                    _check_measures(config, (part, name, variant), entry)
                    continue
                for dataset in config["datasets"]:
                    merged = _merged(entry, dataset, config["datasets"], (part, name, variant))
                    known = _properties(part, name, frame[node])
                    _check_complete(entry, dataset, config["datasets"], (part, name, variant), known)
                    _validate_plugin(merged, frame[node], (part, name, variant), schema, name)
                    _check_measures(config, (part, name, variant), merged)
                    _check_values(config, dataset, (part, name, variant), merged)
    for page in config.get("guides", {}):
        if not (PACKAGE.parents[2] / page).is_file():
            raise UserError(f"config: guides names {page!r}, which is no file of the project.")
    _check_transfers(config, schema)
    for name in config["attacks"]:
        if not any(name in reading["attacks"] for reading in config["readings"].values()):
            raise UserError(f"config: no reading names a variant of the attack {name!r}; name one, or take it out of attacks.")
    for reading, parts in config["readings"].items():
        for part in ("defences", "attacks", "distortions"):
            _check_reading(config, reading, part, parts.get(part, {}))
        _check_beside(config, reading)
    if own := own_check(paper):
        own.check(config, schema)


def check_training(entry: dict, path: tuple, schema: dict) -> None:
    """A training must have what all have, and what its kind of network takes: `network`, or a ReLU network."""
    known, kind = plugins("networks"), entry.get("network", "relu")
    if kind not in known:
        raise UserError(f"config: {'.'.join(path)}.network is {kind!r}; it must be one of {', '.join(known)}.")
    properties = schema["$defs"]["training"]["properties"] | parameters(known[kind])
    validate({key: value for key, value in entry.items() if key != "network"}, exactly(properties, schema), path)


def own_check(paper: str) -> ModuleType | None:
    """A paper's own check, if it has one: `check` of its config, and TABLES, the summaries that its claims may ask."""
    if (PACKAGE / "papers" / paper / "configuration.py").is_file():
        return import_module(f"sleep_robustness.papers.{paper}.configuration")
    return None


def paper_schema(paper: str) -> dict:
    """The schema of a paper's config: the frame of all, and what the paper has beside it."""
    schema = yaml.safe_load(PAPER_SCHEMA.read_text(encoding="utf-8"))
    own = PACKAGE.parents[1] / "papers" / paper / "config.schema.yaml"
    if own.is_file():
        beside = yaml.safe_load(own.read_text(encoding="utf-8"))
        schema["required"] += beside["required"]
        for key in ("properties", "$defs"):
            schema[key] |= beside[key]
    return schema


@contextmanager
def _of_paper(name: str) -> Iterator[None]:
    """Say of which paper's config a sentence is."""
    try:
        yield
    except UserError as error:
        raise UserError(f"config of {name}{str(error).removeprefix('config')}") from None


def _with_kinds(config: dict, data: object) -> dict:
    """A paper's config whose data sets have the kind of their data, as far as it is known."""
    if not (isinstance(config.get("datasets"), Mapping) and isinstance(data, Mapping)):
        return config
    known = {name: entry["kind"] for name, entry in data.items() if isinstance(entry, Mapping) and "kind" in entry}
    return config | {
        "datasets": {
            name: entry | ({"kind": known[entry["data"]]} if str(entry.get("data")) in known else {})
            if isinstance(entry, Mapping)
            else entry
            for name, entry in config["datasets"].items()
        }
    }


@cache
def plugins(part: str) -> dict[str, Path]:
    """The plug-ins of a part of the config, "attacks" say: the files of its folder that have PARAMETERS, by name."""
    files = sorted((PACKAGE / FOLDERS.get(part, part)).glob("*.py"))
    return {file.stem: file for file in files if re.search(r"^PARAMETERS = ", file.read_text(encoding="utf-8"), re.MULTILINE)}


@cache
def parameters(file: Path) -> dict:
    """The literal PARAMETERS of a plug-in's file: for each parameter its JSON schema."""
    nodes = [node for node in ast.parse(file.read_text(encoding="utf-8")).body if isinstance(node, ast.Assign)]
    return next(ast.literal_eval(node.value) for node in nodes if ast.unparse(node.targets[0]) == "PARAMETERS")


def _validate_plugin(entry: dict, frame: dict, path: tuple, schema: dict, name: str) -> None:
    """Check an entry against the frame's keys and those of the plug-in of that name, all required and no others allowed."""
    part, files = path[0], plugins(path[0])
    if name not in files:
        known, folder = ", ".join(files), FOLDERS.get(part, part)
        raise UserError(
            f"config: {part} names {name!r}, but {folder}/ has only {known}; mend the name or write {folder}/{name}.py."
        )
    validate(entry, exactly(_properties(part, name, frame), schema), path)


def _properties(part: str, name: str, frame: dict) -> dict:
    """The schema of each parameter of a plug-in: the frame's, and its own if it exists."""
    return frame.get("properties", {}) | (parameters(plugins(part)[name]) if name in plugins(part) else {})


def exactly(properties: dict, schema: dict) -> dict:
    """The schema of a mapping that has all of these keys and no others; schema: where the definitions stand that they name."""
    own = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return own | {"$defs": schema["$defs"]}


def _check_measures(config: dict, path: tuple, entry: dict) -> None:
    """Attacks and distortions in `measured_by` must exist. The attack in `tuned_on` must have the variant `attack`. `of` must
    name another variant of the same defence that is not itself made of this one."""
    known, where = [*plugins("attacks"), *plugins("distortions")], ".".join(path)
    others = [name for name in config[path[0]][path[1]] if path[2] not in _made_of(config[path[0]][path[1]], name)]
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


def _made_of(variants: Mapping, name: str | None) -> list[str]:
    """A variant, the one that it is `of`, and so on."""
    line = []
    while isinstance(name, str) and name in variants and name not in line:
        line.append(name)
        name = variants[name].get("of")
    return line


def check_thresholds(thresholds: Collection, sizes: Collection, path: tuple, of: str) -> None:
    """Raise UserError for thresholds that are not one for each layer of a network; of: whose network it is."""
    if len(thresholds) != len(sizes) - 1:
        where = ".".join((*path, "thresholds"))
        raise UserError(
            f"config: {where} has {len(thresholds)}; the network of {of} has {len(sizes) - 1} layers, one for each."
        )


def _check_values(config: dict, dataset: str, path: tuple, entry: dict) -> None:
    """Values of a variant that no schema holds against each other: thresholds and layers, the ends of a clip, what foolbox's
    forms do not do, and the temperatures of a distillation, which has both or neither."""
    where, sizes = ".".join(path), config["datasets"][dataset].get("training", {}).get("sizes")
    if "thresholds" in entry and sizes:
        check_thresholds(entry["thresholds"], sizes, path, dataset)
    if entry.get("clip") and entry["clip"][0] >= entry["clip"][1]:
        raise UserError(f"config: {where}.clip is {entry['clip']}; the second must be above the first.")
    if entry.get("form") == "foolbox" and entry.get("deviations"):
        raise UserError(f"config: {where} has deviations, which foolbox's form does not; set them to [].")
    if entry.get("form") == "foolbox" and entry.get("directions", 1) != 1:
        raise UserError(f"config: {where}.directions is {entry['directions']}; foolbox's form takes 1.")
    if path[1] == "distillation" and (entry["temperature"] is None) != (entry["attacked_at"] is None):
        raise UserError(f"config: {where} has one of temperature and attacked_at alone; give both, or set both to null.")
    if path[1] in ("distillation", "distilled") and entry.get("of"):
        base = _merged(config["defences"][path[1]][entry["of"]], dataset, config["datasets"], path)
        if base["temperature"] != entry["temperature"]:
            of = f"{entry['of']}, whose temperature is {base['temperature']}"
            raise UserError(f"config: {where}.temperature is {entry['temperature']}, but it is of {of}; make them alike.")


def _check_reading(config: dict, reading: str, part: str, choice: dict) -> None:
    """A reading must name existing variants, and one of the control; what else it leaves out is not its own."""
    needed = ["control"] if part == "defences" and config["defences"] else []
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
            if variant not in (known := variants_of(config, part, name)):
                raise UserError(f"config: {where}.{name} is {variant!r}; it must be one of {', '.join(known)}.")


def _merged(entry: dict, dataset: str, datasets: Mapping, path: tuple) -> dict:
    """A variant's parameters for one data set; what it says of that alone must be a mapping."""
    for key in keys_for(dataset, datasets):
        if not isinstance(entry.get(key, {}), Mapping):
            raise UserError(f"config: {'.'.join((*path, key))} is {entry[key]!r}; it must be a mapping of parameters.")
    return for_dataset(entry, dataset, datasets)


def _check_complete(entry: dict, dataset: str, datasets: Mapping, path: tuple, known: Collection[str]) -> None:
    """A parameter that a variant has for some data sets alone must be there for this one; known: the names of parameters."""
    kind, merged = datasets[dataset]["kind"], for_dataset(entry, dataset, datasets)
    for other in sorted(datasets, key=lambda name: datasets[name]["kind"] != kind):  # those of its kind first
        its = entry.get(other) if isinstance(entry.get(other), Mapping) else {}
        for key in (one for one in its if one in known and one not in merged):
            mend = f"write {dataset}: {{{key}: …}} there"
            if datasets[other]["kind"] == kind:
                mend += f", or {dataset}: {{like: {other}}} to take what {other} has"
            raise UserError(f"config: {'.'.join(path)} has no {key} for {dataset}; {mend}.")


def _check_transfers(config: dict, schema: dict) -> None:
    """A transfer must show images of a variant of an attack, made on a network that there is, and have a name of its own."""
    for attack, transfers in config.get("transfers", {}).items():
        if attack not in config["attacks"]:
            there = ", ".join(config["attacks"])
            raise UserError(f"config: transfers names {attack!r}, which attacks does not have; it has {there}.")
        for name, entry in transfers.items():
            where, known = f"transfers.{attack}.{name}", config["attacks"][attack]
            own = {key: value for key, value in entry.items() if key not in config["datasets"]}
            validate(own, schema["$defs"]["transfer"] | {"$defs": schema["$defs"]}, ("transfers", attack, name))
            defence, variant = own["source"].split("/")
            if own["images"] not in known:
                raise UserError(f"config: {where}.images names {own['images']!r}; it must be a variant: {', '.join(known)}.")
            if not known[own["images"]].get("keep", True):
                raise UserError(f"config: {where}.images names {own['images']!r}, which keeps none; set its keep to true.")
            if known[own["images"]].get("among") == "right":
                raise UserError(
                    f"config: {where}.images names {own['images']!r}; a transfer counts all images, so set its among to all."
                )
            if variant not in config["defences"].get(defence, {}):
                raise UserError(f"config: {where}.source names {own['source']!r}, which defences does not have.")
            for dataset in config["datasets"]:
                special = _merged(entry, dataset, config["datasets"], ("transfers", attack, name))
                validate(special, schema["$defs"]["transfer"] | {"$defs": schema["$defs"]}, ("transfers", attack, name))
                if (special["source"], special["images"]) != (own["source"], own["images"]):
                    raise UserError(
                        f"config: {where} has another source or images for {dataset}; name a transfer of its own for it."
                    )
            if name in known:
                raise UserError(f"config: {where} has the name of a variant of the attack; give it another.")


def _check_networks_of_others(config: dict, paper: str, papers: Mapping[str, dict]) -> None:
    """A network that is another paper's must be made by that paper, under the same name and on the seeds that it has here."""
    taken = {
        (defence, variant): entry["from"]
        for defence, variants in config["defences"].items()
        for variant, entry in variants.items()
        if "from" in entry
    }
    for (defence, variant), place in taken.items():
        where, (other, dataset, *network) = f"defences.{defence}.{variant}.from", place.split("/")
        if other == paper or other not in papers or dataset not in papers[other]["use"]:
            raise UserError(f"config: {where} names {place!r}; it must be PAPER/DATASET/DEFENCE/VARIANT of another paper.")
        if network != [defence, variant] or "from" in papers[other]["defences"].get(defence, {}).get(variant, {"from": ""}):
            raise UserError(f"config: {where} names {place!r}; {other} must make a network of the name {defence}/{variant}.")
        for name in config["use"]:
            if config["datasets"][name]["data"] != papers[other]["datasets"][dataset]["data"]:
                raise UserError(
                    f"config: {where} names {place!r}, whose data are not those of {name}; name one of the same data."
                )
            if missing := set(config["datasets"][name]["seeds"]) - set(papers[other]["datasets"][dataset]["seeds"]):
                mend = f"take it out of {name}'s seeds, or {paper} out of run"
                raise UserError(f"config: {where} names {place!r}, which has no seed {min(missing)}; {mend}.")


def _check_beside(config: dict, reading: str) -> None:
    """What is beside the paper must be attacks or defences that the reading names, and the paper's own in no other reading."""
    for name in config["readings"][reading].get("beside", []):
        parts = config["readings"][reading]
        if name not in [*parts["attacks"], *parts["defences"]]:
            raise UserError(
                f"config: readings.{reading}.beside names {name!r}, which its attacks and defences lack; take it out, or add it"
                " there."
            )
        for other, own in config["readings"].items():
            if name in [*own["attacks"], *own["defences"]] and name not in own.get("beside", []):
                raise UserError(
                    f"config: {name!r} is beside the paper in readings.{reading}, but not in readings.{other}; say it in both."
                )


def validate(instance: object, schema: dict, path: tuple) -> None:
    """Raise UserError, one sentence, for what fits a schema least; path: the keys that lead to it in the config."""
    error = best_match(VALIDATOR(schema).iter_errors(instance))
    if error:
        raise UserError(f"config: {sentence_for(error, path)}")


def sentence_for(error: ValidationError, path: tuple) -> str:
    """One sentence for a schema error at a place of the config."""
    if error.validator not in ("additionalProperties", "required") and "propertyNames" not in error.absolute_schema_path:
        while "description" not in error.schema and error.parent is not None:  # one of several forms that a value may have
            error = error.parent
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
        return f"key {key!r} is missing{inside}; the files of config/ show it."
    if "propertyNames" in error.absolute_schema_path:
        return f"the name {error.instance!r}{inside} will not do; it must be {error.schema['description']}."
    said = f"{where or 'the file'} is {error.instance!r}; it must be {error.schema['description']}"
    if isinstance(error.instance, str) and _is_number(error.instance):  # as --config has all, and YAML what is like 1e-1
        return f"{said}, and this is a text: write a number into a file, 0.1 and not 1e-1, and name it by --configfile."
    return f"{said}."


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
