rule train:
    """The control networks of a batch: bias-free, ReLU, trained as the released code does (Table 2)."""
    input:
        dataset=rules.test_order.input.dataset,
        code=code("train"),
    output:
        model=MODEL,
        facts=f"{RESULTS}/models/{{dataset}}/{{networks}}/seeds{{seeds}}.json",
    log:
        f"logs/train/{config['scale']}/{{dataset}}/{{networks}}/seeds{{seeds}}.log",
    benchmark:
        f"benchmarks/train/{config['scale']}/{{dataset}}/{{networks}}/seeds{{seeds}}.tsv"
    wildcard_constraints:
        networks=r"control/\w+",
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
        gpu=0,
    params:
        networks=lambda wildcards: PLAN.fits(**wildcards),
    script:
        "../scripts/train.py"
