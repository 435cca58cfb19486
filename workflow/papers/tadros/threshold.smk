localrules:
    tadros_summarise_threshold,
    tadros_summarise_threshold_pairs,
    tadros_table_4,


rule tadros_summarise_threshold:
    """One attack where what is farther than a threshold counts as not found: Table 4."""
    input:
        runs=lambda wildcards: TADROS.files(ATTACKED, TADROS.compared_runs(**wildcards)),
        code=code("summarise_threshold", of="papers/tadros"),
    output:
        table=f"{RESULTS}/tadros/summary/{{dataset}}_{{attack}}_threshold.csv",
    log:
        f"logs/tadros_summarise_threshold/{config['scale']}/{{dataset}}_{{attack}}.log",
    benchmark:
        f"benchmarks/tadros_summarise_threshold/{config['scale']}/{{dataset}}_{{attack}}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
    params:
        runs=lambda wildcards: TADROS.compared_runs(**wildcards),
    script:
        "scripts/summarise_threshold.py"


rule tadros_summarise_threshold_pairs:
    """The same, of every two networks of a reading: how much more the one has than the other."""
    input:
        runs=rules.tadros_summarise_threshold.input.runs,
        code=code("summarise_threshold_pairs", of="papers/tadros"),
    output:
        table=f"{RESULTS}/tadros/summary/{{dataset}}_{{attack}}_threshold_pairs.csv",
    log:
        f"logs/tadros_summarise_threshold_pairs/{config['scale']}/{{dataset}}_{{attack}}.log",
    benchmark:
        f"benchmarks/tadros_summarise_threshold_pairs/{config['scale']}/{{dataset}}_{{attack}}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
    params:
        runs=lambda wildcards: TADROS.compared_runs(**wildcards),
    script:
        "scripts/summarise_threshold_pairs.py"


rule tadros_table_4:
    """Table 4: the Boundary Attack on MNIST with a threshold, printed beside ours."""
    input:
        thresholds=expand(rules.tadros_summarise_threshold.output.table, dataset="mnist", attack="boundary"),
        checks=expand(rules.summarise_checks.output.table, paper="tadros", dataset="mnist"),
        printed=project_file("workflow/papers/tadros/reference/table_4.csv"),
        code=code("table_4", of="papers/tadros"),
    output:
        csv=f"{REPORTS}/tadros/tables/table_4.csv",
        md=f"{REPORTS}/tadros/tables/table_4.md",
        html=report(f"{REPORTS}/tadros/tables/table_4.html", caption="report/table_4.rst", category="Tables"),
    log:
        f"logs/tadros_table_4/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_table_4/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        readings=TADROS.config["readings"],
    script:
        "scripts/table_4.py"
