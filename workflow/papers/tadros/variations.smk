localrules:
    tadros_summarise_leak,
    tadros_fig_leak,
    tadros_summarise_undertrained,
    tadros_fig_undertrained,


rule tadros_leak:
    """One network's sleep under leaks of other time constants and other resets."""
    input:
        controls=lambda wildcards: TADROS.models(MODEL, tadros.controls(TADROS, [int(wildcards.seed)])),
        dataset=MNIST,
        order=MNIST_ORDER,
        code=code("leak", of="papers/tadros"),
    output:
        arrays=f"{RESULTS}/tadros/leak/mnist/seed{{seed}}.npz",
    log:
        f"logs/tadros_leak/{config['scale']}/seed{{seed}}.log",
    benchmark:
        f"benchmarks/tadros_leak/{config['scale']}/seed{{seed}}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
        gpu=0,
    params:
        sleep=TADROS.params("defences", "sleep", TADROS.config["analyses"]["leak"]["sleep"], "mnist"),
        control=lambda wildcards: tadros.control_key(TADROS, wildcards.seed),
        analysis=TADROS.config["analyses"]["leak"],
    script:
        "scripts/leak.py"


rule tadros_summarise_leak:
    """What each leak and reset gives, of each network and as means, each number with n and interval."""
    input:
        runs=expand(rules.tadros_leak.output.arrays, seed=TADROS.seeds("mnist")),
        code=code("summarise_leak", of="papers/tadros"),
    output:
        table=f"{RESULTS}/tadros/summary/mnist_leak.csv",
    log:
        f"logs/tadros_summarise_leak/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_summarise_leak/{config['scale']}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(30),
    params:
        seeds=TADROS.seeds("mnist"),
    script:
        "scripts/summarise_leak.py"


rule tadros_fig_leak:
    """What sleep does against the time constant of its leak, which is not printed."""
    input:
        table=rules.tadros_summarise_leak.output.table,
        code=code("fig_leak", of="papers/tadros"),
    output:
        pdf=f"{REPORTS}/tadros/figures/fig_leak.pdf",
        png=report(
            f"{REPORTS}/tadros/figures/fig_leak.png", caption="report/fig_leak.rst", category="Figures"
        ),
        csv=f"{REPORTS}/tadros/figures/fig_leak.csv",
    log:
        f"logs/tadros_fig_leak/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_fig_leak/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    script:
        "scripts/fig_leak.py"


rule tadros_undertrain:
    """Controls that were trained for other lengths, and asleep, under FGSM."""
    input:
        controls=lambda wildcards: TADROS.models(
            MODEL, TADROS.batch(networks=f"control/{TADROS.control}", **wildcards)
        ),
        dataset=lambda wildcards: TADROS.data_file(DATASET, **wildcards),
        order=lambda wildcards: TADROS.data_file(rules.test_order.output.order, **wildcards),
        code=code("undertrain", of="papers/tadros"),
    output:
        arrays=f"{RESULTS}/tadros/undertrained/{{dataset}}/seeds{{seeds}}.npz",
    log:
        f"logs/tadros_undertrain/{config['scale']}/{{dataset}}/seeds{{seeds}}.log",
    benchmark:
        f"benchmarks/tadros_undertrain/{config['scale']}/{{dataset}}/seeds{{seeds}}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
        gpu=0,
    params:
        runs=lambda wildcards: TADROS.batch(networks=f"control/{TADROS.control}", **wildcards),
        training=lambda wildcards: TADROS.config["datasets"][wildcards.dataset]["training"],
        lengths=lambda wildcards: TADROS.config["undertrained"]["lengths"][wildcards.dataset],
        sleeps=lambda wildcards: tadros.undertrained_sleeps(TADROS, wildcards.dataset),
        analysis={key: TADROS.config["undertrained"][key] for key in ("strengths", "attack", "examples")},
    script:
        "scripts/undertrain.py"


rule tadros_summarise_undertrained:
    """Controls that were trained for other lengths, and what each sleep gains, each number with n and interval."""
    input:
        runs=TADROS.files(rules.tadros_undertrain.output.arrays, tadros.undertrained_runs(TADROS)),
        code=code("summarise_undertrained", of="papers/tadros"),
    output:
        table=f"{RESULTS}/tadros/summary/undertrained.csv",
    log:
        f"logs/tadros_summarise_undertrained/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_summarise_undertrained/{config['scale']}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(30),
    params:
        runs=tadros.undertrained_runs(TADROS),
    script:
        "scripts/summarise_undertrained.py"


rule tadros_fig_undertrained:
    """What sleep gains against how long its control was trained."""
    input:
        table=rules.tadros_summarise_undertrained.output.table,
        code=code("fig_undertrained", of="papers/tadros"),
    output:
        pdf=f"{REPORTS}/tadros/figures/fig_undertrained.pdf",
        png=report(
            f"{REPORTS}/tadros/figures/fig_undertrained.png",
            caption="report/fig_undertrained.rst",
            category="Figures",
        ),
        csv=f"{REPORTS}/tadros/figures/fig_undertrained.csv",
    log:
        f"logs/tadros_fig_undertrained/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_fig_undertrained/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        epochs={name: own["training"]["epochs"] for name, own in TADROS.config["datasets"].items()},
    script:
        "scripts/fig_undertrained.py"
