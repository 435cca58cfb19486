"""Zhao 2022, DeepSleep: its tables and Figure 3, figures of our own, and the verdicts on its claims."""

from sleep_robustness.papers.deepsleep import plan as deepsleep

DEEPSLEEP = PLANS["deepsleep"]


localrules:
    deepsleep_gap,
    deepsleep_table_1,
    deepsleep_table_2,
    deepsleep_table_3,
    deepsleep_table_deviations,
    deepsleep_table_checks,
    deepsleep_fig_3,
    deepsleep_fig_gap,
    deepsleep_fig_stages,


rule deepsleep_table_1:
    """Tables 1 to 3: accuracy under attack, printed beside ours: of all defences, of DeepSleep's parts, at every scale."""
    input:
        summaries=DEEPSLEEP.summaries_of_attacks(rules.summarise_attack.output.table),
        printed=project_file("workflow/papers/deepsleep/reference/printed.csv"),
        code=code("table_1", of="papers/deepsleep"),
    output:
        csv=f"{REPORTS}/deepsleep/tables/table_1.csv",
        md=f"{REPORTS}/deepsleep/tables/table_1.md",
        html=report(
            f"{REPORTS}/deepsleep/tables/table_1.html", caption="report/table_1.rst", category="DeepSleep"
        ),
    log:
        f"logs/deepsleep_table_1/{config['scale']}.log",
    benchmark:
        f"benchmarks/deepsleep_table_1/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        readings=DEEPSLEEP.config["readings"],
        columns=DEEPSLEEP.config["columns"],
        table="table_1",
        scales=[64, 128],
    script:
        "scripts/table_1.py"


use rule deepsleep_table_1 as deepsleep_table_2 with:
    output:
        csv=f"{REPORTS}/deepsleep/tables/table_2.csv",
        md=f"{REPORTS}/deepsleep/tables/table_2.md",
        html=report(
            f"{REPORTS}/deepsleep/tables/table_2.html", caption="report/table_2.rst", category="DeepSleep"
        ),
    log:
        f"logs/deepsleep_table_2/{config['scale']}.log",
    benchmark:
        f"benchmarks/deepsleep_table_2/{config['scale']}.tsv"
    params:
        readings=DEEPSLEEP.config["readings"],
        columns=DEEPSLEEP.config["columns"],
        table="table_2",
        scales=[64, 128],


use rule deepsleep_table_1 as deepsleep_table_3 with:
    output:
        csv=f"{REPORTS}/deepsleep/tables/table_3.csv",
        md=f"{REPORTS}/deepsleep/tables/table_3.md",
        html=report(
            f"{REPORTS}/deepsleep/tables/table_3.html", caption="report/table_3.rst", category="DeepSleep"
        ),
    log:
        f"logs/deepsleep_table_3/{config['scale']}.log",
    benchmark:
        f"benchmarks/deepsleep_table_3/{config['scale']}.tsv"
    params:
        readings=DEEPSLEEP.config["readings"],
        columns=DEEPSLEEP.config["columns"],
        table="table_3",
        scales=deepsleep.SCALES,


rule deepsleep_fig_3:
    """Figure 3: accuracy against the noise scale, DeepSleep and adversarial training."""
    input:
        summaries=DEEPSLEEP.summaries_of_attacks(rules.summarise_attack.output.table),
        printed=project_file("workflow/papers/deepsleep/reference/printed.csv"),
        fig_3=project_file("workflow/papers/deepsleep/reference/fig_3.csv"),
        code=code("fig_3", of="papers/deepsleep"),
    output:
        pdf=f"{REPORTS}/deepsleep/figures/fig_3.pdf",
        png=report(f"{REPORTS}/deepsleep/figures/fig_3.png", caption="report/fig_3.rst", category="DeepSleep"),
        csv=f"{REPORTS}/deepsleep/figures/fig_3.csv",
        readings=expand(
            f"{REPORTS}/deepsleep/figures/fig_3/{{reading}}.png", reading=DEEPSLEEP.config["readings"]
        ),
    log:
        f"logs/deepsleep_fig_3/{config['scale']}.log",
    benchmark:
        f"benchmarks/deepsleep_fig_3/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        readings=DEEPSLEEP.config["readings"],
        columns=DEEPSLEEP.config["columns"],
        scales=deepsleep.SCALES,
    script:
        "scripts/fig_3.py"


rule deepsleep_gap:
    """How much more a network withstands under one PGD than under another, and what the worst of all attacks leaves."""
    input:
        runs=DEEPSLEEP.files(ATTACKED, deepsleep.gap_runs(DEEPSLEEP)),
        worst=DEEPSLEEP.files(ATTACKED, deepsleep.worst_runs(DEEPSLEEP)),
        code=code("gap", of="papers/deepsleep"),
    output:
        table=f"{RESULTS}/deepsleep/summary/mnist_gap.csv",
    log:
        f"logs/deepsleep_gap/{config['scale']}.log",
    benchmark:
        f"benchmarks/deepsleep_gap/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(30),
    params:
        runs=deepsleep.gap_runs(DEEPSLEEP),
        worst=deepsleep.worst_runs(DEEPSLEEP),
        control=DEEPSLEEP.control,
    script:
        "scripts/gap.py"


