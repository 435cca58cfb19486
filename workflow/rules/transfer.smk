rule transfer:
    """What the networks of a batch make of images that an attack made on another network of their seed."""
    input:
        models=lambda wildcards: plan(wildcards).models(MODEL, plan(wildcards).batch(**wildcards)),
        made=lambda wildcards: plan(wildcards).files(ATTACKED, plan(wildcards).sources(**wildcards)),
        dataset=rules.attack.input.dataset,
        code=lambda wildcards: code("transfer", plan(wildcards).network_module(**wildcards)),
    output:
        arrays=ATTACKED.replace("{stage}", "transfers"),
    log:
        f"logs/transfer/{config['scale']}/{{paper}}/{{dataset}}/{{networks}}/{{attack}}/{{attack_variant}}/seeds{{seeds}}.log",
    benchmark:
        f"benchmarks/transfer/{config['scale']}/{{paper}}/{{dataset}}/{{networks}}/{{attack}}/{{attack_variant}}/seeds{{seeds}}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
        gpu=0,
    params:
        runs=lambda wildcards: plan(wildcards).attacked(**wildcards),
        sources=lambda wildcards: plan(wildcards).sources(**wildcards),
        transfer=lambda wildcards: plan(wildcards).transfer_params(**wildcards),
    script:
        "../scripts/transfer.py"
