localrules:
    table_1,
    table_2,
    table_3,
    table_fgsm,
    table_evidence,
    table_4,
    table_linf,
    table_checks,


rule table_1:
    """Table 1: attack scores, printed beside ours."""
    input:
        summaries=expand(rules.summarise_attack.output.table, dataset=DATASETS, attack=PLAN.papers_attacks),
        common=expand(rules.summarise_common.output.table, dataset=DATASETS, attack=PLAN.papers_attacks),
        checks=expand(rules.summarise_checks.output.table, dataset=DATASETS),
        printed=project_file("workflow/reference/table_1.csv"),
        code=code("table_1"),
    output:
        csv=f"{REPORTS}/tables/table_1.csv",
        md=f"{REPORTS}/tables/table_1.md",
        html=report(f"{REPORTS}/tables/table_1.html", caption="../report/table_1.rst", category="Tables"),
    log:
        f"logs/table_1/{config['scale']}.log",
    benchmark:
        f"benchmarks/table_1/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        not_run=NOT_RUN,
        readings=config["readings"],
    script:
        "../scripts/table_1.py"


rule table_2:
    """Table 2: training parameters, printed beside those used."""
    input:
        printed=project_file("workflow/reference/table_2.csv"),
        code=code("table_2"),
    output:
        csv=f"{REPORTS}/tables/table_2.csv",
        md=f"{REPORTS}/tables/table_2.md",
        html=report(f"{REPORTS}/tables/table_2.html", caption="../report/table_2.rst", category="Tables"),
    log:
        f"logs/table_2/{config['scale']}.log",
    benchmark:
        f"benchmarks/table_2/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        not_run=NOT_RUN,
        training={
            name: dataset["training"] for name, dataset in config["datasets"].items() if name in DATASETS
        },
    script:
        "../scripts/table_2.py"


rule table_3:
    """Table 3: sleep parameters, printed beside those that each reading used."""
    input:
        printed=project_file("workflow/reference/table_3.csv"),
        code=code("table_3"),
    output:
        csv=f"{REPORTS}/tables/table_3.csv",
        md=f"{REPORTS}/tables/table_3.md",
        html=report(f"{REPORTS}/tables/table_3.html", caption="../report/table_3.rst", category="Tables"),
    log:
        f"logs/table_3/{config['scale']}.log",
    benchmark:
        f"benchmarks/table_3/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        not_run=NOT_RUN,
        sleep={
            dataset: {
                variant: PLAN.params("defences", "sleep", variant, dataset)
                for variant in config["defences"]["sleep"]
            }
            for dataset in DATASETS
        },
        readings=config["readings"],
    script:
        "../scripts/table_3.py"


rule table_fgsm:
    """FGSM in full: every measure, beside the authors' own program."""
    input:
        fgsm=rules.fig_1.input.fgsm,
        original=rules.fig_1.input.original,
        code=code("table_fgsm"),
    output:
        csv=f"{REPORTS}/tables/table_fgsm.csv",
        md=f"{REPORTS}/tables/table_fgsm.md",
        html=report(
            f"{REPORTS}/tables/table_fgsm.html", caption="../report/table_fgsm.rst", category="Tables"
        ),
    log:
        f"logs/table_fgsm/{config['scale']}.log",
    benchmark:
        f"benchmarks/table_fgsm/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        not_run=NOT_RUN,
    script:
        "../scripts/table_fgsm.py"


rule table_evidence:
    """What explains the verdicts: the numbers behind each explanation."""
    input:
        attacks=expand(rules.summarise_attack.output.table, dataset="mnist", attack=PLAN.papers_attacks),
        common=rules.summarise_common.output.table.format(dataset="mnist", attack="fgsm"),
        pairs=rules.summarise_pairs.output.table.format(dataset="mnist", attack="fgsm"),
        histories=rules.summarise_histories.output.table,
        asleep=rules.summarise_sleep.output.table,
        code=code("table_evidence"),
    output:
        csv=f"{REPORTS}/tables/table_evidence.csv",
        md=f"{REPORTS}/tables/table_evidence.md",
        html=report(
            f"{REPORTS}/tables/table_evidence.html",
            caption="../report/table_evidence.rst",
            category="Tables",
        ),
    log:
        f"logs/table_evidence/{config['scale']}.log",
    benchmark:
        f"benchmarks/table_evidence/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        explanations=EVIDENCE,
    script:
        "../scripts/table_evidence.py"


rule table_4:
    """Table 4: the Boundary Attack on MNIST with a threshold, printed beside ours."""
    input:
        thresholds=expand(rules.summarise_threshold.output.table, dataset="mnist", attack="boundary"),
        checks=expand(rules.summarise_checks.output.table, dataset="mnist"),
        printed=project_file("workflow/reference/table_4.csv"),
        code=code("table_4"),
    output:
        csv=f"{REPORTS}/tables/table_4.csv",
        md=f"{REPORTS}/tables/table_4.md",
        html=report(f"{REPORTS}/tables/table_4.html", caption="../report/table_4.rst", category="Tables"),
    log:
        f"logs/table_4/{config['scale']}.log",
    benchmark:
        f"benchmarks/table_4/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        readings=config["readings"],
    script:
        "../scripts/table_4.py"


rule table_linf:
    """Accuracy under attacks with an L∞ limit, which the paper does not have, beside FGSM."""
    input:
        summaries=PLAN.summaries_of_attacks(
            rules.summarise_attack.output.table, ["fgsm", *PLAN.attacks_beside]
        ),
        checks=rules.table_1.input.checks,
        code=code("table_linf"),
    output:
        csv=f"{REPORTS}/tables/table_linf.csv",
        md=f"{REPORTS}/tables/table_linf.md",
        html=report(
            f"{REPORTS}/tables/table_linf.html", caption="../report/table_linf.rst", category="Tables"
        ),
    log:
        f"logs/table_linf/{config['scale']}.log",
    benchmark:
        f"benchmarks/table_linf/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        not_run=NOT_RUN,
        readings=config["readings"],
    script:
        "../scripts/table_linf.py"


rule table_checks:
    """Is the attack at fault? All checks of all networks."""
    input:
        checks=rules.table_1.input.checks,
        code=code("table_checks"),
    output:
        csv=f"{REPORTS}/tables/table_checks.csv",
        md=f"{REPORTS}/tables/table_checks.md",
        html=report(
            f"{REPORTS}/tables/table_checks.html", caption="../report/table_checks.rst", category="Tables"
        ),
    log:
        f"logs/table_checks/{config['scale']}.log",
    benchmark:
        f"benchmarks/table_checks/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        not_run=NOT_RUN,
    script:
        "../scripts/table_checks.py"
