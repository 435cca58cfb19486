localrules:
    claims,


rule claims:
    """Does a paper hold? A verdict on every claim in every reading, with the numbers that decide it."""
    input:
        levels=lambda wildcards: plan(wildcards).summaries(
            rules.summarise_attack.output.table, rules.summarise_distortion.output.table
        ),
        pairs=lambda wildcards: plan(wildcards).summaries(
            rules.summarise_pairs.output.table, rules.summarise_distortion_pairs.output.table
        )
        + BESIDE[wildcards.paper]["pairs"],
        checks=lambda wildcards: BESIDE[wildcards.paper].get(
            "checks",
            expand(rules.summarise_checks.output.table, dataset=plan(wildcards).datasets, **wildcards),
        ),
        inside=lambda wildcards: [file for _, file in BESIDE[wildcards.paper]["inside"]],
        printed=lambda wildcards: BESIDE[wildcards.paper].get("printed", []),
        code=lambda wildcards: code(
            "claims",
            *([f"papers.{wildcards.paper}.printed"] if BESIDE[wildcards.paper].get("printed", []) else []),
        ),
    output:
        csv=f"{REPORTS}/{{paper}}/claims.csv",
        md=f"{REPORTS}/{{paper}}/claims.md",
        html=report(f"{REPORTS}/{{paper}}/claims.html", caption="../report/claims.rst", category="Claims"),
    log:
        f"logs/claims/{config['scale']}/{{paper}}.log",
    benchmark:
        f"benchmarks/claims/{config['scale']}/{{paper}}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        claims=lambda wildcards: CLAIMS[wildcards.paper],
        inside=lambda wildcards: [name for name, _ in BESIDE[wildcards.paper]["inside"]],
        readings=lambda wildcards: plan(wildcards).config["readings"],
        columns=lambda wildcards: plan(wildcards).config.get("columns", {}),
        datasets=lambda wildcards: [*plan(wildcards).datasets, *BESIDE[wildcards.paper]["datasets"]],
    script:
        "../scripts/claims.py"
