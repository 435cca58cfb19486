"""What the rules share: the checked configuration, paths, and the functions that name a rule's inputs."""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(workflow.basedir) / "workflow" / "lib"))

from sleep_robustness.configuration import check
from sleep_robustness.errors import UserError
from sleep_robustness.imports import library
from sleep_robustness.runs import forget, record
from snakemake.exceptions import WorkflowError

try:
    check(config)
except UserError as error:
    raise WorkflowError(str(error)) from None

RESULTS = f"results/{config['scale']}"
REPORTS = "reports" if config["scale"] == "laptop" else f"reports/{config['scale']}"
JOB = "workflow/scripts/_job.py"
GPU = int(
    shutil.which("nvidia-smi") is not None
)  # whether a job asks for a GPU; a cluster profile sets it per rule


wildcard_constraints:
    dataset="|".join(config["datasets"]),
    defence="|".join(config["defences"]),
    variant="|".join({variant for variants in config["defences"].values() for variant in variants}),
    attack="|".join(config["attacks"]),
    attack_variant="|".join({variant for variants in config["attacks"].values() for variant in variants}),
    seed=r"\d+",


def code(*modules):
    """Files that a script runs beside itself: its start, and the library modules with all they import."""
    return [JOB, *library(*modules)]


def training(wildcards):
    """Training parameters of a data set's control network: Table 2's, overlaid with the variant's."""
    return (
        config["datasets"][wildcards.dataset]["training"] | config["defences"]["control"][wildcards.variant]
    )


def attack_runs(wildcards):
    """Every network, variant and seed that an attack works on in a data set, one mapping of axes each."""
    return [
        {
            "dataset": wildcards.dataset,
            "defence": defence,
            "variant": variant,
            "attack": wildcards.attack,
            "attack_variant": attack_variant,
            "seed": seed,
        }
        for defence, variants in config["defences"].items()
        for variant in variants
        for attack_variant in config["attacks"][wildcards.attack]
        for seed in config["datasets"][wildcards.dataset]["seeds"]
    ]
