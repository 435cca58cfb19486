rule attack:
    """One attack variant on the networks of a batch: what happened to every example."""
    input:
        models=lambda wildcards: plan(wildcards).models(MODEL, plan(wildcards).batch(**wildcards)),
        dataset=lambda wildcards: plan(wildcards).data_file(DATASET, **wildcards),
        order=lambda wildcards: plan(wildcards).data_file(rules.test_order.output.order, **wildcards),
        code=lambda wildcards: code(
            "attack", f"attacks.{wildcards.attack}", plan(wildcards).network_module(**wildcards)
        ),
    output:
        arrays=ATTACKED.replace("{stage}", "attacks"),
    log:
        f"logs/attack/{config['scale']}/{{paper}}/{{dataset}}/{{networks}}/{{attack}}/{{attack_variant}}/seeds{{seeds}}.log",
    benchmark:
        f"benchmarks/attack/{config['scale']}/{{paper}}/{{dataset}}/{{networks}}/{{attack}}/{{attack_variant}}/seeds{{seeds}}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(120),
        gpu=0,
    params:
        runs=lambda wildcards: plan(wildcards).attacked(**wildcards),
        attack=lambda wildcards: plan(wildcards).attack_params(**wildcards),
    script:
        "../scripts/attack.py"


rule diagnose:
    """What tells whether the attacks on the networks of a batch are at fault: transfer from the control, scale of the logits."""
    input:
        models=lambda wildcards: plan(wildcards).models(
            MODEL, plan(wildcards).with_controls(plan(wildcards).batch(**wildcards))
        ),
        dataset=rules.attack.input.dataset,
        order=rules.attack.input.order,
        code=lambda wildcards: code("diagnose", plan(wildcards).network_module(**wildcards)),
    output:
        arrays=f"{RESULTS}/{{paper}}/attacks/{{dataset}}/{{networks}}/diagnosis/fgsm/seeds{{seeds}}.npz",
    log:
        f"logs/diagnose/{config['scale']}/{{paper}}/{{dataset}}/{{networks}}/seeds{{seeds}}.log",
    benchmark:
        f"benchmarks/diagnose/{config['scale']}/{{paper}}/{{dataset}}/{{networks}}/seeds{{seeds}}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
        gpu=0,
    params:
        runs=lambda wildcards: plan(wildcards).diagnosed(**wildcards),
        fgsm=lambda wildcards: plan(wildcards).diagnosis_params(wildcards.dataset),
    script:
        "../scripts/diagnose.py"
