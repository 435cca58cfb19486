# Papers on robust networks, from raw data to verdicts. See README.md; every target is also the name of its rule.
from snakemake.utils import min_version

min_version("9.27")


configfile: workflow.source_path("config/config.yaml")


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/embeddings.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/defend.smk"
include: "workflow/rules/attack.smk"
include: "workflow/rules/transfer.smk"
include: "workflow/rules/distort.smk"
include: "workflow/rules/summarise.smk"
include: "workflow/rules/claims.smk"
include: "workflow/papers/tadros/tadros.smk"
include: "workflow/papers/zhang/zhang.smk"
include: "workflow/papers/deepsleep/deepsleep.smk"
include: "workflow/papers/bnn/bnn.smk"
include: "workflow/papers/together/together.smk"
include: "workflow/rules/page.smk"


onstart:
    record()
    keep_downloads(Path("resources"))
    without_timers(workflow.scheduler)


onsuccess:
    forget()


onerror:
    forget()


rule all:
    """The page with every table, figure and verdict of the papers that the config runs, and these themselves."""
    default_target: True
    input:
        rules.page.output,
        rules.page.input.shown,
