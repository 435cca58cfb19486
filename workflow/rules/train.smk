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
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
        gpu=GPU,
    params:
        defence=defence_params,
    script:
        "../scripts/train.py"
