localrules:
    fig_search,
    fig_own_search,


rule tune:
    """One search for parameters of sleep, over the controls of MNIST; what an interrupted one has evaluated is kept."""
    input:
        dataset=f"{RESULTS}/data/mnist/dataset.npz",
        controls=lambda wildcards: PLAN.models(MODEL, analyses.searched(PLAN, wildcards.search)),
        code=code("tune"),
    output:
        history=f"{RESULTS}/search/{{search}}/history.csv",
        found=f"{RESULTS}/search/{{search}}/found.yaml",
    log:
        f"logs/tune/{config['scale']}/{{search}}.log",
    benchmark:
        f"benchmarks/tune/{config['scale']}/{{search}}.tsv"
    conda:
        "../../envs/torch.yaml"
    # the numbers do not depend on it: each sleep and each attack is computed on one
    threads: 16  # Snakemake lowers it to the cores that there are
    resources:
        mem_mb=6000,
        runtime=240,
        gpu=0,
    params:
        search=lambda wildcards: analyses.search_params(PLAN, wildcards.search),
        runs=lambda wildcards: analyses.searched(PLAN, wildcards.search),
        starts=lambda wildcards: analyses.search_starts(PLAN, wildcards.search),
    script:
        "../scripts/tune.py"


rule rescore:
    """What a search found, on other training images, on the networks that a search sees and others, and under other orders of
    the images slept over."""
    input:
        dataset=rules.tune.input.dataset,
        found=rules.tune.output.found,
        controls=PLAN.models(MODEL, analyses.searched(PLAN)),
        unseen=analyses.unseen_batch(PLAN, MODEL),
        code=code("rescore"),
    output:
        table=f"{RESULTS}/search/{{search}}/rescored.csv",
    log:
        f"logs/rescore/{config['scale']}/{{search}}.log",
    benchmark:
        f"benchmarks/rescore/{config['scale']}/{{search}}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 16  # Snakemake lowers it to the cores that there are
    resources:
        mem_mb=6000,
        runtime=120,
        gpu=0,
    params:
        search=lambda wildcards: analyses.search_params(PLAN, wildcards.search),
        seen=analyses.searched(PLAN),
        unseen=analyses.unseen(PLAN),
        rescored=config["search"]["rescored"],
    script:
        "../scripts/rescore.py"


rule fig_search:
    """The searches whose parameters the config has: every evaluation, and what the best gives on other images and orders."""
    input:
        histories=expand(f"{SEARCHED}/{{search}}_history.csv", search=SEARCHES),
        rescored=expand(f"{SEARCHED}/{{search}}_rescored.csv", search=SEARCHES),
        code=code("fig_search"),
    output:
        pdf=f"{REPORTS}/figures/fig_search.pdf",
        png=report(
            f"{REPORTS}/figures/fig_search.png", caption="../report/fig_search.rst", category="Figures"
        ),
        csv=f"{REPORTS}/figures/fig_search.csv",
    log:
        f"logs/fig_search/{config['scale']}.log",
    benchmark:
        f"benchmarks/fig_search/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        searches=SEARCHES,
    script:
        "../scripts/fig_search.py"


use rule fig_search as fig_own_search with:
    input:
        histories=expand(rules.tune.output.history, search=config["search"]["searches"]),
        rescored=expand(rules.rescore.output.table, search=config["search"]["searches"]),
        code=rules.fig_search.input.code,
    output:
        pdf=f"{RESULTS}/search/fig_search.pdf",
        png=f"{RESULTS}/search/fig_search.png",
        csv=f"{RESULTS}/search/fig_search.csv",
    log:
        f"logs/fig_own_search/{config['scale']}.log",
    benchmark:
        f"benchmarks/fig_own_search/{config['scale']}.tsv"
    params:
        searches=config["search"]["searches"],
