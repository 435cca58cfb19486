localrules:
    fig_coverage,
    fig_own_coverage,


rule pool:
    """The networks of one seed of the pool by which the coverage of intervals is measured, and what they give on every example."""
    input:
        dataset=rules.mnist.output.dataset,
        order=rules.test_order.output.order.format(dataset="mnist"),
        code=code(
            "pool",
            *[f"defences.{defence}" for defence in config["coverage"]["networks"]],
            *analyses.measure_modules(PLAN, "coverage"),
        ),
    output:
        arrays=f"{RESULTS}/coverage/seed{{seed}}.npz",
    log:
        f"logs/pool/{config['scale']}/seed{{seed}}.log",
    benchmark:
        f"benchmarks/pool/{config['scale']}/seed{{seed}}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=120,
        gpu=0,
    params:
        pool=analyses.pool_params(PLAN),
    script:
        "../scripts/pool.py"


rule summarise_coverage:
    """How often intervals hold what they are of, in experiments with a few networks of the pool and in simulated ones."""
    input:
        pool=expand(rules.pool.output.arrays, seed=config["coverage"]["seeds"]),
        code=code("summarise_coverage"),
    output:
        table=f"{RESULTS}/coverage/coverage.csv",
    log:
        f"logs/summarise_coverage/{config['scale']}.log",
    benchmark:
        f"benchmarks/summarise_coverage/{config['scale']}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=120,
    params:
        coverage={key: config["coverage"][key] for key in ("numbers", "draws", "simulated")},
        networks=list(map("/".join, analyses.pool_networks(PLAN))),
        measures=analyses.pool_params(PLAN)["measures"],
    script:
        "../scripts/summarise_coverage.py"


rule fig_coverage:
    """How often our intervals of 95 % hold what they are of: the table that the project keeps."""
    input:
        table=COVERAGE,
        code=code("fig_coverage"),
    output:
        pdf=f"{REPORTS}/figures/fig_coverage.pdf",
        png=report(
            f"{REPORTS}/figures/fig_coverage.png", caption="../report/fig_coverage.rst", category="Figures"
        ),
        csv=f"{REPORTS}/figures/fig_coverage.csv",
    log:
        f"logs/fig_coverage/{config['scale']}.log",
    benchmark:
        f"benchmarks/fig_coverage/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    script:
        "../scripts/fig_coverage.py"


use rule fig_coverage as fig_own_coverage with:
    input:
        table=rules.summarise_coverage.output.table,
        code=rules.fig_coverage.input.code,
    output:
        pdf=f"{RESULTS}/coverage/fig_coverage.pdf",
        png=f"{RESULTS}/coverage/fig_coverage.png",
        csv=f"{RESULTS}/coverage/fig_coverage.csv",
    log:
        f"logs/fig_own_coverage/{config['scale']}.log",
    benchmark:
        f"benchmarks/fig_own_coverage/{config['scale']}.tsv"
