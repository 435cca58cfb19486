localrules:
    tadros_fig_search,
    tadros_fig_own_search,


rule tadros_tune:
    """One search for parameters of sleep, over the controls of MNIST; what an interrupted one has evaluated is kept."""
    input:
        dataset=MNIST,
        controls=lambda wildcards: TADROS.models(MODEL, tadros.searched(TADROS, wildcards.search)),
        code=code("tune", of="papers/tadros"),
    output:
        history=f"{RESULTS}/tadros/search/{{search}}/history.csv",
        found=f"{RESULTS}/tadros/search/{{search}}/found.yaml",
    log:
        f"logs/tadros_tune/{config['scale']}/{{search}}.log",
    benchmark:
        f"benchmarks/tadros_tune/{config['scale']}/{{search}}.tsv"
    conda:
        "../../../envs/torch.yaml"
    # the numbers do not depend on it: each sleep and each attack is computed on one
    threads: 16  # Snakemake lowers it to the cores that there are
    resources:
        mem_mb=grown(6000),
        runtime=grown(240),
        gpu=0,
    params:
        search=lambda wildcards: tadros.search_params(TADROS, wildcards.search),
        runs=lambda wildcards: tadros.searched(TADROS, wildcards.search),
        starts=lambda wildcards: tadros.search_starts(TADROS, wildcards.search),
    script:
        "scripts/tune.py"


rule tadros_rescore:
    """What a search found, on other training images, on the networks that a search sees and others, and under other orders of
    the images slept over."""
    input:
        dataset=rules.tadros_tune.input.dataset,
        found=rules.tadros_tune.output.found,
        controls=TADROS.models(MODEL, tadros.searched(TADROS)),
        unseen=[tadros.unseen_batch(TADROS, MODEL)],
        code=code("rescore", of="papers/tadros"),
    output:
        table=f"{RESULTS}/tadros/search/{{search}}/rescored.csv",
    log:
        f"logs/tadros_rescore/{config['scale']}/{{search}}.log",
    benchmark:
        f"benchmarks/tadros_rescore/{config['scale']}/{{search}}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 16  # Snakemake lowers it to the cores that there are
    resources:
        mem_mb=grown(6000),
        runtime=grown(120),
        gpu=0,
    params:
        search=lambda wildcards: tadros.search_params(TADROS, wildcards.search),
        seen=tadros.searched(TADROS),
        unseen=tadros.unseen(TADROS),
        rescored=TADROS.config["search"]["rescored"],
    script:
        "scripts/rescore.py"


rule tadros_fig_search:
    """The searches whose parameters the config has: every evaluation, and what the best gives on other images and orders."""
    input:
        histories=expand(f"{SEARCHED}/{{search}}_history.csv", search=SEARCHES),
        rescored=expand(f"{SEARCHED}/{{search}}_rescored.csv", search=SEARCHES),
        code=code("fig_search", of="papers/tadros"),
    output:
        pdf=f"{REPORTS}/tadros/figures/fig_search.pdf",
        png=report(
            f"{REPORTS}/tadros/figures/fig_search.png", caption="report/fig_search.rst", category="Figures"
        ),
        csv=f"{REPORTS}/tadros/figures/fig_search.csv",
    log:
        f"logs/tadros_fig_search/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_fig_search/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        searches=SEARCHES,
    script:
        "scripts/fig_search.py"


use rule tadros_fig_search as tadros_fig_own_search with:
    input:
        histories=expand(rules.tadros_tune.output.history, search=TADROS.config["search"]["searches"]),
        rescored=expand(rules.tadros_rescore.output.table, search=TADROS.config["search"]["searches"]),
        code=rules.tadros_fig_search.input.code,
    output:
        pdf=f"{RESULTS}/tadros/search/fig_search.pdf",
        png=f"{RESULTS}/tadros/search/fig_search.png",
        csv=f"{RESULTS}/tadros/search/fig_search.csv",
    log:
        f"logs/tadros_fig_own_search/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_fig_own_search/{config['scale']}.tsv"
    params:
        searches=TADROS.config["search"]["searches"],
