"""What the rules share: the checked configuration, the plan that it makes, paths, and the values that wildcards may take."""

import os
import sys
from pathlib import Path

import yaml

# the project's folder, wherever the user stands and whichever workflow uses this one as a module
ROOT = Path(str(workflow.current_basedir)).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "lib"))

from sleep_robustness import plan_analyses as analyses
from sleep_robustness.configuration import check, read_claims, read_evidence, read_sentences
from sleep_robustness.errors import UserError
from sleep_robustness.files import local_lists
from sleep_robustness.imports import library
from sleep_robustness.keys import key_of, spelled
from sleep_robustness.names import PAPERS_DATASETS, PLANE
from sleep_robustness.plan import ALL, OF_FEATURES, Plan
from sleep_robustness.readings import slept
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


def code(script, *modules):
    """The files a script needs: `_job.py` and every library module that it imports, or finds by name as it does `modules`."""
    scripts = [ROOT / "workflow" / "scripts" / f"{name}.py" for name in ("_job", script)]
    return [os.path.relpath(scripts[0]), *library(*modules, scripts=scripts)]


def one_of(names):
    """Any of the names, or nothing at all, as a regular expression."""
    return "|".join(names) or "(?!)"


PLAN = Plan(config)
RESULTS = f"results/{config['scale']}"
REPORTS = "reports" if config["scale"] == "laptop" else f"reports/{config['scale']}"
SEARCHED = project_file("workflow/reference/search")  # what the searches gave whose results the project keeps
SEARCHES = yaml.safe_load(Path(SEARCHED, "searches.yaml").read_text())["searches"]
COVERAGE = project_file("workflow/reference/coverage.csv")
MODEL = f"{RESULTS}/models/{{dataset}}/{{networks}}/seeds{{seeds}}.pt"

DATASETS = PLAN.datasets
NOT_RUN = [name for name in PAPERS_DATASETS if name not in DATASETS]
SLEPT = slept(config)  # the variants of sleep that a reading names


wildcard_constraints:
    dataset=one_of(DATASETS),
    networks=one_of([ALL, *map("/".join, PLAN.networks)]),
    attack=one_of(config["attacks"]),
    attack_variant=one_of(sorted({name for own in config["attacks"].values() for name in own})),
    distortion=one_of(config["distortions"]),
    distortion_variant=one_of(sorted({name for own in config["distortions"].values() for name in own})),
    search=one_of(config["search"]["searches"]),
    seeds=r"\d+(-\d+)?(\+\d+(-\d+)?)*",
    seed=r"\d+",
