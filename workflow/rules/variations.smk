localrules:
    summarise_leak,
    fig_leak,
    summarise_undertrained,
    fig_undertrained,


rule leak:
    """One network's sleep under leaks of other time constants and other resets."""
    input:
        controls=lambda wildcards: PLAN.models(MODEL, analyses.controls(PLAN, [int(wildcards.seed)])),
        dataset=rules.mnist.output.dataset,
        order=rules.test_order.output.order.format(dataset="mnist"),
        code=code("leak"),
    output:
        arrays=f"{RESULTS}/leak/mnist/seed{{seed}}.npz",
    log:
        f"logs/leak/{config['scale']}/seed{{seed}}.log",
    benchmark:
        f"benchmarks/leak/{config['scale']}/seed{{seed}}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
        gpu=0,
    params:
        sleep=PLAN.params("defences", "sleep", config["analyses"]["leak"]["sleep"], "mnist"),
        control=lambda wildcards: analyses.control_key(PLAN, wildcards.seed),
        analysis=config["analyses"]["leak"],
    script:
        "../scripts/leak.py"


rule summarise_leak:
    """What each leak and reset gives, of each network and as means, each number with n and interval."""
    input:
        runs=expand(rules.leak.output.arrays, seed=config["datasets"]["mnist"]["seeds"]),
        code=code("summarise_leak"),
    output:
        table=f"{RESULTS}/summary/mnist_leak.csv",
    log:
        f"logs/summarise_leak/{config['scale']}.log",
    benchmark:
        f"benchmarks/summarise_leak/{config['scale']}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        seeds=config["datasets"]["mnist"]["seeds"],
    script:
        "../scripts/summarise_leak.py"


rule fig_leak:
    """What sleep does against the time constant of its leak, which is not printed."""
    input:
        table=rules.summarise_leak.output.table,
        code=code("fig_leak"),
    output:
        pdf=f"{REPORTS}/figures/fig_leak.pdf",
        png=report(f"{REPORTS}/figures/fig_leak.png", caption="../report/fig_leak.rst", category="Figures"),
        csv=f"{REPORTS}/figures/fig_leak.csv",
    log:
        f"logs/fig_leak/{config['scale']}.log",
    benchmark:
        f"benchmarks/fig_leak/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    script:
        "../scripts/fig_leak.py"


rule undertrain:
    """Controls that were trained for other lengths, and asleep, under FGSM."""
    input:
        controls=lambda wildcards: PLAN.models(
            MODEL, PLAN.batch(networks=f"control/{PLAN.control}", **wildcards)
        ),
        dataset=rules.test_order.input.dataset,
        order=rules.test_order.output.order,
        code=code("undertrain"),
    output:
        arrays=f"{RESULTS}/undertrained/{{dataset}}/seeds{{seeds}}.npz",
    log:
        f"logs/undertrain/{config['scale']}/{{dataset}}/seeds{{seeds}}.log",
    benchmark:
        f"benchmarks/undertrain/{config['scale']}/{{dataset}}/seeds{{seeds}}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
        gpu=0,
    params:
        runs=lambda wildcards: PLAN.batch(networks=f"control/{PLAN.control}", **wildcards),
        training=lambda wildcards: config["datasets"][wildcards.dataset]["training"],
        lengths=lambda wildcards: config["undertrained"]["lengths"][wildcards.dataset],
        sleeps=lambda wildcards: analyses.undertrained_sleeps(PLAN, wildcards.dataset),
        analysis={key: config["undertrained"][key] for key in ("strengths", "attack", "examples")},
    script:
        "../scripts/undertrain.py"


rule summarise_undertrained:
    """Controls that were trained for other lengths, and what each sleep gains, each number with n and interval."""
    input:
        runs=PLAN.files(rules.undertrain.output.arrays, analyses.undertrained_runs(PLAN)),
        code=code("summarise_undertrained"),
    output:
        table=f"{RESULTS}/summary/undertrained.csv",
    log:
        f"logs/summarise_undertrained/{config['scale']}.log",
    benchmark:
        f"benchmarks/summarise_undertrained/{config['scale']}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        runs=analyses.undertrained_runs(PLAN),
    script:
        "../scripts/summarise_undertrained.py"


rule fig_undertrained:
    """What sleep gains against how long its control was trained."""
    input:
        table=rules.summarise_undertrained.output.table,
        code=code("fig_undertrained"),
    output:
        pdf=f"{REPORTS}/figures/fig_undertrained.pdf",
        png=report(
            f"{REPORTS}/figures/fig_undertrained.png",
            caption="../report/fig_undertrained.rst",
            category="Figures",
        ),
        csv=f"{REPORTS}/figures/fig_undertrained.csv",
    log:
        f"logs/fig_undertrained/{config['scale']}.log",
    benchmark:
        f"benchmarks/fig_undertrained/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        epochs={name: own["training"]["epochs"] for name, own in config["datasets"].items()},
    script:
        "../scripts/fig_undertrained.py"
