"""The networks of all papers under one evaluation: its own stages (attack, distort, forget, dose), a table, figures, verdicts."""

from sleep_robustness.papers.together import plan as together
from sleep_robustness.papers.together.price import training_passes

TOGETHER = PLANS["together"]
ROWS = TOGETHER.config["rows"]
FOUND = f"{RESULTS}/together/attacked/{{row}}/seed{{seed}}.npz"
FORGOTTEN = f"{RESULTS}/together/forgetting/{{row}}/seed{{seed}}.csv"


localrules:
    together_summarise,
    together_table_1,
    together_fig_1,
    together_fig_dose,


wildcard_constraints:
    row=one_of(ROWS),
    source=one_of(TOGETHER.config["sources"]),
    base=one_of(TOGETHER.config["dose"]["bases"]),


rule together_images:
    """Images that PGD makes on an undefended network, for all others."""
    input:
        dataset=TOGETHER.data_file(DATASET, together.MNIST),
        order=TOGETHER.data_file(rules.test_order.output.order, together.MNIST),
        network=lambda wildcards: together.network_file(
            TOGETHER, ROWS[wildcards.source], int(wildcards.seed), MODEL, rules.bnn_learn.output.learnt
        ),
        code=code("images", "attacks.pgd", *together.KINDS, of="papers/together"),
    output:
        images=f"{RESULTS}/together/images/{{source}}/seed{{seed}}.npz",
    log:
        f"logs/together_images/{config['scale']}/{{source}}/seed{{seed}}.log",
    benchmark:
        f"benchmarks/together_images/{config['scale']}/{{source}}/seed{{seed}}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
        gpu=0,
    params:
        row=lambda wildcards: ROWS[wildcards.source],
        attack=together.attack_params(TOGETHER, "pgd"),
        strengths=together.every_strength(TOGETHER),
        examples=together.examples(TOGETHER),
    script:
        "scripts/images.py"


rule together_attack:
    """What all attacks leave of a row's network, image by image."""
    input:
        dataset=rules.together_images.input.dataset,
        order=rules.together_images.input.order,
        network=lambda wildcards: together.network_file(
            TOGETHER, ROWS[wildcards.row], int(wildcards.seed), MODEL, rules.bnn_learn.output.learnt
        ),
        images=lambda wildcards: expand(
            rules.together_images.output.images,
            source=together.sources(TOGETHER, wildcards.row),
            seed=wildcards.seed,
        ),
        code=code(
            "attack",
            *together.KINDS,
            *(f"attacks.{name}" for name in TOGETHER.config["attacks"]),
            of="papers/together",
        ),
    output:
        found=FOUND,
    log:
        f"logs/together_attack/{config['scale']}/{{row}}/seed{{seed}}.log",
    benchmark:
        f"benchmarks/together_attack/{config['scale']}/{{row}}/seed{{seed}}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(120),
        gpu=0,
    params:
        row=lambda wildcards: ROWS[wildcards.row],
        strengths=lambda wildcards: together.strengths(TOGETHER.config, ROWS[wildcards.row]),
        linf={name: together.attack_params(TOGETHER, name) for name in together.LINF},
        l2={name: together.attack_params(TOGETHER, name) for name in together.L2},
        referee=lambda wildcards: together.referee(TOGETHER, int(wildcards.seed)),
        sources=lambda wildcards: together.sources(TOGETHER, wildcards.row),
        windows=TOGETHER.config["windows"],
        examples=together.examples(TOGETHER),
    script:
        "scripts/attack.py"


