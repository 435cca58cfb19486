"""Networks as wide as those of Pham et al. 2021, of one seed, which are made on request alone."""

WIDE = bnn.wide(BNN)
WIDE_LEARNT = f"{RESULTS}/bnn/wide/learnt/{{grid}}/{{member}}/seed{{seed}}"


localrules:
    bnn_summarise_wide,
    bnn_fig_wide,


use rule bnn_learn as bnn_learn_wide with:
    output:
        learnt=f"{WIDE_LEARNT}.pt",
        time=f"{WIDE_LEARNT}_time.csv",
    log:
        f"logs/bnn_learn_wide/{config['scale']}/{{grid}}/{{member}}/seed{{seed}}.log",
    benchmark:
        f"benchmarks/bnn_learn_wide/{config['scale']}/{{grid}}/{{member}}/seed{{seed}}.tsv"
    wildcard_constraints:
        grid=one_of(WIDE.config["grids"]),
    params:
        tasks=WIDE.config["tasks"],
        network=lambda wildcards: bnn.parameters(WIDE.config, wildcards.grid, int(wildcards.member)),


use rule bnn_evaluate as bnn_evaluate_wide with:
    input:
        dataset=BNN.data_file(DATASET, bnn.MNIST),
        learnt=lambda wildcards: bnn.paths(
            rules.bnn_learn_wide.output.learnt, bnn.runs(WIDE, [wildcards.grid])
        ),
        code=code("evaluate", of="papers/bnn"),
    output:
        flags=f"{RESULTS}/bnn/wide/evaluated/{{grid}}.npz",
        networks=f"{RESULTS}/bnn/wide/evaluated/{{grid}}_networks.csv",
    log:
        f"logs/bnn_evaluate_wide/{config['scale']}/{{grid}}.log",
    benchmark:
        f"benchmarks/bnn_evaluate_wide/{config['scale']}/{{grid}}.tsv"
    wildcard_constraints:
        grid=one_of(WIDE.config["grids"]),
    params:
        tasks=WIDE.config["tasks"],
        runs=lambda wildcards: bnn.runs(WIDE, [wildcards.grid]),


use rule bnn_summarise as bnn_summarise_wide with:
    input:
        flags=bnn.paths(rules.bnn_evaluate_wide.output.flags, bnn.read_runs(WIDE)),
        code=code("summarise", of="papers/bnn"),
    output:
        levels=f"{RESULTS}/bnn/summary/wide_clean.csv",
        contrasts=f"{RESULTS}/bnn/summary/wide_contrasts.csv",
    log:
        f"logs/bnn_summarise_wide/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_summarise_wide/{config['scale']}.tsv"
    params:
        runs=bnn.read_runs(WIDE),
        contrasts=WIDE.config["contrasts"],
        tasks=WIDE.config["tasks"]["number"],
        clean=None,


rule bnn_fig_wide:
    """Accuracy on each task after the last, of networks as wide as the reports', by whose BatchNorm."""
    input:
        levels=rules.bnn_summarise_wide.output.levels,
        contrasts=rules.bnn_summarise_wide.output.contrasts,
        printed=project_file("workflow/papers/bnn/reference/fig_1.csv"),
        code=code("fig_wide", of="papers/bnn"),
    output:
        pdf=f"{REPORTS}/bnn/figures/fig_wide.pdf",
        png=report(
            f"{REPORTS}/bnn/figures/fig_wide.png", caption="report/fig_wide.rst", category="Pham et al."
        ),
        csv=f"{REPORTS}/bnn/figures/fig_wide.csv",
    log:
        f"logs/bnn_fig_wide/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_fig_wide/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        tasks=WIDE.config["tasks"]["number"],
        widths=WIDE.config["sizes"]["widths"],
    script:
        "scripts/fig_wide.py"
