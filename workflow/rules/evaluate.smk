rule attack:
    """One attack variant on one network: what happened to every example."""
    input:
        model=f"{RESULTS}/models/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/model.pt",
        source=source_models,
        dataset=f"{RESULTS}/data/{{dataset}}/dataset.npz",
        order=rules.test_order.output.order,
        code=lambda wildcards: code("attack", f"attacks.{wildcards.attack}"),
    output:
        arrays=f"{RESULTS}/attacks/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/{{attack}}/{{attack_variant}}.npz",
    log:
        f"logs/attack/{config['scale']}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/{{attack}}/{{attack_variant}}.log",
    benchmark:
        f"benchmarks/attack/{config['scale']}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/{{attack}}/{{attack_variant}}.tsv"
    wildcard_constraints:
        dataset=one_of(name for name in DATASETS if name not in TOGETHER),
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=120,
        gpu=GPU,
    params:
        seeds=lambda wildcards: [int(wildcards.seed)],
        attack=attack_params,
    script:
        "../scripts/attack.py"


use rule attack as attack_together with:
    input:
        model=together(rules.attack.input.model),
        source=source_models,
        dataset=rules.attack.input.dataset,
        order=rules.attack.input.order,
        code=rules.attack.input.code,
    output:
        arrays=together(rules.attack.output.arrays),
    log:
        one_log(rules.attack.log[0]),
    benchmark:
        one_log(rules.attack.benchmark)
    wildcard_constraints:
        dataset=one_of(BY_SEEDS),
    params:
        seeds=TOGETHER_SEEDS,
        attack=attack_params,


use rule attack as attack_networks with:
    input:
        model=networks_together(rules.attack.input.model),
        source=source_models,
        dataset=rules.attack.input.dataset,
        order=rules.attack.input.order,
        code=rules.attack.input.code,
    output:
        arrays=networks_together(rules.attack.output.arrays),
    log:
        networks_log(rules.attack.log[0]),
    benchmark:
        networks_log(rules.attack.benchmark)
    wildcard_constraints:
        dataset=one_of(BY_NETWORKS),
    params:
        seeds=TOGETHER_SEEDS * len(NETWORKS),
        attack=attack_params,


rule diagnose:
    """What tells whether the attacks on one network are at fault: transfer from the control, scale of the logits."""
    input:
        model=rules.attack.input.model,
        control=rules.attack.input.model.replace("{defence}/{variant}", f"control/{CONTROL}"),
        dataset=rules.attack.input.dataset,
        order=rules.attack.input.order,
        code=code("diagnose"),
    output:
        arrays=f"{RESULTS}/attacks/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}/diagnosis/fgsm.npz",
    log:
        f"logs/diagnose/{config['scale']}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}.log",
    benchmark:
        f"benchmarks/diagnose/{config['scale']}/{{dataset}}/{{defence}}/{{variant}}/seed{{seed}}.tsv"
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
        fgsm=diagnosis_params,
    script:
        "../scripts/diagnose.py"


use rule diagnose as diagnose_together with:
    input:
        model=together(rules.diagnose.input.model),
        control=together(rules.diagnose.input.control),
        dataset=rules.diagnose.input.dataset,
        order=rules.diagnose.input.order,
        code=rules.diagnose.input.code,
    output:
        arrays=together(rules.diagnose.output.arrays),
    log:
        one_log(rules.diagnose.log[0]),
    benchmark:
        one_log(rules.diagnose.benchmark)
    wildcard_constraints:
        dataset=one_of(BY_SEEDS),
    params:
        seeds=TOGETHER_SEEDS,
        fgsm=diagnosis_params,


use rule diagnose as diagnose_networks with:
    input:
        model=networks_together(rules.diagnose.input.model),
        control=together(rules.diagnose.input.control) * len(NETWORKS),
        dataset=rules.diagnose.input.dataset,
        order=rules.diagnose.input.order,
        code=rules.diagnose.input.code,
    output:
        arrays=networks_together(rules.diagnose.output.arrays),
    log:
        networks_log(rules.diagnose.log[0]),
    benchmark:
        networks_log(rules.diagnose.benchmark)
    wildcard_constraints:
        dataset=one_of(BY_NETWORKS),
    params:
        seeds=TOGETHER_SEEDS * len(NETWORKS),
        fgsm=diagnosis_params,


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
        distortion=distortion_params,
    script:
        "../scripts/distort.py"


use rule distort as distort_together with:
    input:
        model=together(rules.distort.input.model),
        dataset=rules.distort.input.dataset,
        order=rules.distort.input.order,
        code=rules.distort.input.code,
    output:
        table=together(rules.distort.output.table),
    log:
        one_log(rules.distort.log[0]),
    benchmark:
        one_log(rules.distort.benchmark)
    wildcard_constraints:
        dataset=one_of(BY_SEEDS),
    params:
        seeds=TOGETHER_SEEDS,
        distortion=distortion_params,


use rule distort as distort_networks with:
    input:
        model=networks_together(rules.distort.input.model),
        dataset=rules.distort.input.dataset,
        order=rules.distort.input.order,
        code=rules.distort.input.code,
    output:
        table=networks_together(rules.distort.output.table),
    log:
        networks_log(rules.distort.log[0]),
    benchmark:
        networks_log(rules.distort.benchmark)
    wildcard_constraints:
        dataset=one_of(BY_NETWORKS),
    params:
        seeds=TOGETHER_SEEDS * len(NETWORKS),
        distortion=distortion_params,
