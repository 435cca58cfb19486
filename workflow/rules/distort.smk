rule distort:
    """One distortion of the test examples, at every strength: which of them the networks of a batch classify right."""
    input:
        models=lambda wildcards: plan(wildcards).models(MODEL, plan(wildcards).batch(**wildcards)),
        dataset=rules.attack.input.dataset,
        order=rules.attack.input.order,
        code=lambda wildcards: code(
            "distort", f"distortions.{wildcards.distortion}", plan(wildcards).network_module(**wildcards)
        ),
    output:
        arrays=f"{RESULTS}/{{paper}}/distortions/{{dataset}}/{{networks}}/{{distortion}}/{{distortion_variant}}/seeds{{seeds}}.npz",
    log:
        f"logs/distort/{config['scale']}/{{paper}}/{{dataset}}/{{networks}}/{{distortion}}/{{distortion_variant}}/seeds{{seeds}}.log",
    benchmark:
        f"benchmarks/distort/{config['scale']}/{{paper}}/{{dataset}}/{{networks}}/{{distortion}}/{{distortion_variant}}/seeds{{seeds}}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
        gpu=0,
    params:
        runs=lambda wildcards: plan(wildcards).batch(**wildcards),
        distortion=lambda wildcards: plan(wildcards).distortion_params(**wildcards),
    script:
        "../scripts/distort.py"
