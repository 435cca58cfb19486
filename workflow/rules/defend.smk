rule defend:
    """A defended network of one seed, made from the control network of the same seed."""
    input:
        dataset=rules.test_order.input.dataset,
        base=base_model,
        code=lambda wildcards: code("defend", *defence_modules(wildcards)),
    output:
        model=f"{RESULTS}/models/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/model.pt",
        params=f"{RESULTS}/models/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/params.json",
        history=f"{RESULTS}/models/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/history.csv",
    log:
        f"logs/defend/{config['scale']}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}.log",
    benchmark:
        f"benchmarks/defend/{config['scale']}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}.tsv"
    wildcard_constraints:
        dataset=one_of(name for name in DATASETS if name not in TOGETHER),
        defence="|".join(name for name in config["defences"] if name != "control"),
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=120,
        gpu=GPU,
    params:
        seeds=lambda wildcards: [int(wildcards.seed)],
        defence=defence_params,
    script:
        "../scripts/defend.py"


use rule defend as defend_together with:
    input:
        base=base_models,
        dataset=rules.defend.input.dataset,
        code=rules.defend.input.code,
    output:
        model=together(rules.defend.output.model),
        params=together(rules.defend.output.params),
        history=together(rules.defend.output.history),
    log:
        one_log(rules.defend.log[0]),
    benchmark:
        one_log(rules.defend.benchmark)
    wildcard_constraints:
        dataset=one_of(TOGETHER),
        defence="|".join(name for name in config["defences"] if name != "control"),
    params:
        seeds=TOGETHER_SEEDS,
        defence=defence_params,
