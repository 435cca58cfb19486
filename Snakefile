# Sleep and robustness: Tadros et al. (ICLR 2020) from raw data. See README.md; every target is also the name of its rule.
from snakemake.utils import min_version

min_version("9.27")


configfile: workflow.source_path("config/config.yaml")


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/embeddings.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/defend.smk"
include: "workflow/rules/evaluate.smk"
include: "workflow/rules/analyse.smk"
include: "workflow/rules/inside.smk"
include: "workflow/rules/variations.smk"
include: "workflow/rules/search.smk"
include: "workflow/rules/coverage.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/figures_inside.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/page.smk"


onstart:
    record()
    without_timers(workflow.scheduler)


onsuccess:
    forget()


onerror:
    forget()


rule tune_sleep:
    """Every search for parameters of sleep, what it found on other images and orders, and their figure."""
    input:
        rules.fig_own_search.output,


rule coverage:
    """The pool of networks by which coverage is measured, what it shows, and its figure."""
    input:
        rules.fig_own_coverage.output,


rule all:
    default_target: True
    input:
        rules.page.output,
