"""Zhao 2022, DeepSleep: its tables, and the verdicts on its claims."""

DEEPSLEEP = PLANS["deepsleep"]


localrules:
    deepsleep_table_1,


rule deepsleep_table_1:
    """Tables 1 and 2: accuracy under attack, printed beside ours."""
    input:
        summaries=DEEPSLEEP.summaries_of_attacks(rules.summarise_attack.output.table),
        printed=project_file("workflow/papers/deepsleep/reference/printed.csv"),
        code=code("table_1", of="papers/deepsleep"),
    output:
        csv=f"{REPORTS}/deepsleep/tables/table_1.csv",
        md=f"{REPORTS}/deepsleep/tables/table_1.md",
        html=report(
            f"{REPORTS}/deepsleep/tables/table_1.html", caption="report/table_1.rst", category="DeepSleep"
        ),
    log:
        f"logs/deepsleep_table_1/{config['scale']}.log",
    benchmark:
        f"benchmarks/deepsleep_table_1/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        readings=DEEPSLEEP.config["readings"],
        columns=DEEPSLEEP.config["columns"],
    script:
        "scripts/table_1.py"


BESIDE["deepsleep"] = {"pairs": [], "inside": [], "datasets": []}
SHOWN["deepsleep"] = {
    "claims": expand(rules.claims.output, paper="deepsleep"),
    "table_1": rules.deepsleep_table_1.output,
}


rule deepsleep:
    """The tables of DeepSleep, and the verdicts on its claims."""
    input:
        SHOWN["deepsleep"].values(),


rule deepsleep_claims:
    """The verdicts on the claims of DeepSleep."""
    input:
        expand(rules.claims.output, paper="deepsleep"),
