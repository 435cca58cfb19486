"""What the rules share: the checked configuration, paths, and the functions that name a rule's inputs."""

import os
import shutil
import sys
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(workflow.basedir) / "workflow" / "lib"))

from sleep_robustness.configuration import check, read_claims, read_evidence
from sleep_robustness.errors import UserError
from sleep_robustness.imports import library
from sleep_robustness.names import PAPERS_DATASETS
from sleep_robustness.readings import compared, for_dataset, looked_into, measured, slept
from sleep_robustness.runs import forget, record, without_timers
from snakemake.exceptions import WorkflowError

try:
    check(config)
    CLAIMS = read_claims(Path(workflow.basedir) / "config" / "claims.yaml", config)
    EVIDENCE = read_evidence(Path(workflow.basedir) / "config" / "evidence.yaml", CLAIMS)
except UserError as error:
    raise WorkflowError(str(error)) from None

RESULTS = f"results/{config['scale']}"
REPORTS = "reports" if config["scale"] == "laptop" else f"reports/{config['scale']}"
SEARCHED = "workflow/reference/search"
SCRIPTS = Path(workflow.basedir) / "workflow" / "scripts"
# whether a job asks for a GPU; a cluster profile sets it per rule
GPU = int(shutil.which("nvidia-smi") is not None)

DATASETS = config["use"]
NOT_RUN = [name for name in PAPERS_DATASETS if name not in DATASETS]
BIRDS = [name for name in DATASETS if config["datasets"][name]["kind"] == "cub200"]
# data sets of which one job takes all seeds of a network, or measures all seeds of all networks, by rules that end in _together
# or in _networks and run the same scripts
BY_SEEDS, BY_NETWORKS = (
    [name for name in DATASETS if config["datasets"][name]["together"] == part]
    for part in ("seeds", "networks")
)
TOGETHER = [*BY_SEEDS, *BY_NETWORKS]
TOGETHER_SEEDS = next((config["datasets"][name]["seeds"] for name in TOGETHER), [])
NETWORKS = [(defence, variant) for defence, named in config["defences"].items() for variant in named]
# a file for each MNIST network that is looked into
CORRELATED, RESPONDED, TRACED = (
    f"{RESULTS}/{part}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}.npz"
    for part in ("correlations", "responses", "asleep")
)
OF_FEATURES = ["feature_noise"]  # distortions of embeddings; the others are of images
IMAGE_DISTORTIONS = [name for name in config["distortions"] if name not in OF_FEATURES]
# attacks beside the paper's, which take limits of L∞ as strengths, and the paper's
BESIDE = [
    name for name, named in config["attacks"].items() if any("strengths" in own for own in named.values())
]
PAPERS = [name for name in config["attacks"] if name not in BESIDE]
DIAGNOSED = 500  # examples at most whose attacks are diagnosed, where not all are attacked
SLEPT = slept(config)  # the variants of sleep that a reading names
CONTROL = next(iter(config["defences"]["control"]))  # the variant that the other defences start from


def variants(*parts):
    """All variants of these parts of the config, as a regular expression."""
    return "|".join(
        sorted({variant for part in parts for named in config[part].values() for variant in named})
    )


wildcard_constraints:
    dataset="|".join(DATASETS),
    defence="|".join(config["defences"]),
    variant=variants("defences"),
    attack="|".join(config["attacks"]),
    attack_variant=variants("attacks"),
    distortion="|".join(config["distortions"]),
    distortion_variant=variants("distortions"),
    search="|".join(config["search"]["searches"]),
    seed=r"\d+",


def together(pattern):
    """A file of every seed of a data set whose seeds go through a job together, from the pattern of one."""
    return expand(pattern, seed=TOGETHER_SEEDS, allow_missing=True)


def networks_together(pattern):
    """A file of every seed of every network, from the pattern of one."""
    defences, variants = zip(*NETWORKS, strict=True)
    return together(expand(pattern, zip, defence=defences, variant=variants, allow_missing=True))


def one_log(pattern):
    """The log or benchmark of a job for all seeds, from that of a job for one."""
    return pattern.replace("seed{seed}", "all_seeds")


def networks_log(pattern):
    """The same of a job for all networks."""
    return pattern.replace("{defence}/{variant}/seed{seed}", "all_networks")


