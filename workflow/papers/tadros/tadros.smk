"""Tadros et al., ICLR 2020: its figures, its tables and what it looks into beside the shared stages."""

import yaml

from sleep_robustness.claim_files import read_evidence, read_sentences
from sleep_robustness.papers.tadros import plan as tadros
from sleep_robustness.papers.tadros.names import PLANE, PRINTED
from sleep_robustness.papers.tadros.readings import slept
from sleep_robustness.readings import OF_FEATURES

try:
    EVIDENCE = read_evidence(ROOT / "config/papers/tadros/evidence.yaml", CLAIMS["tadros"])
    SENTENCES = read_sentences(ROOT / "config/papers/tadros/sentences.yaml", CLAIMS["tadros"])
except UserError as error:
    raise WorkflowError(str(error)) from None

TADROS = PLANS["tadros"]
NOT_RUN = [name for name in PRINTED if name not in TADROS.datasets]
SLEPT = slept(TADROS.config)  # the variants of sleep that a reading names
# the searches whose results the project keeps
SEARCHED = project_file("workflow/papers/tadros/reference/search")
SEARCHES = yaml.safe_load(Path(SEARCHED, "searches.yaml").read_text(encoding="utf-8"))["searches"]
COVERAGE = project_file("workflow/papers/tadros/reference/coverage.csv")
MNIST = TADROS.data_file(DATASET, "mnist")
MNIST_ORDER = TADROS.data_file(rules.test_order.output.order, "mnist")


wildcard_constraints:
    search=one_of(TADROS.config["search"]["searches"]),


include: "inside.smk"
include: "variations.smk"
include: "search.smk"
include: "coverage.smk"
include: "figures.smk"
include: "figures_inside.smk"
include: "tables.smk"
include: "threshold.smk"


BESIDE["tadros"] = {
    "pairs": expand(
        rules.tadros_summarise_threshold_pairs.output.table,
        dataset="mnist",
        attack={"boundary"} & TADROS.config["attacks"].keys(),
    ),
    "inside": [
        (name, f"{RESULTS}/tadros/summary/{file}.csv") for name, file in tadros.inside_summaries(TADROS)
    ],
    "datasets": [PLANE],
}
TADROS_SHOWN = {
    "claims": expand(rules.claims.output, paper="tadros"),
    "table_sentences": rules.tadros_table_sentences.output,
    "table_evidence": rules.tadros_table_evidence.output,
    "fig_sleep": rules.tadros_fig_sleep.output,
    "fig_pruning": rules.tadros_fig_pruning.output,
    "fig_leak": rules.tadros_fig_leak.output,
    "fig_undertrained": rules.tadros_fig_undertrained.output,
    "table_1": rules.tadros_table_1.output,
    "table_checks": rules.tadros_table_checks.output,
    "table_4": rules.tadros_table_4.output,
    "table_linf": rules.tadros_table_linf.output,
    "fig_search": rules.tadros_fig_search.output,
    "fig_coverage": rules.tadros_fig_coverage.output,
    "fig_1": rules.tadros_fig_1.output,
    "fig_2": rules.tadros_fig_2.output,
    "fig_3": rules.tadros_fig_3.output,
    "fig_4": rules.tadros_fig_4.output,
    "fig_5": rules.tadros_fig_5.output,
    "fig_6": rules.tadros_fig_6.output,
    "fig_7": rules.tadros_fig_7.output,
    "fig_8": rules.tadros_fig_8.output,
    "fig_9": rules.tadros_fig_9.output,
    "fig_10": rules.tadros_fig_10.output,
    "fig_11": rules.tadros_fig_11.output,
    "fig_12": rules.tadros_fig_12.output,
    "table_fgsm": rules.tadros_table_fgsm.output,
    "table_2": rules.tadros_table_2.output,
    "table_3": rules.tadros_table_3.output,
}
# these are of attacks, distortions, networks or data sets that a config may leave out
TADROS_LACKS = {
    "fig_3": "patches" not in TADROS.datasets,
    "fig_4": "patches" not in TADROS.datasets,
    "table_4": "boundary" not in TADROS.config["attacks"],
    "fig_6": not tadros.gallery_runs(TADROS),
    "fig_8": not tadros.inner_runs(TADROS),
    "fig_9": "noise" not in tadros.inner_distortions(TADROS) or not tadros.inner_runs(TADROS),
    "fig_10": "blur" not in tadros.inner_distortions(TADROS) or not tadros.inner_runs(TADROS),
    "fig_sleep": not SLEPT,
    "fig_pruning": not TADROS.config["pruning"]["sleeps"],
    "fig_undertrained": not tadros.undertrained_runs(TADROS),
    "table_evidence": not SLEPT or "fgsm" not in TADROS.papers_attacks,
    "fig_11": "noise" not in tadros.inner_distortions(TADROS) or not SLEPT,
    "fig_12": "noise" not in tadros.inner_distortions(TADROS) or not SLEPT,
}
SHOWN["tadros"] = {name: files for name, files in TADROS_SHOWN.items() if not TADROS_LACKS.get(name)}


rule tadros:
    """Every table and figure of Tadros et al., and the verdicts on its claims."""
    input:
        SHOWN["tadros"].values(),


rule tadros_claims:
    """The verdicts on the claims of Tadros et al."""
    input:
        expand(rules.claims.output, paper="tadros"),


rule tadros_search:
    """Every search for parameters of sleep, what it found on other images and orders, and their figure."""
    input:
        rules.tadros_fig_own_search.output,


rule tadros_coverage:
    """The pool of networks by which coverage is measured, what it shows, and its figure."""
    input:
        rules.tadros_fig_own_coverage.output,