rule deepsleep_fig_gap:
    """Each network under images made on the control, and under those made on itself."""
    input:
        summaries=DEEPSLEEP.summaries_of_attacks(rules.summarise_attack.output.table, ["pgd_loss", "pgd"]),
        gap=rules.deepsleep_gap.output.table,
        code=code("fig_gap", of="papers/deepsleep"),
    output:
        pdf=f"{REPORTS}/deepsleep/figures/fig_gap.pdf",
        png=report(
            f"{REPORTS}/deepsleep/figures/fig_gap.png", caption="report/fig_gap.rst", category="DeepSleep"
        ),
        csv=f"{REPORTS}/deepsleep/figures/fig_gap.csv",
    log:
        f"logs/deepsleep_fig_gap/{config['scale']}.log",
    benchmark:
        f"benchmarks/deepsleep_fig_gap/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    script:
        "scripts/fig_gap.py"


rule deepsleep_table_deviations:
    """What each deviation of the released code changes."""
    input:
        summaries=DEEPSLEEP.summaries_of_attacks(rules.summarise_attack.output.table, ["pgd_loss", "pgd"]),
        gap=rules.deepsleep_gap.output.table,
        code=code("table_deviations", of="papers/deepsleep"),
    output:
        csv=f"{REPORTS}/deepsleep/tables/table_deviations.csv",
        md=f"{REPORTS}/deepsleep/tables/table_deviations.md",
        html=report(
            f"{REPORTS}/deepsleep/tables/table_deviations.html",
            caption="report/table_deviations.rst",
            category="DeepSleep",
        ),
    log:
        f"logs/deepsleep_table_deviations/{config['scale']}.log",
    benchmark:
        f"benchmarks/deepsleep_table_deviations/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    script:
        "scripts/table_deviations.py"


rule deepsleep_table_checks:
    """Is the attack at fault? All checks of all networks."""
    input:
        checks=expand(rules.summarise_checks.output.table, paper="deepsleep", dataset="mnist"),
        code=code("table_checks", of="papers/deepsleep"),
    output:
        csv=f"{REPORTS}/deepsleep/tables/table_checks.csv",
        md=f"{REPORTS}/deepsleep/tables/table_checks.md",
        html=report(
            f"{REPORTS}/deepsleep/tables/table_checks.html",
            caption="report/table_checks.rst",
            category="DeepSleep",
        ),
    log:
        f"logs/deepsleep_table_checks/{config['scale']}.log",
    benchmark:
        f"benchmarks/deepsleep_table_checks/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    script:
        "scripts/table_checks.py"


rule deepsleep_stages:
    """What each stage does to the filters and the accuracy, and how many spikes it takes."""
    input:
        dataset=DEEPSLEEP.data_file(DATASET, deepsleep.MNIST),
        order=DEEPSLEEP.data_file(rules.test_order.output.order, deepsleep.MNIST),
        models=DEEPSLEEP.models(MODEL, deepsleep.stages(DEEPSLEEP)),
        facts=DEEPSLEEP.files(rules.train.output.facts, deepsleep.slept(DEEPSLEEP)),
        code=code("stages", of="papers/deepsleep"),
    output:
        table=f"{RESULTS}/deepsleep/summary/mnist_stages.csv",
        filters=f"{RESULTS}/deepsleep/summary/mnist_filters.csv",
    log:
        f"logs/deepsleep_stages/{config['scale']}.log",
    benchmark:
        f"benchmarks/deepsleep_stages/{config['scale']}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(30),
    params:
        runs=deepsleep.stages(DEEPSLEEP),
        asleep=deepsleep.asleep(DEEPSLEEP),
        slept=deepsleep.slept(DEEPSLEEP),
        shown=deepsleep.shown(DEEPSLEEP),
        inputs=deepsleep.inputs(DEEPSLEEP),
        examples=DEEPSLEEP.config["stage_examples"],
    script:
        "scripts/stages.py"


rule deepsleep_fig_stages:
    """What each stage of DeepSleep does."""
    input:
        table=rules.deepsleep_stages.output.table,
        filters=rules.deepsleep_stages.output.filters,
        code=code("fig_stages", of="papers/deepsleep"),
    output:
        pdf=f"{REPORTS}/deepsleep/figures/fig_stages.pdf",
        png=report(
            f"{REPORTS}/deepsleep/figures/fig_stages.png",
            caption="report/fig_stages.rst",
            category="DeepSleep",
        ),
        csv=f"{REPORTS}/deepsleep/figures/fig_stages.csv",
        readings=expand(
            f"{REPORTS}/deepsleep/figures/fig_stages/{{reading}}.png", reading=DEEPSLEEP.config["stages"]
        ),
    log:
        f"logs/deepsleep_fig_stages/{config['scale']}.log",
    benchmark:
        f"benchmarks/deepsleep_fig_stages/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    script:
        "scripts/fig_stages.py"


BESIDE["deepsleep"] = {
    "pairs": [],
    "inside": [("gap", rules.deepsleep_gap.output.table), ("stages", rules.deepsleep_stages.output.table)],
    "printed": project_file("workflow/papers/deepsleep/reference/printed.csv"),
    "datasets": [],
}
SHOWN["deepsleep"] = {
    "claims": expand(rules.claims.output, paper="deepsleep"),
    "fig_gap": rules.deepsleep_fig_gap.output,
    "table_1": rules.deepsleep_table_1.output,
    "table_2": rules.deepsleep_table_2.output,
    "table_3": rules.deepsleep_table_3.output,
    "fig_3": rules.deepsleep_fig_3.output,
    "table_deviations": rules.deepsleep_table_deviations.output,
    "fig_stages": rules.deepsleep_fig_stages.output,
    "table_checks": rules.deepsleep_table_checks.output,
}


rule deepsleep:
    """The tables and figures of DeepSleep, and the verdicts on its claims."""
    input:
        SHOWN["deepsleep"].values(),


rule deepsleep_claims:
    """The verdicts on the claims of DeepSleep."""
    input:
        expand(rules.claims.output, paper="deepsleep"),
