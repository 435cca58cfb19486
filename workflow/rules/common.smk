"""What the rules share: the checked configuration, each paper's plan, paths, and the values that wildcards may take."""

import os
import sys
from pathlib import Path

# the project's folder, wherever the user stands and whichever workflow uses this one as a module
ROOT = Path(str(workflow.current_basedir)).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "lib"))

from sleep_robustness.claim_files import read_claims
from sleep_robustness.configuration import check, check_profile, load
from sleep_robustness.errors import UserError
from sleep_robustness.files import keep_downloads, local_lists
from sleep_robustness.imports import library
from sleep_robustness.only import narrowed
from sleep_robustness.plan import ALL, Plan, outputs_of
from sleep_robustness.runs import forget, record, without_timers
from snakemake.exceptions import WorkflowError

try:
    if "scale" in workflow.config_settings.config:  # its sizes would still be those of another
        raise UserError(
            "config: the scale comes with its sizes from a file; write --configfile config/NAME.yaml."
        )
    check_profile(workflow.resource_settings.default_resources)
    config = load(config, ROOT / "config" / "papers")
    check(config)
    CLAIMS = {
        name: read_claims(ROOT / f"config/papers/{name}/claims.yaml", own, name)
        for name, own in config["papers"].items()
    }
    config = narrowed(config)
except UserError as error:
    raise WorkflowError(str(error)) from None


def project_file(path):
    """A file of the project, as a path from where Snakemake works."""
    return os.path.relpath(ROOT / path)


def code(script, *modules, of="."):
    """The files a script needs: `_job.py` and its library modules, those found by name too; of: "papers/tadros" for one of its."""
    scripts = [ROOT / "workflow/scripts/_job.py", ROOT / f"workflow/{of}/scripts/{script}.py"]
    return [os.path.relpath(scripts[0]), *library(*modules, scripts=scripts)]


def grown(amount):
    """So much of a resource, and as much more each time that a job is sent again."""
    return lambda wildcards, attempt: amount * attempt


def plan(wildcards):
    """The plan of the paper that a job is of."""
    return PLANS[wildcards.paper]


def one_of(names):
    """Any of the names, or nothing at all, as a regular expression."""
    return "|".join(sorted(set(names))) or "(?!)"


def data_of(kind, **values):
    """Any of the data of a kind, and of some values if they are said, as a regular expression."""
    wanted = {"kind": kind, **values}.items()
    return one_of(name for name, own in config["datasets"].items() if wanted <= own.items())


def content_of(entry):
    """What decides the files of IDX data: their checksums, or where they come from if there are none."""
    return entry["md5"] or [entry["folder"], *entry["sources"]]


PLANS = {}
PLANS |= {name: Plan(name, own, PLANS) for name, own in config["papers"].items()}  # each knows the others
RESULTS = f"results/{config['scale']}"
REPORTS = "reports" if config["scale"] == "laptop" else f"reports/{config['scale']}"
DATASET = f"{RESULTS}/data/{{data}}/dataset.npz"
MODEL = f"{RESULTS}/{{paper}}/models/{{dataset}}/{{networks}}/seeds{{seeds}}.pt"
# the stage is "attacks", or "transfers" of images that another network was attacked with
ATTACKED = (
    f"{RESULTS}/{{paper}}/{{stage}}/{{dataset}}/{{networks}}/{{attack}}/{{attack_variant}}/seeds{{seeds}}.npz"
)
# by paper, filled in by its rules: what its claims ask beside attacks and distortions, and a table of what it prints; and its
# tables and figures, in the page's order
BESIDE, SHOWN = {}, {}


wildcard_constraints:
    paper=one_of(PLANS),
    data=one_of(config["datasets"]),
    dataset=one_of(name for plan in PLANS.values() for name in plan.datasets),
    networks=one_of([ALL, *("/".join(network) for plan in PLANS.values() for network in plan.networks)]),
    attack=one_of(name for plan in PLANS.values() for name in plan.config["attacks"]),
    attack_variant=one_of(name for plan in PLANS.values() for name in plan.variants("attacks")),
    distortion=one_of(name for plan in PLANS.values() for name in plan.config["distortions"]),
    distortion_variant=one_of(name for plan in PLANS.values() for name in plan.variants("distortions")),
    seeds=r"\d+(-\d+)?(\+\d+(-\d+)?)*",
    seed=r"\d+",
