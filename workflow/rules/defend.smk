rule defend:
    """A defended network of one seed, made from the control network of the same seed."""
    input:
        dataset=rules.test_order.input.dataset,
        base=rules.train.output.model.replace("{variant}", CONTROL),
        code=lambda wildcards: code("defend", f"defences.{wildcards.defence}"),
    output:
        model=f"{RESULTS}/models/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/model.pt",
        params=f"{RESULTS}/models/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/params.json",
        history=f"{RESULTS}/models/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/history.csv",
    log:
        f"logs/defend/{config['scale']}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}.log",
    benchmark:
        f"benchmarks/defend/{config['scale']}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}.tsv"
    wildcard_constraints:
        defence="|".join(name for name in config["defences"] if name != "control"),
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=120,
        gpu=GPU,
    params:
        defence=defence_params,
    script:
        "../scripts/defend.py"
