ALL_SHOWN = {
    "claims": rules.claims.output,
    "table_sentences": rules.table_sentences.output,
    "table_evidence": rules.table_evidence.output,
    "fig_sleep": rules.fig_sleep.output,
    "fig_pruning": rules.fig_pruning.output,
    "fig_leak": rules.fig_leak.output,
    "fig_undertrained": rules.fig_undertrained.output,
    "table_1": rules.table_1.output,
    "table_checks": rules.table_checks.output,
    "table_4": rules.table_4.output,
    "table_linf": rules.table_linf.output,
    "fig_search": rules.fig_search.output,
    "fig_coverage": rules.fig_coverage.output,
    "fig_1": rules.fig_1.output,
    "fig_2": rules.fig_2.output,
    "fig_3": rules.fig_3.output,
    "fig_4": rules.fig_4.output,
    "fig_5": rules.fig_5.output,
    "fig_6": rules.fig_6.output,
    "fig_7": rules.fig_7.output,
    "fig_8": rules.fig_8.output,
    "fig_9": rules.fig_9.output,
    "fig_10": rules.fig_10.output,
    "fig_11": rules.fig_11.output,
    "fig_12": rules.fig_12.output,
    "table_fgsm": rules.table_fgsm.output,
    "table_2": rules.table_2.output,
    "table_3": rules.table_3.output,
}
# these are of attacks, distortions, networks or data sets that a config may leave out
LACKING = {
    "fig_3": "patches" not in DATASETS,
    "fig_4": "patches" not in DATASETS,
    "table_4": "boundary" not in config["attacks"],
    "fig_6": not analyses.gallery_runs(PLAN),
    "fig_8": not analyses.inner_runs(PLAN),
    "fig_9": "noise" not in analyses.inner_distortions(PLAN) or not analyses.inner_runs(PLAN),
    "fig_10": "blur" not in analyses.inner_distortions(PLAN) or not analyses.inner_runs(PLAN),
    "fig_sleep": not SLEPT,
    "fig_pruning": not config["pruning"]["sleeps"],
    "fig_undertrained": not analyses.undertrained_runs(PLAN),
    "table_evidence": not SLEPT or "fgsm" not in PLAN.papers_attacks,
    "fig_11": "noise" not in analyses.inner_distortions(PLAN) or not SLEPT,
    "fig_12": "noise" not in analyses.inner_distortions(PLAN) or not SLEPT,
}
SHOWN = {name: files for name, files in ALL_SHOWN.items() if not LACKING.get(name)}


localrules:
    page,


rule page:
    """One page with every table and figure, their captions, commands and numbers; opens from disk."""
    input:
        shown=SHOWN.values(),
        claims=rules.claims.output.csv,
        captions=[project_file(f"workflow/report/{name}.rst") for name in SHOWN],
        template=project_file("workflow/report/page.html.j2"),
        parts=[
            project_file(f"workflow/report/{name}")
            for name in ("page.css", "page.js", "tablesort/tablesort.min.js")
        ],
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
        readings=list(config["readings"]),
        claims=CLAIMS,
    script:
        "../scripts/page.py"
