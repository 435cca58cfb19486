"""What the rules share: the checked configuration, paths, and the functions that name a rule's inputs."""

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(workflow.basedir) / "workflow" / "lib"))

from sleep_robustness.configuration import check, read_claims, read_evidence
from sleep_robustness.data.cub200 import LISTS, local
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
MODEL = (
    f"{RESULTS}/models/{{}}/{{}}/{{}}/seed{{}}/model.pt"  # of a data set, a defence, its variant and a seed
)
SCRIPTS = Path(workflow.basedir) / "workflow" / "scripts"
# whether a job asks for a GPU; a cluster profile sets it per rule
GPU = int(shutil.which("nvidia-smi") is not None)

DATASETS = config["use"]
NOT_RUN = [name for name in PAPERS_DATASETS if name not in DATASETS]
BIRDS = [name for name in DATASETS if config["datasets"][name]["kind"] == "cub200"]
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


def one_of(names):
    """Any of the names, or nothing at all, as a regular expression."""
    return "|".join(names) or "(?!)"


@dataclass(frozen=True)
class Jobs:
    """What a job takes of the networks of some data sets: one, or all seeds of one, or all seeds of all. A stage has a rule for
    each, which differ in this alone."""

    suffix: str  # of the rules' names
    datasets: Sequence[str]
    seeds: Sequence[int] = ()
    networks: Sequence[tuple] = ()

    def files(self, pattern):
        """The files of a job, from the pattern of one network's: network by network, and of each seed by seed."""
        of = [pattern.replace("{defence}/{variant}", "/".join(one)) for one in self.networks] or [pattern]
        return [one.replace("{seed}", str(seed)) for one in of for seed in self.seeds] or pattern

    def log(self, pattern):
        """The log or benchmark of a job, likewise."""
        whole = pattern.replace("{defence}/{variant}/seed{seed}", "all_networks")
        return (
            whole if self.networks else pattern.replace("seed{seed}", "all_seeds") if self.seeds else pattern
        )


def jobs(networks):
    """The Jobs of a stage, one network each first. networks: whether data sets that take networks together do so in it."""
    kinds = {name: config["datasets"][name]["together"] for name in DATASETS}
    seeds = {name: config["datasets"][name]["seeds"] for name in DATASETS if kinds[name] != "nothing"}
    return [
        Jobs("", [name for name in DATASETS if name not in seeds]),
        *(
            Jobs(f"_{name}", [name], seeds[name], NETWORKS if networks and kinds[name] == "networks" else ())
            for name in seeds
        ),
    ]


TRAINED, MEASURED = jobs(networks=False), jobs(networks=True)


def code(script, *modules):
    """Files that a script runs beside itself: its start, the library modules it imports, and `modules` that it finds by name,
    all with what they import in turn."""
    start = SCRIPTS / "_job.py"
    return [os.path.relpath(start), *library(*modules, scripts=[start, SCRIPTS / f"{script}.py"])]


def birds_source(wildcards):
    """What tells of a data set's birds: the official archive, or the local one, or a local folder's lists."""
    images = config["datasets"][wildcards.dataset]["images"]
    if not images:
        return rules.download_cub200.output.archive
    path = local(images)
    return [
        str(file) for file in ([path / name for name in LISTS] if path.is_dir() else [path]) if file.is_file()
    ]


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


def seeds_of(wildcards):
    """The seeds of the networks that a job takes, in the order of its files."""
    if "seed" in wildcards.keys():
        return [int(wildcards.seed)]
    seeds = config["datasets"][wildcards.dataset]["seeds"]
    return seeds if "variant" in wildcards.keys() else seeds * len(NETWORKS)


def base_models(wildcards):
    """The networks that a defence starts from: the control, or the variant of the defence that this one says it is made of."""
    of = config["defences"][wildcards.defence][wildcards.variant].get("of")
    network = (wildcards.defence, of) if of else ("control", CONTROL)
    return [MODEL.format(wildcards.dataset, *network, seed) for seed in seeds_of(wildcards)]


def source_models(wildcards):
    """The networks that an attack looks at, one for each that it attacks: that network itself, or the control of its seed."""
    own = config["attacks"][wildcards.attack][wildcards.attack_variant]
    networks = [(wildcards.defence, wildcards.variant)] if "defence" in wildcards.keys() else NETWORKS
    seeds = seeds_of(wildcards)
    of = [network for network in networks for _ in range(len(seeds) // len(networks))]
    if own.get("made_on") == "control":
        of = [("control", CONTROL)] * len(seeds)
    return [MODEL.format(wildcards.dataset, *network, seed) for network, seed in zip(of, seeds, strict=True)]


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