def one_of(names):
    """Any of the names, or nothing at all, as a regular expression."""
    return "|".join(names) or "(?!)"


def code(script, *modules):
    """Files that a script runs beside itself: its start, the library modules it imports, and `modules` that it finds by name,
    all with what they import in turn."""
    start = SCRIPTS / "_job.py"
    return [os.path.relpath(start), *library(*modules, scripts=[start, SCRIPTS / f"{script}.py"])]


def birds_archive(wildcards):
    """The official archive, where the config names no local copy."""
    return [] if config["datasets"][wildcards.dataset]["images"] else rules.download_cub200.output.archive


def variant_params(part, name, variant, dataset):
    """A variant's parameters for one data set."""
    return for_dataset(config[part][name][variant], dataset, config["datasets"])


def defence_params(wildcards):
    """The data set's training parameters, overlaid with those of the variant of a defence, or of the control."""
    name = wildcards.get("defence", "control")
    own = variant_params("defences", name, wildcards.variant, wildcards.dataset)
    own.pop("measured_by", None)  # changes nothing of the network
    if "sleep" in own:
        own["sleep"] = variant_params("defences", "sleep", own["sleep"], wildcards.dataset)
    if own.get("attack"):
        own["attack"] = attack_variant_params(own["tuned_on"], own["attack"], wildcards.dataset)
    return config["datasets"][wildcards.dataset]["training"] | own


def base_model(wildcards):
    """The network that a defence starts from: the control, or the variant of the defence that this one says it is made of."""
    of = config["defences"][wildcards.defence][wildcards.variant].get("of")
    own = {"defence": wildcards.defence, "variant": of} if of else {"defence": "control", "variant": CONTROL}
    return f"{RESULTS}/models/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/model.pt".format(
        **{"dataset": wildcards.dataset, "seed": wildcards.get("seed", "{seed}")} | own
    )


def source_models(wildcards):
    """The networks that an attack looks at, one for each that it attacks: that network itself, or the control of its seed."""
    own = config["attacks"][wildcards.attack][wildcards.attack_variant]
    networks = [(wildcards.defence, wildcards.variant)] if "defence" in wildcards.keys() else NETWORKS
    if own.get("made_on") == "control":
        networks = [("control", CONTROL)] * len(networks)
    seeds = [wildcards.seed] if "seed" in wildcards.keys() else TOGETHER_SEEDS
    pattern = f"{RESULTS}/models/{wildcards.dataset}/{{}}/{{}}/seed{{}}/model.pt"
    return [pattern.format(*network, seed) for network in networks for seed in seeds]


def base_models(wildcards):
    """The same for every seed of a job that takes all."""
    return expand(base_model(wildcards), seed=TOGETHER_SEEDS)


def defence_modules(wildcards):
    """Modules that a defence finds by name: its own, and the attack that the network is tuned on."""
    own = config["defences"][wildcards.defence][wildcards.variant]
    on = [f"attacks.{own['tuned_on']}"] if own.get("attack") else []
    return [f"defences.{wildcards.defence}", *on]


def attack_variant_params(attack, variant, dataset):
    """What an attack's variant does on a data set; on which networks and examples changes nothing of it."""
    own = variant_params("attacks", attack, variant, dataset)
    return {key: value for key, value in own.items() if key not in ("networks", "examples")}


def diagnosis_params(wildcards):
    """Parameters of the FGSM whose adversarials are transferred from the control: by the logit margin, if the config has it."""
    known = config["attacks"]["fgsm"]
    name = next((name for name, own in known.items() if own["objective"] == "margin"), next(iter(known)))
    own = variant_params("attacks", "fgsm", name, wildcards.dataset)
    own.pop("networks")  # changes nothing of the diagnosis
    return own | {"examples": "all" if own["examples"] == "all" else min(own["examples"], DIAGNOSED)}


def attack_params(wildcards):
    """Parameters of an attack's variant for a data set."""
    own = variant_params("attacks", wildcards.attack, wildcards.attack_variant, wildcards.dataset)
    return {key: value for key, value in own.items() if key != "networks"}


def distortion_params(wildcards):
    """Parameters of a distortion's variant for a data set."""
    return variant_params(
        "distortions", wildcards.distortion, wildcards.distortion_variant, wildcards.dataset
    )
