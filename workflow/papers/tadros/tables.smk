localrules:
    tadros_table_1,
    tadros_table_2,
    tadros_table_3,
    tadros_table_fgsm,
    tadros_table_evidence,
    tadros_table_linf,
    tadros_table_checks,
    tadros_table_sentences,


rule tadros_table_1:
    """Table 1: attack scores, printed beside ours."""
    input:
        summaries=TADROS.summaries_of_attacks(rules.summarise_attack.output.table, TADROS.papers_attacks),
        common=TADROS.summaries_of_attacks(rules.summarise_common.output.table, TADROS.papers_attacks),
        checks=expand(rules.summarise_checks.output.table, paper="tadros", dataset=TADROS.datasets),
        printed=project_file("workflow/papers/tadros/reference/table_1.csv"),
        code=code("table_1", of="papers/tadros"),
    output:
        csv=f"{REPORTS}/tadros/tables/table_1.csv",
        md=f"{REPORTS}/tadros/tables/table_1.md",
        html=report(f"{REPORTS}/tadros/tables/table_1.html", caption="report/table_1.rst", category="Tables"),
    log:
        f"logs/tadros_table_1/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_table_1/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        not_run=NOT_RUN,
        readings=TADROS.config["readings"],
    script:
        "scripts/table_1.py"


rule tadros_table_2:
    """Table 2: training parameters, printed beside those used."""
    input:
        printed=project_file("workflow/papers/tadros/reference/table_2.csv"),
        code=code("table_2", of="papers/tadros"),
    output:
        csv=f"{REPORTS}/tadros/tables/table_2.csv",
        md=f"{REPORTS}/tadros/tables/table_2.md",
        html=report(f"{REPORTS}/tadros/tables/table_2.html", caption="report/table_2.rst", category="Tables"),
    log:
        f"logs/tadros_table_2/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_table_2/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        not_run=NOT_RUN,
        training={
            name: dataset["training"]
            for name, dataset in TADROS.config["datasets"].items()
            if name in TADROS.datasets
        },
    script:
        "scripts/table_2.py"


rule tadros_table_3:
    """Table 3: sleep parameters, printed beside those that each reading used."""
    input:
        printed=project_file("workflow/papers/tadros/reference/table_3.csv"),
        code=code("table_3", of="papers/tadros"),
    output:
        csv=f"{REPORTS}/tadros/tables/table_3.csv",
        md=f"{REPORTS}/tadros/tables/table_3.md",
        html=report(f"{REPORTS}/tadros/tables/table_3.html", caption="report/table_3.rst", category="Tables"),
    log:
        f"logs/tadros_table_3/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_table_3/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        not_run=NOT_RUN,
        sleep={
            dataset: {
                variant: TADROS.params("defences", "sleep", variant, dataset)
                for variant in TADROS.config["defences"]["sleep"]
            }
            for dataset in TADROS.datasets
        },
        readings=TADROS.config["readings"],
    script:
        "scripts/table_3.py"


rule tadros_table_fgsm:
    """FGSM in full: every measure, beside the authors' own program."""
    input:
        fgsm=rules.tadros_fig_1.input.fgsm,
        original=rules.tadros_fig_1.input.original,
        code=code("table_fgsm", of="papers/tadros"),
    output:
        csv=f"{REPORTS}/tadros/tables/table_fgsm.csv",
        md=f"{REPORTS}/tadros/tables/table_fgsm.md",
        html=report(
            f"{REPORTS}/tadros/tables/table_fgsm.html", caption="report/table_fgsm.rst", category="Tables"
        ),
    log:
        f"logs/tadros_table_fgsm/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_table_fgsm/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        not_run=NOT_RUN,
    script:
        "scripts/table_fgsm.py"


rule tadros_table_evidence:
    """What explains the verdicts: the numbers behind each explanation."""
    input:
        attacks=expand(
            rules.summarise_attack.output.table,
            paper="tadros",
            dataset="mnist",
            attack=TADROS.papers_attacks,
        ),
        common=rules.summarise_common.output.table.format(paper="tadros", dataset="mnist", attack="fgsm"),
        pairs=rules.summarise_pairs.output.table.format(paper="tadros", dataset="mnist", attack="fgsm"),
        histories=rules.tadros_summarise_histories.output.table,
        asleep=rules.tadros_summarise_sleep.output.table,
        code=code("table_evidence", of="papers/tadros"),
    output:
        csv=f"{REPORTS}/tadros/tables/table_evidence.csv",
        md=f"{REPORTS}/tadros/tables/table_evidence.md",
        html=report(
            f"{REPORTS}/tadros/tables/table_evidence.html",
            caption="report/table_evidence.rst",
            category="Tables",
        ),
    log:
        f"logs/tadros_table_evidence/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_table_evidence/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        explanations=EVIDENCE,
    script:
        "scripts/table_evidence.py"


rule tadros_table_linf:
    """Attacks that the paper does not have: accuracy under an L∞ limit, beside FGSM, or score F."""
    input:
        summaries=TADROS.summaries_of_attacks(
            rules.summarise_attack.output.table, ["fgsm", *TADROS.attacks_beside]
        ),
        checks=rules.tadros_table_1.input.checks,
        code=code("table_linf", of="papers/tadros"),
    output:
        csv=f"{REPORTS}/tadros/tables/table_linf.csv",
        md=f"{REPORTS}/tadros/tables/table_linf.md",
        html=report(
            f"{REPORTS}/tadros/tables/table_linf.html", caption="report/table_linf.rst", category="Tables"
        ),
    log:
        f"logs/tadros_table_linf/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_table_linf/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        not_run=NOT_RUN,
        readings=TADROS.config["readings"],
    script:
        "scripts/table_linf.py"


rule tadros_table_checks:
    """Is the attack at fault? All checks of all networks."""
    input:
        checks=rules.tadros_table_1.input.checks,
        code=code("table_checks", of="papers/tadros"),
    output:
        csv=f"{REPORTS}/tadros/tables/table_checks.csv",
        md=f"{REPORTS}/tadros/tables/table_checks.md",
        html=report(
            f"{REPORTS}/tadros/tables/table_checks.html",
            caption="report/table_checks.rst",
            category="Tables",
        ),
    log:
        f"logs/tadros_table_checks/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_table_checks/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        not_run=NOT_RUN,
    script:
        "scripts/table_checks.py"


rule tadros_table_sentences:
    """Every sentence of the paper that says what is so: its claims and their verdicts, or why it has none."""
    input:
        claims=rules.claims.output.csv.format(paper="tadros"),
        code=code("table_sentences", of="papers/tadros"),
    output:
        csv=f"{REPORTS}/tadros/tables/table_sentences.csv",
        md=f"{REPORTS}/tadros/tables/table_sentences.md",
        html=report(
            f"{REPORTS}/tadros/tables/table_sentences.html",
            caption="report/table_sentences.rst",
            category="Tables",
        ),
    log:
        f"logs/tadros_table_sentences/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_table_sentences/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(1000),
        runtime=grown(10),
    params:
        sentences=SENTENCES,
        claims=CLAIMS["tadros"],
    script:
        "scripts/table_sentences.py"