rule together_distort:
    """Which distorted and corrupted images the networks of a seed are right on; and what they cost."""
    input:
        dataset=rules.together_images.input.dataset,
        order=rules.together_images.input.order,
        networks=lambda wildcards: [
            together.network_file(TOGETHER, row, int(wildcards.seed), MODEL, rules.bnn_learn.output.learnt)
            for row in ROWS.values()
        ],
        photographs=rules.download_frost.output.photographs,
        code=code("distort", *together.KINDS, "distortions.noise", "distortions.blur", of="papers/together"),
    output:
        flags=f"{RESULTS}/together/distorted/seed{{seed}}.npz",
        prices=f"{RESULTS}/together/distorted/seed{{seed}}_prices.csv",
        time=f"{RESULTS}/together/distorted/seed{{seed}}_time.csv",
    log:
        f"logs/together_distort/{config['scale']}/seed{{seed}}.log",
    benchmark:
        f"benchmarks/together_distort/{config['scale']}/seed{{seed}}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
    params:
        rows=ROWS,
        examples=TOGETHER.config["examples"],
    script:
        "scripts/distort.py"


rule together_forget:
    """What a network keeps of tasks that it learns one after the other, with its sleep after each."""
    input:
        dataset=rules.together_images.input.dataset,
        code=code("forget", "networks.relu", of="papers/together"),
    output:
        table=FORGOTTEN,
    log:
        f"logs/together_forget/{config['scale']}/{{row}}/seed{{seed}}.log",
    benchmark:
        f"benchmarks/together_forget/{config['scale']}/{{row}}/seed{{seed}}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(120),
        gpu=0,
    params:
        tasks=TOGETHER.config["tasks"],
        training=lambda wildcards: together.training_of(TOGETHER, ROWS[wildcards.row]),
        sleep=lambda wildcards: together.sleep_of(TOGETHER, ROWS[wildcards.row]),
    script:
        "scripts/forget.py"


rule together_dose:
    """What is left of a network after so many steps of sleep."""
    input:
        dataset=lambda wildcards: together.dose_data(TOGETHER, DATASET, wildcards.base),
        order=lambda wildcards: together.dose_data(TOGETHER, rules.test_order.output.order, wildcards.base),
        network=lambda wildcards: together.network_file(
            TOGETHER,
            TOGETHER.config["dose"]["bases"][wildcards.base],
            int(wildcards.seed),
            MODEL,
            rules.bnn_learn.output.learnt,
        ),
        code=code(
            "dose", "networks.relu", "attacks.fgsm", "attacks.pgd", "distortions.noise", of="papers/together"
        ),
    output:
        flags=f"{RESULTS}/together/dose/{{base}}/seed{{seed}}.npz",
    log:
        f"logs/together_dose/{config['scale']}/{{base}}/seed{{seed}}.log",
    benchmark:
        f"benchmarks/together_dose/{config['scale']}/{{base}}/seed{{seed}}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(6000),
        runtime=grown(120),
        gpu=0,
    params:
        dose={key: own for key, own in TOGETHER.config["dose"].items() if key != "bases"},
        row=lambda wildcards: TOGETHER.config["dose"]["bases"][wildcards.base],
        sleep=lambda wildcards: together.dose_sleep(TOGETHER, wildcards.base),
        linf={name: together.attack_params(TOGETHER, name) for name in ("fgsm", "pgd")},
    script:
        "scripts/dose.py"


rule together_summarise:
    """All numbers of the table, and how rows differ from their controls."""
    input:
        attacked=[FOUND.format(row=row, seed=seed) for row, seed in together.pairs(TOGETHER, ROWS)],
        shown=expand(rules.together_distort.output.flags, seed=together.seeds(TOGETHER)),
        forgetful=[
            FORGOTTEN.format(row=row, seed=seed)
            for row, seed in together.pairs(TOGETHER, together.forgetful(TOGETHER))
        ],
        learnt=lambda wildcards: [
            together.network_file(TOGETHER, ROWS[row], seed, MODEL, rules.bnn_learn.output.learnt)
            for row, seed in together.pairs(TOGETHER, together.learnt(TOGETHER))
        ],
        code=code("summarise", of="papers/together"),
    output:
        levels=f"{RESULTS}/together/summary/levels.csv",
        differences=f"{RESULTS}/together/summary/differences.csv",
    log:
        f"logs/together_summarise/{config['scale']}.log",
    benchmark:
        f"benchmarks/together_summarise/{config['scale']}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(30),
    params:
        rows=list(ROWS),
        compared=together.compared(TOGETHER),
        attacked=together.pairs(TOGETHER, ROWS),
        forgetful=together.pairs(TOGETHER, together.forgetful(TOGETHER)),
        learnt=together.pairs(TOGETHER, together.learnt(TOGETHER)),
        tasks=TOGETHER.config["tasks"]["number"],
    script:
        "scripts/summarise.py"


