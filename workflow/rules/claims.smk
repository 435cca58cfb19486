localrules:
    claims,
    table_sentences,


rule claims:
    """Does the paper hold? A verdict on every claim in every reading, with the numbers that decide it."""
    input:
        levels=[
            *PLAN.summaries_of_attacks(rules.summarise_attack.output.table),
            *PLAN.summaries_of_distortions(rules.summarise_distortion.output.table),
        ],
        pairs=[
            *PLAN.summaries_of_attacks(rules.summarise_pairs.output.table),
            *PLAN.summaries_of_distortions(rules.summarise_distortion_pairs.output.table),
            *expand(
                rules.summarise_threshold_pairs.output.table,
                dataset="mnist",
                attack={"boundary"} & config["attacks"].keys(),
            ),
        ],
        checks=expand(rules.summarise_checks.output.table, dataset=DATASETS),
        inside=[f"{RESULTS}/summary/{file}.csv" for _, file in analyses.inside_summaries(PLAN)],
        code=code("claims"),
    output:
        csv=f"{REPORTS}/claims.csv",
        md=f"{REPORTS}/claims.md",
        html=report(f"{REPORTS}/claims.html", caption="../report/claims.rst", category="Claims"),
    log:
        f"logs/claims/{config['scale']}.log",
    benchmark:
        f"benchmarks/claims/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        claims=CLAIMS,
        inside=[name for name, _ in analyses.inside_summaries(PLAN)],
        readings=config["readings"],
        datasets=[*DATASETS, PLANE],
    script:
        "../scripts/claims.py"


rule table_sentences:
    """Every sentence of the paper that says what is so: its claims and their verdicts, or why it has none."""
    input:
        claims=rules.claims.output.csv,
        code=code("table_sentences"),
    output:
        csv=f"{REPORTS}/tables/table_sentences.csv",
        md=f"{REPORTS}/tables/table_sentences.md",
        html=report(
            f"{REPORTS}/tables/table_sentences.html",
            caption="../report/table_sentences.rst",
            category="Tables",
        ),
    log:
        f"logs/table_sentences/{config['scale']}.log",
    benchmark:
        f"benchmarks/table_sentences/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        sentences=SENTENCES,
        claims=CLAIMS,
    script:
        "../scripts/table_sentences.py"
