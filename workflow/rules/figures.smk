rule fig_1:
    """Figure 1: accuracy under FGSM against ε."""
    input:
        fgsm=expand(rules.summarise_attack.output.table, dataset=config["datasets"], attack="fgsm"),
        original="workflow/reference/original_program.csv",
        code=code("plots.fig_1"),
    output:
        pdf=f"{REPORTS}/figures/fig_1.pdf",
        png=report(f"{REPORTS}/figures/fig_1.png", caption="../report/fig_1.rst", category="Figures"),
        csv=f"{REPORTS}/figures/fig_1.csv",
    log:
        f"logs/fig_1/{config['scale']}.log",
    benchmark:
        f"benchmarks/fig_1/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        readings=config["readings"],
    script:
        "../scripts/fig_1.py"
