localrules:
    tadros_fig_8,
    tadros_fig_9,
    tadros_fig_10,
    tadros_fig_11,
    tadros_fig_12,
    tadros_fig_sleep,
    tadros_fig_pruning,


rule tadros_fig_8:
    """Figure 8: how the correlations of the digits' hidden activity differ from the control's, of undistorted images."""
    input:
        table=rules.tadros_summarise_correlations.output.table,
        code=code("fig_8", of="papers/tadros"),
    output:
        pdf=f"{REPORTS}/tadros/figures/fig_8.pdf",
        png=report(f"{REPORTS}/tadros/figures/fig_8.png", caption="report/fig_8.rst", category="Figures"),
        csv=f"{REPORTS}/tadros/figures/fig_8.csv",
        readings=expand(f"{REPORTS}/tadros/figures/fig_8/{{reading}}.png", reading=TADROS.config["readings"]),
    log:
        f"logs/tadros_fig_8/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_fig_8/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        images="clean",
    script:
        "scripts/fig_8.py"


use rule tadros_fig_8 as tadros_fig_9 with:  # of noisy images
    output:
        pdf=f"{REPORTS}/tadros/figures/fig_9.pdf",
        png=report(f"{REPORTS}/tadros/figures/fig_9.png", caption="report/fig_9.rst", category="Figures"),
        csv=f"{REPORTS}/tadros/figures/fig_9.csv",
        readings=expand(f"{REPORTS}/tadros/figures/fig_9/{{reading}}.png", reading=TADROS.config["readings"]),
    log:
        f"logs/tadros_fig_9/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_fig_9/{config['scale']}.tsv"
    params:
        images="noise",


use rule tadros_fig_8 as tadros_fig_10 with:  # of blurred images
    output:
        pdf=f"{REPORTS}/tadros/figures/fig_10.pdf",
        png=report(f"{REPORTS}/tadros/figures/fig_10.png", caption="report/fig_10.rst", category="Figures"),
        csv=f"{REPORTS}/tadros/figures/fig_10.csv",
        readings=expand(f"{REPORTS}/tadros/figures/fig_10/{{reading}}.png", reading=TADROS.config["readings"]),
    log:
        f"logs/tadros_fig_10/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_fig_10/{config['scale']}.tsv"
    params:
        images="blur",


rule tadros_fig_11:
    """Figure 11: firing rates of the neurons specific to each digit, before and after sleep, fed noisy images."""
    input:
        table=rules.tadros_summarise_responses.output.table,
        code=code("fig_11", of="papers/tadros"),
    output:
        pdf=f"{REPORTS}/tadros/figures/fig_11.pdf",
        png=report(f"{REPORTS}/tadros/figures/fig_11.png", caption="report/fig_11.rst", category="Figures"),
        csv=f"{REPORTS}/tadros/figures/fig_11.csv",
        readings=expand(f"{REPORTS}/tadros/figures/fig_11/{{reading}}.png", reading=TADROS.config["readings"]),
    log:
        f"logs/tadros_fig_11/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_fig_11/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    script:
        "scripts/fig_11.py"


rule tadros_fig_12:
    """Figure 12: activations of the neurons specific to each digit, before and after sleep, fed noisy images."""
    input:
        table=rules.tadros_summarise_responses.output.table,
        code=code("fig_12", of="papers/tadros"),
    output:
        pdf=f"{REPORTS}/tadros/figures/fig_12.pdf",
        png=report(f"{REPORTS}/tadros/figures/fig_12.png", caption="report/fig_12.rst", category="Figures"),
        csv=f"{REPORTS}/tadros/figures/fig_12.csv",
        readings=expand(f"{REPORTS}/tadros/figures/fig_12/{{reading}}.png", reading=TADROS.config["readings"]),
    log:
        f"logs/tadros_fig_12/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_fig_12/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    script:
        "scripts/fig_12.py"


rule tadros_fig_sleep:
    """What happens during sleep, for a newcomer: spikes, weights, accuracy and FGSM under the three rules of plasticity."""
    input:
        table=rules.tadros_summarise_sleep.output.table,
        code=code("fig_sleep", of="papers/tadros"),
    output:
        pdf=f"{REPORTS}/tadros/figures/fig_sleep.pdf",
        png=report(
            f"{REPORTS}/tadros/figures/fig_sleep.png", caption="report/fig_sleep.rst", category="Figures"
        ),
        csv=f"{REPORTS}/tadros/figures/fig_sleep.csv",
    log:
        f"logs/tadros_fig_sleep/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_fig_sleep/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        sleeps=tadros.sleep_params(TADROS, SLEPT),
    script:
        "scripts/fig_sleep.py"


rule tadros_fig_pruning:
    """Is sleep more than cutting out the neurons that slept? Sleep beside networks in which as many are cut."""
    input:
        levels=rules.tadros_summarise_pruning.output.levels,
        pairs=rules.tadros_summarise_pruning.output.pairs,
        code=code("fig_pruning", of="papers/tadros"),
    output:
        pdf=f"{REPORTS}/tadros/figures/fig_pruning.pdf",
        png=report(
            f"{REPORTS}/tadros/figures/fig_pruning.png", caption="report/fig_pruning.rst", category="Figures"
        ),
        csv=f"{REPORTS}/tadros/figures/fig_pruning.csv",
    log:
        f"logs/tadros_fig_pruning/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_fig_pruning/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        sleeps=TADROS.config["pruning"]["sleeps"],
    script:
        "scripts/fig_pruning.py"
