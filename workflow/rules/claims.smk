rule claims:
    """Does the paper hold? A verdict on every claim in every reading, with the numbers that decide it."""
    input:
        levels=[
            *evidence(rules.summarise_attack.output.table),
            *evidence_of_distortions(rules.summarise_distortion.output.table),
        ],
        pairs=[
            *evidence(rules.summarise_pairs.output.table),
            *evidence_of_distortions(rules.summarise_distortion_pairs.output.table),
        ],
        checks=expand(rules.summarise_checks.output.table, dataset=DATASETS),
        inside=inside_summaries().values(),
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
        inside=list(inside_summaries()),
        readings=config["readings"],
        attacks=config["attacks"],
        datasets=DATASETS,
    script:
        "../scripts/claims.py"
