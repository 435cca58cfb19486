rule attack:
    """One attack variant on one network: what happened to every example."""
    input:
        model=f"{RESULTS}/models/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/model.pt",
        dataset=f"{RESULTS}/data/{{dataset}}/dataset.npz",
        order=rules.test_order.output.order,
        code=lambda wildcards: code("attack", f"attacks.{wildcards.attack}"),
    output:
        arrays=f"{RESULTS}/attacks/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/{{attack}}/{{attack_variant}}.npz",
    log:
        f"logs/attack/{config['scale']}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/{{attack}}/{{attack_variant}}.log",
    benchmark:
        f"benchmarks/attack/{config['scale']}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/{{attack}}/{{attack_variant}}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=120,
        gpu=GPU,
    params:
        attack=attack_params,
    script:
        "../scripts/attack.py"


rule distort:
    """One distortion of the test examples, at every strength: which of them one network classifies right."""
    input:
        model=f"{RESULTS}/models/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/model.pt",
        dataset=f"{RESULTS}/data/{{dataset}}/dataset.npz",
        order=rules.test_order.output.order,
        code=lambda wildcards: code("distort", f"distortions.{wildcards.distortion}"),
    output:
        table=f"{RESULTS}/distortions/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/{{distortion}}/{{distortion_variant}}.csv",
    log:
        f"logs/distort/{config['scale']}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/{{distortion}}/{{distortion_variant}}.log",
    benchmark:
        f"benchmarks/distort/{config['scale']}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/{{distortion}}/{{distortion_variant}}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
        gpu=GPU,
    params:
        distortion=distortion_params,
    script:
        "../scripts/distort.py"
