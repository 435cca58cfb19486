"""What the rules share: the checked configuration, paths, and the functions that name a rule's inputs."""

import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(workflow.basedir) / "workflow" / "lib"))

from sleep_robustness.configuration import check
from sleep_robustness.errors import UserError
from sleep_robustness.imports import library
from sleep_robustness.readings import compared, for_dataset, measured
from sleep_robustness.runs import forget, record
from snakemake.exceptions import WorkflowError

try:
    check(config)
except UserError as error:
    raise WorkflowError(str(error)) from None

RESULTS = f"results/{config['scale']}"
REPORTS = "reports" if config["scale"] == "laptop" else f"reports/{config['scale']}"
SCRIPTS = Path(workflow.basedir) / "workflow" / "scripts"
# whether a job asks for a GPU; a cluster profile sets it per rule
GPU = int(shutil.which("nvidia-smi") is not None)
# data sets whose seeds all go through one job, by rules that end in _together and run the same scripts
TOGETHER = [name for name, dataset in config["datasets"].items() if dataset["seeds_together"]]
TOGETHER_SEEDS = next((config["datasets"][name]["seeds"] for name in TOGETHER), [])
CONTROL = next(iter(config["defences"]["control"]))  # the variant that the other defences start from


def variants(*parts):
    """All variants of these parts of the config, as a regular expression."""
    return "|".join(
        sorted({variant for part in parts for named in config[part].values() for variant in named})
    )


wildcard_constraints:
    dataset="|".join(config["datasets"]),
    defence="|".join(config["defences"]),
    variant=variants("defences"),
    attack="|".join(config["attacks"]),
    attack_variant=variants("attacks"),
    distortion="|".join(config["distortions"]),
    distortion_variant=variants("distortions"),
    seed=r"\d+",


def together(pattern):
    """A file of every seed of a data set whose seeds go through a job together, from the pattern of one."""
    return expand(pattern, seed=TOGETHER_SEEDS, allow_missing=True)


def one_log(pattern):
    """The log or benchmark of a job for all seeds, from that of a job for one."""
    return pattern.replace("seed{seed}", "all_seeds")


def one_of(names):
    """Any of the names, or nothing at all, as a regular expression."""
    return "|".join(names) or "(?!)"


def code(script, *modules):
    """Files that a script runs beside itself: its start, the library modules it imports, and `modules` that it finds by name,
    all with what they import in turn."""
    start = SCRIPTS / "_job.py"
    return [os.path.relpath(start), *library(*modules, scripts=[start, SCRIPTS / f"{script}.py"])]


def variant_params(part, name, variant, dataset):
    """A variant's parameters for one data set."""
    return for_dataset(config[part][name][variant], dataset, config["datasets"])


def defence_params(wildcards):
    """The data set's training parameters, overlaid with those of the variant of a defence, or of the control."""
    name = wildcards.get("defence", "control")
    own = variant_params("defences", name, wildcards.variant, wildcards.dataset)
    return config["datasets"][wildcards.dataset]["training"] | own


def attack_params(wildcards):
    """Parameters of an attack's variant for a data set."""
    return variant_params("attacks", wildcards.attack, wildcards.attack_variant, wildcards.dataset)


def distortion_params(wildcards):
    """Parameters of a distortion's variant for a data set."""
    return variant_params(
        "distortions", wildcards.distortion, wildcards.distortion_variant, wildcards.dataset
    )


def runs(part, kind):
    """An input function: the axes of every run of the attack or distortion that a summary gathers, one mapping each."""
    return lambda wildcards: [
        {
            "dataset": wildcards.dataset,
            "defence": defence,
            "variant": variant,
            kind: wildcards[kind],
            f"{kind}_variant": own_variant,
            "seed": seed,
        }
        for defence, variant in measured(config, part, wildcards[kind])
        for own_variant in config[part][wildcards[kind]]
        for seed in config["datasets"][wildcards.dataset]["seeds"]
    ]


def compared_runs(wildcards):
    """The axes of every run of an attack that a reading compares, one mapping each, with the reading."""
    names = ("reading", "defence", "variant", "attack_variant")
    return [
        {"dataset": wildcards.dataset, "attack": wildcards.attack, "seed": seed}
        | dict(zip(names, run, strict=True))
        for run in compared(config, wildcards.attack)
        for seed in config["datasets"][wildcards.dataset]["seeds"]
    ]


def files(pattern, axes):
    """An input function: the files of the runs whose axes `axes` gives."""
    return lambda wildcards: [pattern.format(**run) for run in axes(wildcards)]
