"""What the rules share: the checked configuration, paths, and the functions that name a rule's inputs."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from operator import attrgetter
from pathlib import Path
from types import SimpleNamespace

import yaml

# the project's folder, wherever the user stands and whichever workflow uses this one as a module
ROOT = Path(str(workflow.current_basedir)).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "lib"))

from sleep_robustness.configuration import check, read_claims, read_evidence, read_sentences
from sleep_robustness.errors import UserError
from sleep_robustness.files import expanded
from sleep_robustness.imports import library
from sleep_robustness.names import PAPERS_DATASETS, PAPERS_DEFENCES, PLANE
from sleep_robustness.readings import compared, for_dataset, looked_into, measured, measures_of, named, slept
from sleep_robustness.runs import forget, record, without_timers
from snakemake.exceptions import WorkflowError

try:
    check(config)
    CLAIMS = read_claims(ROOT / "config" / "claims.yaml", config)
    EVIDENCE = read_evidence(ROOT / "config" / "evidence.yaml", CLAIMS)
    SENTENCES = read_sentences(ROOT / "config" / "sentences.yaml", CLAIMS)
except UserError as error:
    raise WorkflowError(str(error)) from None


def project_file(path):
    """A file of the project, as a path from where Snakemake works."""
    return os.path.relpath(ROOT / path)


RESULTS = f"results/{config['scale']}"
REPORTS = "reports" if config["scale"] == "laptop" else f"reports/{config['scale']}"
SEARCHED = project_file("workflow/reference/search")
COVERAGE = project_file("workflow/reference/coverage.csv")
MODEL = (
    f"{RESULTS}/models/{{}}/{{}}/{{}}/seed{{}}/model.pt"  # of a data set, a defence, its variant and a seed
)
SCRIPTS = ROOT / "workflow" / "scripts"

DATASETS = config["use"]
NOT_RUN = [name for name in PAPERS_DATASETS if name not in DATASETS]
PATCHES = [name for name in DATASETS if config["datasets"][name]["kind"] == "patches"]
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
    """What a job takes of the networks of some data sets: one, or all seeds of one, or all seeds of several. A stage has a rule
    for each, which differ in this alone."""

    suffix: str  # of the rules' names, and of the logs of jobs that take several networks
    datasets: Sequence[str]
    seeds: Sequence[int] = ()
    networks: Sequence[tuple] = ()
    attack: str = ""  # where the networks are those that an attack's variant is run on
    attack_variant: str = ""

    @property
    def fixed(self):
        """The axes that have one value in all jobs of the rule. In its paths the value stands in place of the wildcard: Snakemake
        finds the rule that makes a file by how its paths begin, and else tries every path of every rule of the stage.
        """
        axes = {"attack": self.attack, "attack_variant": self.attack_variant}
        axes |= {"dataset": self.datasets[0]} if self.seeds else {}
        return {axis: value for axis, value in axes.items() if value}

    def path(self, pattern):
        """A pattern with the values of the fixed axes."""
        for axis, value in self.fixed.items():
            pattern = pattern.replace(f"{{{axis}}}", value)
        return pattern

    def files(self, pattern):
        """The files of a job, from the pattern of one network's: network by network, and of each seed by seed."""
        pattern = self.path(pattern)
        of = [pattern.replace("{defence}/{variant}", "/".join(one)) for one in self.networks] or [pattern]
        return [one.replace("{seed}", str(seed)) for one in of for seed in self.seeds] or pattern

    def log(self, pattern):
        """The log or benchmark of a job, likewise."""
        pattern = self.path(pattern)
        if self.networks:
            return pattern.replace("{defence}/{variant}/seed{seed}", f"networks{self.suffix}")
        return pattern.replace("seed{seed}", "all_seeds") if self.seeds else pattern

    def of_each(self, function):
        """An input or params function: a list of what `function` gives for each network of a job, in the order of its files. It
        is given the network's dataset, defence, variant and seed, with the job's other axes."""

        def listed(axes):
            networks = self.networks or [(getattr(axes, "defence", "control"), axes.variant)]
            seeds = self.seeds or [int(axes.seed)]
            return [
                function(
                    SimpleNamespace(**vars(axes) | {"defence": defence, "variant": variant, "seed": seed})
                )
                for (defence, variant), seed in product(networks, seeds)
            ]

        return self.given(listed)

    def given(self, function):
        """An input or params function: what `function` gives for the axes of a job, its wildcards and those that are fixed."""
        return lambda wildcards: function(SimpleNamespace(**self.fixed | dict(wildcards.items())))


