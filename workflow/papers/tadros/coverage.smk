localrules:
    tadros_fig_coverage,
    tadros_fig_own_coverage,


rule tadros_pool:
    """The networks of one seed of the pool by which the coverage of intervals is measured, and what they give on every example."""
    input:
        dataset=MNIST,
        order=MNIST_ORDER,
        code=code(
            "pool",
            *[f"defences.{defence}" for defence in TADROS.config["coverage"]["networks"]],
            *tadros.measure_modules(TADROS, "coverage"),
            of="papers/tadros",
        ),
    output:
        arrays=f"{RESULTS}/tadros/coverage/seed{{seed}}.npz",
    log:
        f"logs/tadros_pool/{config['scale']}/seed{{seed}}.log",
    benchmark:
        f"benchmarks/tadros_pool/{config['scale']}/seed{{seed}}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(120),
        gpu=0,
    params:
        pool=tadros.pool_params(TADROS),
    script:
        "scripts/pool.py"


rule tadros_summarise_coverage:
    """How often intervals hold what they are of, in experiments with a few networks of the pool and in simulated ones."""
    input:
        pool=expand(rules.tadros_pool.output.arrays, seed=TADROS.config["coverage"]["seeds"]),
        code=code("summarise_coverage", of="papers/tadros"),
    output:
        table=f"{RESULTS}/tadros/coverage/coverage.csv",
    log:
        f"logs/tadros_summarise_coverage/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_summarise_coverage/{config['scale']}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(120),
    params:
        coverage={key: TADROS.config["coverage"][key] for key in ("numbers", "draws", "simulated")},
        networks=list(map("/".join, tadros.pool_networks(TADROS))),
        measures=tadros.pool_params(TADROS)["measures"],
    script:
        "scripts/summarise_coverage.py"


rule tadros_fig_coverage:
    """How often our intervals of 95 % hold what they are of: the table that the project keeps."""
    input:
        table=COVERAGE,
        code=code("fig_coverage", of="papers/tadros"),
    output:
        pdf=f"{REPORTS}/tadros/figures/fig_coverage.pdf",
        png=report(
            f"{REPORTS}/tadros/figures/fig_coverage.png",
            caption="report/fig_coverage.rst",
            category="Figures",
        ),
        csv=f"{REPORTS}/tadros/figures/fig_coverage.csv",
    log:
        f"logs/tadros_fig_coverage/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_fig_coverage/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    script:
        "scripts/fig_coverage.py"


use rule tadros_fig_coverage as tadros_fig_own_coverage with:
    input:
        table=rules.tadros_summarise_coverage.output.table,
        code=rules.tadros_fig_coverage.input.code,
    output:
        pdf=f"{RESULTS}/tadros/coverage/fig_coverage.pdf",
        png=f"{RESULTS}/tadros/coverage/fig_coverage.png",
        csv=f"{RESULTS}/tadros/coverage/fig_coverage.csv",
    log:
        f"logs/tadros_fig_own_coverage/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_fig_own_coverage/{config['scale']}.tsv"
