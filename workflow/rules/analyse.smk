rule summarise_attack:
    """One attack on one data set as a tidy table: every network, variant and seed, each number with n and interval."""
    input:
        arrays=lambda wildcards: [rules.attack.output.arrays.format(**run) for run in attack_runs(wildcards)],
        code=code("metrics"),
    output:
        table=f"{RESULTS}/summary/{{dataset}}_{{attack}}.csv",
    log:
        f"logs/summarise_attack/{config['scale']}/{{dataset}}_{{attack}}.log",
    benchmark:
        f"benchmarks/summarise_attack/{config['scale']}/{{dataset}}_{{attack}}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        runs=attack_runs,
    script:
        "../scripts/summarise_attack.py"