def jobs(*together):
    """The Jobs of a stage, one network each first. together: the networks of each job, where a data set takes networks together;
    none for a job that takes all seeds of one even there."""
    seeds = {name: config["datasets"][name]["seeds"] for name in DATASETS if taken(name) != "nothing"}
    return [Jobs("", [name for name in DATASETS if name not in seeds])] + [
        Jobs(f"_{name}{'_again' * again}", [name], seeds[name], networks)
        for name in seeds
        for again, networks in enumerate(together if taken(name) == "networks" else [()])
    ]


def taken(dataset):
    """What a job takes together of a data set: nothing, seeds or networks."""
    return config["datasets"][dataset]["together"]


def made_of(network):
    """The network (defence, variant) that one is made of: another variant of its defence, if it says so, or the control."""
    defence, variant = network
    of = config["defences"][defence][variant].get("of")
    return (defence, of) if of else ("control", CONTROL)


OF_CONTROL = [network for network in NETWORKS if network[0] != "control" and made_of(network)[0] == "control"]
OF_ANOTHER = [network for network in NETWORKS if made_of(network)[0] != "control"]
TRAINED, DEFENDED, MEASURED = jobs(()), jobs(*filter(None, (OF_CONTROL, OF_ANOTHER))), jobs(NETWORKS)


def attack_jobs():
    """The Jobs of attacks: where a data set takes networks together, one for each variant, of the networks that it is run on."""
    for some in jobs(()):
        if not some.seeds or taken(some.datasets[0]) != "networks":
            yield some
            continue
        for attack in config["attacks"]:
            runs = {}
            for defence, variant, own in measured(config, "attacks", attack):
                runs.setdefault(own, []).append((defence, variant))
            for own, networks in runs.items():
                yield replace(
                    some,
                    suffix=f"{some.suffix}_{attack}_{own}",
                    networks=networks,
                    attack=attack,
                    attack_variant=own,
                )


ATTACKED = list(attack_jobs())

# trainings of other lengths: of MNIST, which take long, a job for each seed; of others one for all
APART = [name for name in config["undertrained"]["lengths"] if name in DATASETS]
UNDERTRAINED = [Jobs("", [name for name in APART if name == "mnist"])] + [
    Jobs(f"_{name}", [name], config["datasets"][name]["seeds"]) for name in APART if name != "mnist"
]


def code(script, *modules):
    """Files that a script runs beside itself: its start, the library modules it imports, and `modules` that it finds by name,
    all with what they import in turn."""
    start = SCRIPTS / "_job.py"
    return [os.path.relpath(start), *library(*modules, scripts=[start, SCRIPTS / f"{script}.py"])]


def birds_source(wildcards):
    """What tells of a data set's birds: the official archive, or the local one, or the lists of a local folder."""
    images = config["datasets"][wildcards.dataset]["images"]
    if not images:
        return rules.download_cub200.output.archive
    path = expanded(images)
    return [str(file) for file in (sorted(path.glob("*.txt")) if path.is_dir() else [path]) if file.is_file()]


def variant_params(part, name, variant, dataset):
    """A variant's parameters for one data set."""
    return for_dataset(config[part][name][variant], dataset, config["datasets"])


def fit_params(network):
    """What a network is made by: its dataset, defence, variant and seed, and as parameters the data set's of training, overlaid
    with those of the variant."""
    own = variant_params("defences", network.defence, network.variant, network.dataset)
    own.pop("measured_by", None)  # changes nothing of the network
    if "sleep" in own:
        own["sleep"] = variant_params("defences", "sleep", own["sleep"], network.dataset)
    if own.get("attack"):
        own["attack"] = attack_variant_params(own["tuned_on"], own["attack"], network.dataset)
    return vars(network) | {"parameters": config["datasets"][network.dataset]["training"] | own}


def base_model(network):
    """The network that a defended one starts from."""
    return MODEL.format(network.dataset, *made_of((network.defence, network.variant)), network.seed)


def source_model(network):
    """The network that an attack on one looks at: that one itself, or the control of its seed."""
    own = config["attacks"][network.attack][network.attack_variant]
    of = ("control", CONTROL) if own.get("made_on") == "control" else (network.defence, network.variant)
    return MODEL.format(network.dataset, *of, network.seed)


def defence_modules(network):
    """Modules that a defence finds by name: its own, and the attack that the network is tuned on."""
    own = config["defences"][network.defence][network.variant]
    on = [f"attacks.{own['tuned_on']}"] if own.get("attack") else []
    return [f"defences.{network.defence}", *on]


def defence_code(some):
    """An input function: the files that a job runs which defends networks."""
    modules = some.of_each(defence_modules)
    return lambda wildcards: code("defend", *sorted({name for named in modules(wildcards) for name in named}))


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