rule together_table_1:
    """All defences under one evaluation, beside what their papers claim."""
    input:
        levels=rules.together_summarise.output.levels,
        differences=rules.together_summarise.output.differences,
        prices=expand(rules.together_distort.output.prices, seed=together.seeds(TOGETHER)[0]),
        times=expand(rules.together_distort.output.time, seed=together.seeds(TOGETHER)),
        code=code("table_1", of="papers/together"),
    output:
        csv=f"{REPORTS}/together/tables/table_1.csv",
        time=f"{REPORTS}/together/tables/table_1_time.csv",
        answer=f"{REPORTS}/together/answer.md",
        md=f"{REPORTS}/together/tables/table_1.md",
        html=report(
            f"{REPORTS}/together/tables/table_1.html",
            caption="report/table_1.rst",
            category="Together",
        ),
    log:
        f"logs/together_table_1/{config['scale']}.log",
    benchmark:
        f"benchmarks/together_table_1/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        rows=ROWS,
        strengths=TOGETHER.config["strengths"],
        shown=TOGETHER.config["shown"],
        passes=lambda wildcards: training_passes(
            TOGETHER, together.training_images(TOGETHER, config["datasets"])
        ),
        names={paper: PLANS[paper].config["name"] for paper in together.papers(TOGETHER)},
    script:
        "scripts/table_1.py"


rule together_fig_1:
    """Robustness against clean accuracy, of every defence, with lines from claimed to measured."""
    input:
        table=rules.together_table_1.output.csv,
        code=code("fig_1", of="papers/together"),
    output:
        pdf=f"{REPORTS}/together/figures/fig_1.pdf",
        png=report(f"{REPORTS}/together/figures/fig_1.png", caption="report/fig_1.rst", category="Together"),
        csv=f"{REPORTS}/together/figures/fig_1.csv",
    log:
        f"logs/together_fig_1/{config['scale']}.log",
    benchmark:
        f"benchmarks/together_fig_1/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        names={paper: PLANS[paper].config["name"] for paper in together.papers(TOGETHER)},
        strength=f"{TOGETHER.config['shown']:g}",
    script:
        "scripts/fig_1.py"


rule together_fig_dose:
    """What is left after so many steps of sleep."""
    input:
        flags=[
            rules.together_dose.output.flags.format(base=base, seed=seed)
            for base, seed in together.doses(TOGETHER)
        ],
        code=code("fig_dose", of="papers/together"),
    output:
        pdf=f"{REPORTS}/together/figures/fig_dose.pdf",
        png=report(
            f"{REPORTS}/together/figures/fig_dose.png",
            caption="report/fig_dose.rst",
            category="Together",
        ),
        csv=f"{REPORTS}/together/figures/fig_dose.csv",
    log:
        f"logs/together_fig_dose/{config['scale']}.log",
    benchmark:
        f"benchmarks/together_fig_dose/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        runs=together.doses(TOGETHER),
        names={base: own["says"] for base, own in TOGETHER.config["dose"]["bases"].items()},
        strength=TOGETHER.config["dose"]["strength"],
    script:
        "scripts/fig_dose.py"


BESIDE["together"] = {
    "pairs": [],
    "checks": [],
    "inside": [("differences", rules.together_summarise.output.differences)],
    "datasets": [],
}
SHOWN["together"] = {
    "claims": expand(rules.claims.output, paper="together"),
    "table_1": rules.together_table_1.output,
    "fig_1": rules.together_fig_1.output,
    "fig_dose": rules.together_fig_dose.output,
}


rule together:
    """The table of all papers, its figure, and the verdicts on what they share."""
    input:
        SHOWN["together"].values(),


rule together_claims:
    """The verdicts on what all papers share."""
    input:
        expand(rules.claims.output, paper="together"),
