rule train:
    """The control network of one seed: bias-free, ReLU, trained as the released code does (Table 2)."""
    input:
        dataset=rules.test_order.input.dataset,
        code=code("train"),
    output:
        model=f"{RESULTS}/models/{{dataset}}/control/{{variant}}/seed{{seed}}/model.pt",
        params=f"{RESULTS}/models/{{dataset}}/control/{{variant}}/seed{{seed}}/params.json",
        history=f"{RESULTS}/models/{{dataset}}/control/{{variant}}/seed{{seed}}/history.csv",
    log:
        f"logs/train/{config['scale']}/{{dataset}}/control/{{variant}}/seed{{seed}}.log",
    benchmark:
        f"benchmarks/train/{config['scale']}/{{dataset}}/control/{{variant}}/seed{{seed}}.tsv"
    wildcard_constraints:
        dataset=one_of(name for name in DATASETS if name not in TOGETHER),
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
        gpu=GPU,
    params:
        seeds=lambda wildcards: [int(wildcards.seed)],
        defence=defence_params,
    script:
        "../scripts/train.py"


use rule train as train_together with:
    input:
        dataset=rules.train.input.dataset,
        code=rules.train.input.code,
    output:
        model=together(rules.train.output.model),
        params=together(rules.train.output.params),
        history=together(rules.train.output.history),
    log:
        one_log(rules.train.log[0]),
    benchmark:
        one_log(rules.train.benchmark)
    wildcard_constraints:
        dataset=one_of(TOGETHER),
    params:
        seeds=TOGETHER_SEEDS,
        defence=defence_params,
