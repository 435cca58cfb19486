localrules:
    tadros_fig_1,
    tadros_fig_2,
    tadros_fig_3,
    tadros_fig_4,
    tadros_fig_5,
    tadros_fig_6,
    tadros_fig_7,


rule tadros_fig_1:
    """Figure 1: accuracy under FGSM against ε."""
    input:
        fgsm=expand(
            rules.summarise_attack.output.table, paper="tadros", dataset=TADROS.datasets, attack="fgsm"
        ),
        original=project_file("workflow/papers/tadros/reference/original_program.csv"),
        code=code("fig_1", of="papers/tadros"),
    output:
        pdf=f"{REPORTS}/tadros/figures/fig_1.pdf",
        png=report(f"{REPORTS}/tadros/figures/fig_1.png", caption="report/fig_1.rst", category="Figures"),
        csv=f"{REPORTS}/tadros/figures/fig_1.csv",
        readings=expand(f"{REPORTS}/tadros/figures/fig_1/{{reading}}.png", reading=TADROS.config["readings"]),
    log:
        f"logs/tadros_fig_1/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_fig_1/{config['scale']}.tsv"
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
        "scripts/fig_1.py"


rule tadros_fig_2:
    """Figure 2: accuracy of noisy and blurred inputs; A, MNIST; B, noise on the features of birds."""
    input:
        images=expand(
            rules.summarise_distortion.output.table,
            paper="tadros",
            dataset=TADROS.of_kind("idx"),
            distortion=TADROS.image_distortions,
        ),
        features=expand(
            rules.summarise_distortion.output.table,
            paper="tadros",
            dataset=TADROS.of_kind("cub200"),
            distortion=[name for name in TADROS.config["distortions"] if name in OF_FEATURES],
        ),
        original=project_file("workflow/papers/tadros/reference/original_distortions.csv"),
        code=code("fig_2", of="papers/tadros"),
    output:
        pdf=f"{REPORTS}/tadros/figures/fig_2.pdf",
        png=report(f"{REPORTS}/tadros/figures/fig_2.png", caption="report/fig_2.rst", category="Figures"),
        csv=f"{REPORTS}/tadros/figures/fig_2.csv",
        readings=expand(f"{REPORTS}/tadros/figures/fig_2/{{reading}}.png", reading=TADROS.config["readings"]),
    log:
        f"logs/tadros_fig_2/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_fig_2/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        not_run=NOT_RUN,
        readings=TADROS.config["readings"],
        distortions=list(TADROS.config["distortions"]),
    script:
        "scripts/fig_2.py"


rule tadros_fig_3:
    """Figure 3: A, Patches; B, distorted; C, accuracy of distorted images; D, weight spread."""
    input:
        dataset=lambda _: TADROS.data_file(DATASET, "patches"),
        accuracy=expand(
            rules.summarise_distortion.output.table,
            paper="tadros",
            dataset="patches",
            distortion=TADROS.image_distortions,
        ),
        weights=expand(rules.tadros_summarise_weights.output.table, dataset="patches"),
        code=code("fig_3", *[f"distortions.{name}" for name in TADROS.image_distortions], of="papers/tadros"),
    output:
        pdf=f"{REPORTS}/tadros/figures/fig_3.pdf",
        png=report(f"{REPORTS}/tadros/figures/fig_3.png", caption="report/fig_3.rst", category="Figures"),
        csv=f"{REPORTS}/tadros/figures/fig_3.csv",
        readings=expand(f"{REPORTS}/tadros/figures/fig_3/{{reading}}.png", reading=TADROS.config["readings"]),
    log:
        f"logs/tadros_fig_3/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_fig_3/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        readings=TADROS.config["readings"],
        distortions=tadros.shown_distortions(TADROS, "patches"),
    script:
        "scripts/fig_3.py"


rule tadros_fig_4:
    """Figure 4: every weight of the networks of Patches, by what its pixel is to its output."""
    input:
        weights=expand(rules.tadros_weights.output.table, dataset="patches"),
        code=code("fig_4", of="papers/tadros"),
    output:
        pdf=f"{REPORTS}/tadros/figures/fig_4.pdf",
        png=report(f"{REPORTS}/tadros/figures/fig_4.png", caption="report/fig_4.rst", category="Figures"),
        csv=f"{REPORTS}/tadros/figures/fig_4.csv",
        readings=expand(f"{REPORTS}/tadros/figures/fig_4/{{reading}}.png", reading=TADROS.config["readings"]),
    log:
        f"logs/tadros_fig_4/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_fig_4/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        networks=tadros.distorted_networks(TADROS),
    script:
        "scripts/fig_4.py"


rule tadros_fig_5:
    """Figure 5, before and after sleep: A, decision regions; B, the strength of FGSM for each digit; C, mean outputs."""
    input:
        regions=rules.tadros_plane.output.regions,
        plane=rules.tadros_plane.output.summary,
        classes=expand(rules.summarise_classes.output.table, paper="tadros", dataset="mnist", attack="fgsm"),
        scores=expand(rules.tadros_summarise_digits.output.scores, dataset="mnist"),
        code=code("fig_5", of="papers/tadros"),
    output:
        pdf=f"{REPORTS}/tadros/figures/fig_5.pdf",
        png=report(f"{REPORTS}/tadros/figures/fig_5.png", caption="report/fig_5.rst", category="Figures"),
        csv=f"{REPORTS}/tadros/figures/fig_5.csv",
        readings=expand(f"{REPORTS}/tadros/figures/fig_5/{{reading}}.png", reading=TADROS.config["readings"]),
    log:
        f"logs/tadros_fig_5/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_fig_5/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        readings=TADROS.config["readings"],
    script:
        "scripts/fig_5.py"


rule tadros_fig_6:
    """Figure 6: what DeepFool, JSMA and the Boundary Attack end with, and what the networks say to it."""
    input:
        runs=TADROS.files(ATTACKED, tadros.gallery_runs(TADROS)),
        order=MNIST_ORDER,
        code=code("fig_6", of="papers/tadros"),
    output:
        pdf=f"{REPORTS}/tadros/figures/fig_6.pdf",
        png=report(f"{REPORTS}/tadros/figures/fig_6.png", caption="report/fig_6.rst", category="Figures"),
        csv=f"{REPORTS}/tadros/figures/fig_6.csv",
        readings=expand(f"{REPORTS}/tadros/figures/fig_6/{{reading}}.png", reading=TADROS.config["readings"]),
    log:
        f"logs/tadros_fig_6/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_fig_6/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        runs=tadros.gallery_runs(TADROS),
        images=5,
    script:
        "scripts/fig_6.py"


rule tadros_fig_7:
    """Figure 7: what the noisy and blurred MNIST images look like."""
    input:
        dataset=MNIST,
        code=code("fig_7", *[f"distortions.{name}" for name in TADROS.image_distortions], of="papers/tadros"),
    output:
        pdf=f"{REPORTS}/tadros/figures/fig_7.pdf",
        png=report(f"{REPORTS}/tadros/figures/fig_7.png", caption="report/fig_7.rst", category="Figures"),
        csv=f"{REPORTS}/tadros/figures/fig_7.csv",
    log:
        f"logs/tadros_fig_7/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_fig_7/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        distortions=tadros.shown_distortions(TADROS, "mnist"),
    script:
        "scripts/fig_7.py"
