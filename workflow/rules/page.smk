SHOWN = {
    "table_1": rules.table_1.output,
    "fig_1": rules.fig_1.output,
    "fig_2": rules.fig_2.output,
    "fig_7": rules.fig_7.output,
    "table_fgsm": rules.table_fgsm.output,
    "table_2": rules.table_2.output,
    "table_3": rules.table_3.output,
}


rule page:
    """One page with every table and figure, their captions, commands and numbers; opens from disk."""
    input:
        shown=SHOWN.values(),
        captions=[f"workflow/report/{name}.rst" for name in SHOWN],
        template="workflow/report/page.html.j2",
        code=code("page"),
    output:
        page=f"{REPORTS}/index.html",
    log:
        f"logs/page/{config['scale']}.log",
    benchmark:
        f"benchmarks/page/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        shown=list(SHOWN),
    script:
        "../scripts/page.py"
