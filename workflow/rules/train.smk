rule train:
    """The control networks of a batch, trained as their paper's released code does."""
    input:
        dataset=lambda wildcards: plan(wildcards).data_file(DATASET, **wildcards),
        code=lambda wildcards: code("train", plan(wildcards).network_module(**wildcards)),
    output:
        model=MODEL,
        facts=f"{RESULTS}/{{paper}}/models/{{dataset}}/{{networks}}/seeds{{seeds}}.json",
    log:
        f"logs/train/{config['scale']}/{{paper}}/{{dataset}}/{{networks}}/seeds{{seeds}}.log",
    benchmark:
        f"benchmarks/train/{config['scale']}/{{paper}}/{{dataset}}/{{networks}}/seeds{{seeds}}.tsv"
    wildcard_constraints:
        networks=r"control/\w+",
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
        gpu=0,
    params:
        networks=lambda wildcards: plan(wildcards).fits(**wildcards),
    script:
        "../scripts/train.py"
