rule defend:
    """The defended networks of a batch, each made from the control of its seed or from another network of its defence."""
    input:
        dataset=lambda wildcards: plan(wildcards).data_file(DATASET, **wildcards),
        bases=lambda wildcards: plan(wildcards).models(MODEL, plan(wildcards).bases(**wildcards)),
        code=lambda wildcards: code("defend", *plan(wildcards).defence_modules(**wildcards)),
    output:
        model=MODEL,
        facts=rules.train.output.facts,
    log:
        f"logs/defend/{config['scale']}/{{paper}}/{{dataset}}/{{networks}}/seeds{{seeds}}.log",
    benchmark:
        f"benchmarks/defend/{config['scale']}/{{paper}}/{{dataset}}/{{networks}}/seeds{{seeds}}.tsv"
    wildcard_constraints:
        networks=rf"{ALL}|(?!control/)\w+/\w+",
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(120),
        gpu=0,
    params:
        networks=lambda wildcards: plan(wildcards).fits(**wildcards),
    script:
        "../scripts/defend.py"
