rule attack:
    """One attack variant on one network: what happened to every example."""
    input:
        model=f"{RESULTS}/models/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/model.pt",
        dataset=f"{RESULTS}/data/{{dataset}}/dataset.npz",
        order=rules.test_order.output.order,
        code=lambda wildcards: code("data", f"attacks.{wildcards.attack}"),
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
        attack=lambda wildcards: config["attacks"][wildcards.attack][wildcards.attack_variant],
    script:
        "../scripts/attack.py"
