localrules:
    summarise_attack,
    summarise_common,
    summarise_classes,
    summarise_checks,
    summarise_distortion,
    summarise_pairs,
    summarise_distortion_pairs,


rule summarise_attack:
    """One attack on one data set as a tidy table: every network, variant and seed, each number with n and interval."""
    input:
        runs=lambda wildcards: plan(wildcards).files(ATTACKED, plan(wildcards).runs(**wildcards)),
        code=code("summarise_attack"),
    output:
        table=f"{RESULTS}/{{paper}}/summary/{{dataset}}_{{attack}}.csv",
    log:
        f"logs/summarise_attack/{config['scale']}/{{paper}}/{{dataset}}_{{attack}}.log",
    benchmark:
        f"benchmarks/summarise_attack/{config['scale']}/{{paper}}/{{dataset}}_{{attack}}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
    params:
        runs=lambda wildcards: plan(wildcards).runs(**wildcards),
    script:
        "../scripts/summarise_attack.py"


rule summarise_common:
    """Scores over the common subset: the examples that every network of the paper a reading compares gets right."""
    input:
        runs=lambda wildcards: plan(wildcards).files(ATTACKED, plan(wildcards).papers_runs(**wildcards)),
        code=code("summarise_common"),
    output:
        table=f"{RESULTS}/{{paper}}/summary/{{dataset}}_{{attack}}_common.csv",
    log:
        f"logs/summarise_common/{config['scale']}/{{paper}}/{{dataset}}_{{attack}}.log",
    benchmark:
        f"benchmarks/summarise_common/{config['scale']}/{{paper}}/{{dataset}}_{{attack}}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
    params:
        runs=lambda wildcards: plan(wildcards).papers_runs(**wildcards),
    script:
        "../scripts/summarise_common.py"


rule summarise_classes:
    """One attack on one data set, class by class: Figure 5, B."""
    input:
        runs=lambda wildcards: plan(wildcards).files(ATTACKED, plan(wildcards).runs(**wildcards)),
        code=code("summarise_classes"),
    output:
        table=f"{RESULTS}/{{paper}}/summary/{{dataset}}_{{attack}}_classes.csv",
    log:
        f"logs/summarise_classes/{config['scale']}/{{paper}}/{{dataset}}_{{attack}}.log",
    benchmark:
        f"benchmarks/summarise_classes/{config['scale']}/{{paper}}/{{dataset}}_{{attack}}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
    params:
        runs=lambda wildcards: plan(wildcards).runs(**wildcards),
    script:
        "../scripts/summarise_classes.py"


rule summarise_checks:
    """Whether the attacks on a data set, and not its networks, are at fault: every check of every network."""
    input:
        runs=lambda wildcards: plan(wildcards).files(ATTACKED, plan(wildcards).checked_runs(**wildcards)),
        code=code("summarise_checks"),
    output:
        table=f"{RESULTS}/{{paper}}/summary/{{dataset}}_checks.csv",
    log:
        f"logs/summarise_checks/{config['scale']}/{{paper}}/{{dataset}}.log",
    benchmark:
        f"benchmarks/summarise_checks/{config['scale']}/{{paper}}/{{dataset}}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
    params:
        runs=lambda wildcards: plan(wildcards).checked_runs(**wildcards),
    script:
        "../scripts/summarise_checks.py"


rule summarise_distortion:
    """One distortion of one data set as a tidy table: every network, variant and seed, each number with n and interval."""
    input:
        runs=lambda wildcards: plan(wildcards).files(
            rules.distort.output.arrays, plan(wildcards).runs(**wildcards)
        ),
        code=code("summarise_distortion"),
    output:
        table=f"{RESULTS}/{{paper}}/summary/{{dataset}}_{{distortion}}.csv",
    log:
        f"logs/summarise_distortion/{config['scale']}/{{paper}}/{{dataset}}_{{distortion}}.log",
    benchmark:
        f"benchmarks/summarise_distortion/{config['scale']}/{{paper}}/{{dataset}}_{{distortion}}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
    params:
        runs=lambda wildcards: plan(wildcards).runs(**wildcards),
    script:
        "../scripts/summarise_distortion.py"


rule summarise_pairs:
    """One attack on one data set: how much better each network of a reading is than each other, with intervals of pairs."""
    input:
        runs=lambda wildcards: plan(wildcards).files(ATTACKED, plan(wildcards).compared_runs(**wildcards)),
        code=code("summarise_pairs"),
    output:
        table=f"{RESULTS}/{{paper}}/summary/{{dataset}}_{{attack}}_pairs.csv",
    log:
        f"logs/summarise_pairs/{config['scale']}/{{paper}}/{{dataset}}_{{attack}}.log",
    benchmark:
        f"benchmarks/summarise_pairs/{config['scale']}/{{paper}}/{{dataset}}_{{attack}}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
    params:
        runs=lambda wildcards: plan(wildcards).compared_runs(**wildcards),
    script:
        "../scripts/summarise_pairs.py"


use rule summarise_pairs as summarise_distortion_pairs with:
    input:
        runs=lambda wildcards: plan(wildcards).files(
            rules.distort.output.arrays, plan(wildcards).compared_runs(**wildcards)
        ),
        code=rules.summarise_pairs.input.code,
    output:
        table=f"{RESULTS}/{{paper}}/summary/{{dataset}}_{{distortion}}_pairs.csv",
    log:
        f"logs/summarise_distortion_pairs/{config['scale']}/{{paper}}/{{dataset}}_{{distortion}}.log",
    benchmark:
        f"benchmarks/summarise_distortion_pairs/{config['scale']}/{{paper}}/{{dataset}}_{{distortion}}.tsv"
    params:
        runs=lambda wildcards: plan(wildcards).compared_runs(**wildcards),
