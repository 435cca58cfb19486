ON_PAGE = [(paper, name) for paper in config["run"] for name in SHOWN[paper]]


localrules:
    page,


rule page:
    """One page with every table and figure, their captions, commands and numbers; opens from disk."""
    input:
        shown=[SHOWN[paper][name] for paper, name in ON_PAGE],
        claims=expand(rules.claims.output.csv, paper=config["run"]),
        answers=[rules.together_table_1.output.answer] if "together" in config["run"] else [],
        captions=[project_file(f"workflow/papers/{paper}/report/{name}.rst") for paper, name in ON_PAGE],
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
        mem_mb=grown(1000),
        runtime=grown(10),
    params:
        shown=ON_PAGE,
        claims={paper: CLAIMS[paper] for paper in config["run"]},
        papers={
            paper: {
                key: PLANS[paper].config.get(key, {}) for key in ("name", "reference", "guides", "readings")
            }
            for paper in config["run"]
        },
    script:
        "../scripts/page.py"
