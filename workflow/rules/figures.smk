localrules:
    fig_1,
    fig_2,
    fig_3,
    fig_4,
    fig_5,
    fig_6,
    fig_7,


rule fig_1:
    """Figure 1: accuracy under FGSM against ε."""
    input:
        fgsm=expand(rules.summarise_attack.output.table, dataset=DATASETS, attack="fgsm"),
        original=project_file("workflow/reference/original_program.csv"),
        code=code("fig_1"),
    output:
        pdf=f"{REPORTS}/figures/fig_1.pdf",
        png=report(f"{REPORTS}/figures/fig_1.png", caption="../report/fig_1.rst", category="Figures"),
        csv=f"{REPORTS}/figures/fig_1.csv",
        readings=expand(f"{REPORTS}/figures/fig_1/{{reading}}.png", reading=config["readings"]),
    log:
        f"logs/fig_1/{config['scale']}.log",
    benchmark:
        f"benchmarks/fig_1/{config['scale']}.tsv"
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
        "../scripts/fig_1.py"


rule fig_2:
    """Figure 2: accuracy of noisy and blurred inputs; A, MNIST; B, noise on the features of birds."""
    input:
        images=expand(
            rules.summarise_distortion.output.table,
            dataset="mnist",
            distortion=PLAN.image_distortions,
        ),
        features=expand(
            rules.summarise_distortion.output.table,
            dataset=PLAN.of_kind("cub200"),
            distortion=[name for name in config["distortions"] if name in OF_FEATURES],
        ),
        original=project_file("workflow/reference/original_distortions.csv"),
        code=code("fig_2"),
    output:
        pdf=f"{REPORTS}/figures/fig_2.pdf",
        png=report(f"{REPORTS}/figures/fig_2.png", caption="../report/fig_2.rst", category="Figures"),
        csv=f"{REPORTS}/figures/fig_2.csv",
        readings=expand(f"{REPORTS}/figures/fig_2/{{reading}}.png", reading=config["readings"]),
    log:
        f"logs/fig_2/{config['scale']}.log",
    benchmark:
        f"benchmarks/fig_2/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        not_run=NOT_RUN,
        readings=config["readings"],
        distortions=list(config["distortions"]),
    script:
        "../scripts/fig_2.py"


rule fig_3:
    """Figure 3: A, Patches; B, distorted; C, accuracy of distorted images; D, weight spread."""
    input:
        dataset=rules.patches.output.dataset.format(dataset="patches"),
        accuracy=expand(
            rules.summarise_distortion.output.table, dataset="patches", distortion=PLAN.image_distortions
        ),
        weights=expand(rules.summarise_weights.output.table, dataset="patches"),
        code=code("fig_3", *[f"distortions.{name}" for name in PLAN.image_distortions]),
    output:
        pdf=f"{REPORTS}/figures/fig_3.pdf",
        png=report(f"{REPORTS}/figures/fig_3.png", caption="../report/fig_3.rst", category="Figures"),
        csv=f"{REPORTS}/figures/fig_3.csv",
        readings=expand(f"{REPORTS}/figures/fig_3/{{reading}}.png", reading=config["readings"]),
    log:
        f"logs/fig_3/{config['scale']}.log",
    benchmark:
        f"benchmarks/fig_3/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        readings=config["readings"],
        distortions=analyses.shown_distortions(PLAN, "patches"),
    script:
        "../scripts/fig_3.py"


rule fig_4:
    """Figure 4: every weight of the networks of Patches, by what its pixel is to its output."""
    input:
        weights=expand(rules.weights.output.table, dataset="patches"),
        code=code("fig_4"),
    output:
        pdf=f"{REPORTS}/figures/fig_4.pdf",
        png=report(f"{REPORTS}/figures/fig_4.png", caption="../report/fig_4.rst", category="Figures"),
        csv=f"{REPORTS}/figures/fig_4.csv",
        readings=expand(f"{REPORTS}/figures/fig_4/{{reading}}.png", reading=config["readings"]),
    log:
        f"logs/fig_4/{config['scale']}.log",
    benchmark:
        f"benchmarks/fig_4/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        networks=analyses.distorted_networks(PLAN),
    script:
        "../scripts/fig_4.py"


rule fig_5:
    """Figure 5, before and after sleep: A, decision regions; B, the strength of FGSM for each digit; C, mean outputs."""
    input:
        regions=rules.plane.output.regions,
        plane=rules.plane.output.summary,
        classes=expand(rules.summarise_classes.output.table, dataset="mnist", attack="fgsm"),
        scores=expand(rules.summarise_digits.output.scores, dataset="mnist"),
        code=code("fig_5"),
    output:
        pdf=f"{REPORTS}/figures/fig_5.pdf",
        png=report(f"{REPORTS}/figures/fig_5.png", caption="../report/fig_5.rst", category="Figures"),
        csv=f"{REPORTS}/figures/fig_5.csv",
        readings=expand(f"{REPORTS}/figures/fig_5/{{reading}}.png", reading=config["readings"]),
    log:
        f"logs/fig_5/{config['scale']}.log",
    benchmark:
        f"benchmarks/fig_5/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        readings=config["readings"],
    script:
        "../scripts/fig_5.py"


rule fig_6:
    """Figure 6: what DeepFool, JSMA and the Boundary Attack end with, and what the networks say to it."""
    input:
        runs=PLAN.files(rules.attack.output.arrays, analyses.gallery_runs(PLAN)),
        order=expand(rules.test_order.output.order, dataset="mnist"),
        code=code("fig_6"),
    output:
        pdf=f"{REPORTS}/figures/fig_6.pdf",
        png=report(f"{REPORTS}/figures/fig_6.png", caption="../report/fig_6.rst", category="Figures"),
        csv=f"{REPORTS}/figures/fig_6.csv",
        readings=expand(f"{REPORTS}/figures/fig_6/{{reading}}.png", reading=config["readings"]),
    log:
        f"logs/fig_6/{config['scale']}.log",
    benchmark:
        f"benchmarks/fig_6/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        runs=analyses.gallery_runs(PLAN),
        images=5,
    script:
        "../scripts/fig_6.py"


rule fig_7:
    """Figure 7: what the noisy and blurred MNIST images look like."""
    input:
        dataset=rules.mnist.output.dataset,
        code=code("fig_7", *[f"distortions.{name}" for name in PLAN.image_distortions]),
    output:
        pdf=f"{REPORTS}/figures/fig_7.pdf",
        png=report(f"{REPORTS}/figures/fig_7.png", caption="../report/fig_7.rst", category="Figures"),
        csv=f"{REPORTS}/figures/fig_7.csv",
    log:
        f"logs/fig_7/{config['scale']}.log",
    benchmark:
        f"benchmarks/fig_7/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        distortions=analyses.shown_distortions(PLAN, "mnist"),
    script:
        "../scripts/fig_7.py"
