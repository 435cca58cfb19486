"""Split CIFAR-10 of Pham et al. 2021 (final report, §3.2): its stages, figures and verdicts, which are made on request alone."""

SPLIT = bnn.split(BNN)
CIFAR = f"{RESULTS}/bnn/cifar"
CIFAR_LEARNT = f"{CIFAR}/learnt/{{grid}}/{{member}}/seed{{seed}}"
CIFAR_IMAGES = BNN.data_file(rules.download_cifar10.output.images, bnn.CIFAR)
RESNET = config["datasets"][BNN.config["datasets"][bnn.CIFAR]["data"]]


localrules:
    bnn_corrupt_features,
    bnn_summarise_cifar,
    bnn_summarise_cifar_corruptions,
    bnn_summarise_cifar_features,
    bnn_summarise_cifar_images,
    bnn_claims_cifar,
    bnn_final_fig_7,
    bnn_final_fig_8,
    bnn_final_fig_9,


use rule bnn_learn as bnn_learn_cifar with:
    input:
        dataset=BNN.data_file(DATASET, bnn.CIFAR),
        code=code("learn", of="papers/bnn"),
    output:
        learnt=f"{CIFAR_LEARNT}.pt",
        time=f"{CIFAR_LEARNT}_time.csv",
    log:
        f"logs/bnn_learn_cifar/{config['scale']}/{{grid}}/{{member}}/seed{{seed}}.log",
    benchmark:
        f"benchmarks/bnn_learn_cifar/{config['scale']}/{{grid}}/{{member}}/seed{{seed}}.tsv"
    wildcard_constraints:
        grid=one_of(SPLIT.config["grids"]),
    params:
        tasks=SPLIT.config["tasks"],
        network=lambda wildcards: bnn.parameters(SPLIT.config, wildcards.grid, int(wildcards.member)),


use rule bnn_evaluate as bnn_evaluate_cifar with:
    input:
        dataset=BNN.data_file(DATASET, bnn.CIFAR),
        learnt=lambda wildcards: bnn.paths(
            rules.bnn_learn_cifar.output.learnt, bnn.runs(SPLIT, [wildcards.grid])
        ),
        code=code("evaluate", of="papers/bnn"),
    output:
        flags=f"{CIFAR}/evaluated/{{grid}}.npz",
        networks=f"{CIFAR}/evaluated/{{grid}}_networks.csv",
    log:
        f"logs/bnn_evaluate_cifar/{config['scale']}/{{grid}}.log",
    benchmark:
        f"benchmarks/bnn_evaluate_cifar/{config['scale']}/{{grid}}.tsv"
    wildcard_constraints:
        grid=one_of(SPLIT.config["grids"]),
    params:
        tasks=SPLIT.config["tasks"],
        runs=lambda wildcards: bnn.runs(SPLIT, [wildcards.grid]),


use rule bnn_attack as bnn_attack_features with:
    input:
        dataset=BNN.data_file(DATASET, bnn.CIFAR),
        order=BNN.data_file(rules.test_order.output.order, bnn.CIFAR),
        learnt=rules.bnn_evaluate_cifar.input.learnt,
        code=code("attack", "attacks.fgsm", of="papers/bnn"),
    output:
        flags=f"{CIFAR}/features/{{by}}/{{by_variant}}/{{grid}}.npz",
    log:
        f"logs/bnn_attack_features/{config['scale']}/{{by}}/{{by_variant}}/{{grid}}.log",
    benchmark:
        f"benchmarks/bnn_attack_features/{config['scale']}/{{by}}/{{by_variant}}/{{grid}}.tsv"
    wildcard_constraints:
        grid=one_of(SPLIT.config["grids"]),
    params:
        tasks=SPLIT.config["tasks"],
        attack=lambda wildcards: SPLIT.attack_params(bnn.CIFAR, wildcards.by, wildcards.by_variant),
        statistics=lambda wildcards: bnn.statistics(SPLIT, wildcards.by, wildcards.by_variant),
        runs=lambda wildcards: bnn.runs(SPLIT, [wildcards.grid]),


rule bnn_attack_images:
    """Which images of CIFAR-10 the networks of a grid are right on under FGSM, whose gradient goes through ResNet-50."""
    input:
        images=CIFAR_IMAGES,
        weights=rules.download_resnet50.output.weights.replace("{weights}", RESNET["weights"]),
        learnt=rules.bnn_evaluate_cifar.input.learnt,
        code=code("attack_images", of="papers/bnn"),
    output:
        flags=f"{CIFAR}/images/{{by}}/{{by_variant}}/{{grid}}.npz",
    log:
        f"logs/bnn_attack_images/{config['scale']}/{{by}}/{{by_variant}}/{{grid}}.log",
    benchmark:
        f"benchmarks/bnn_attack_images/{config['scale']}/{{by}}/{{by_variant}}/{{grid}}.tsv"
    wildcard_constraints:
        grid=one_of(SPLIT.config["grids"]),
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(5000),
        runtime=grown(600),
        gpu=0,
    params:
        tasks=SPLIT.config["tasks"],
        images=SPLIT.config["images"],
        weights=RESNET["weights"],
        divided_by=RESNET["divided_by"],
        statistics=lambda wildcards: bnn.shown_statistics(SPLIT, wildcards.by, wildcards.by_variant),
        runs=lambda wildcards: bnn.runs(SPLIT, [wildcards.grid]),
    script:
        "scripts/attack_images.py"


rule bnn_embed_corrupted:
    """What ResNet-50 makes of test images of CIFAR-10 under each corruption."""
    input:
        images=CIFAR_IMAGES,
        weights=rules.bnn_attack_images.input.weights,
        photographs=rules.download_frost.output.photographs,
        code=code("embed_corrupted", of="papers/bnn"),
    output:
        features=f"{CIFAR}/corrupted_features.npz",
    log:
        f"logs/bnn_embed_corrupted/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_embed_corrupted/{config['scale']}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 6  # workers of one thread each, as of `embed`
    resources:
        mem_mb=grown(3000),
        runtime=grown(600),
        gpu=0,
    params:
        weights=RESNET["weights"],
        corrupted=SPLIT.config["corrupted"],
    script:
        "scripts/embed_corrupted.py"


rule bnn_corrupt_features:
    """Which corrupted images of CIFAR-10 the networks of a grid are right on, after both tasks."""
    input:
        features=rules.bnn_embed_corrupted.output.features,
        learnt=rules.bnn_evaluate_cifar.input.learnt,
        code=code("corrupt_features", of="papers/bnn"),
    output:
        flags=f"{CIFAR}/corrupted/{{grid}}.npz",
    log:
        f"logs/bnn_corrupt_features/{config['scale']}/{{grid}}.log",
    benchmark:
        f"benchmarks/bnn_corrupt_features/{config['scale']}/{{grid}}.tsv"
    wildcard_constraints:
        grid=one_of(SPLIT.config["grids"]),
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(60),
    params:
        tasks=SPLIT.config["tasks"],
        divided_by=RESNET["divided_by"],
        statistics=sorted({one for own in SPLIT.config["readings"].values() for one in own["statistics"]}),
        runs=lambda wildcards: bnn.runs(SPLIT, [wildcards.grid]),
    script:
        "scripts/corrupt_features.py"


use rule bnn_summarise as bnn_summarise_cifar with:
    input:
        flags=bnn.paths(rules.bnn_evaluate_cifar.output.flags, bnn.read_runs(SPLIT)),
        code=code("summarise", of="papers/bnn"),
    output:
        levels=f"{RESULTS}/bnn/summary/cifar_clean.csv",
        contrasts=f"{RESULTS}/bnn/summary/cifar_contrasts.csv",
    log:
        f"logs/bnn_summarise_cifar/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_summarise_cifar/{config['scale']}.tsv"
    params:
        runs=bnn.read_runs(SPLIT),
        contrasts=SPLIT.config["contrasts"],
        tasks=len(SPLIT.config["tasks"]["classes"]),
        clean=None,
        dataset=bnn.CIFAR,


use rule bnn_summarise as bnn_summarise_cifar_corruptions with:
    input:
        flags=bnn.paths(rules.bnn_corrupt_features.output.flags, bnn.read_runs(SPLIT)),
        code=code("summarise", of="papers/bnn"),
    output:
        levels=f"{RESULTS}/bnn/summary/cifar_corrupted.csv",
        contrasts=f"{RESULTS}/bnn/summary/cifar_corrupted_contrasts.csv",
    log:
        f"logs/bnn_summarise_cifar_corruptions/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_summarise_cifar_corruptions/{config['scale']}.tsv"
    params:
        runs=bnn.read_runs(SPLIT),
        contrasts=SPLIT.config["contrasts"],
        tasks=len(SPLIT.config["tasks"]["classes"]),
        clean={"norm": "own", "corruption": "original", "severity": 0},
        dataset=bnn.CIFAR,


use rule bnn_summarise as bnn_summarise_cifar_features with:
    input:
        flags=bnn.paths(rules.bnn_attack_features.output.flags, bnn.attacked_runs(SPLIT)),
        code=code("summarise", of="papers/bnn"),
    output:
        levels=f"{RESULTS}/bnn/summary/cifar_features.csv",
        contrasts=f"{RESULTS}/bnn/summary/cifar_features_contrasts.csv",
    log:
        f"logs/bnn_summarise_cifar_features/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_summarise_cifar_features/{config['scale']}.tsv"
    params:
        runs=bnn.attacked_runs(SPLIT),
        contrasts=SPLIT.config["contrasts"],
        strengths=SPLIT.config["features"],
        tasks=len(SPLIT.config["tasks"]["classes"]),
        clean={"norm": "own", "strength": 0.0},
        dataset=bnn.CIFAR,


use rule bnn_summarise as bnn_summarise_cifar_images with:
    input:
        flags=bnn.paths(rules.bnn_attack_images.output.flags, bnn.attacked_runs(SPLIT)),
        code=code("summarise", of="papers/bnn"),
    output:
        levels=f"{RESULTS}/bnn/summary/cifar_images.csv",
        contrasts=f"{RESULTS}/bnn/summary/cifar_images_contrasts.csv",
    log:
        f"logs/bnn_summarise_cifar_images/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_summarise_cifar_images/{config['scale']}.tsv"
    params:
        runs=bnn.attacked_runs(SPLIT),
        contrasts=SPLIT.config["contrasts"],
        strengths=SPLIT.config["images"]["strengths"],
        tasks=len(SPLIT.config["tasks"]["classes"]),
        clean={"norm": "own", "strength": 0.0},
        dataset=bnn.CIFAR,


rule bnn_final_fig_7:
    """Final report, Figure 7: accuracy on each task of split CIFAR after the last, by metaplasticity."""
    input:
        levels=[rules.bnn_summarise_cifar.output.levels, *CIFAR_100_LEVELS],
        printed=project_file("workflow/papers/bnn/reference/final_fig_7.csv"),
        code=code("final_fig_7", of="papers/bnn"),
    output:
        pdf=f"{REPORTS}/bnn/figures/final_fig_7.pdf",
        png=report(
            f"{REPORTS}/bnn/figures/final_fig_7.png",
            caption="report/final_fig_7.rst",
            category="Pham et al.",
        ),
        csv=f"{REPORTS}/bnn/figures/final_fig_7.csv",
        readings=expand(f"{REPORTS}/bnn/figures/final_fig_7/{{reading}}.png", reading=BNN.config["readings"]),
    log:
        f"logs/bnn_final_fig_7/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_final_fig_7/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        readings=SPLIT.config["readings"],
    script:
        "scripts/final_fig_7.py"


rule bnn_final_fig_8:
    """Final report, Figures 8 and S2: accuracy on each task of split CIFAR under each corruption, after the last."""
    input:
        levels=rules.bnn_summarise_cifar_corruptions.output.levels,
        printed=project_file("workflow/papers/bnn/reference/final_fig_8.csv"),
        code=code("final_fig_8", of="papers/bnn"),
    output:
        pdf=f"{REPORTS}/bnn/figures/final_fig_8.pdf",
        png=report(
            f"{REPORTS}/bnn/figures/final_fig_8.png",
            caption="report/final_fig_8.rst",
            category="Pham et al.",
        ),
        csv=f"{REPORTS}/bnn/figures/final_fig_8.csv",
        readings=expand(f"{REPORTS}/bnn/figures/final_fig_8/{{reading}}.png", reading=BNN.config["readings"]),
    log:
        f"logs/bnn_final_fig_8/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_final_fig_8/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        readings=SPLIT.config["readings"],
    script:
        "scripts/final_fig_8.py"


rule bnn_final_fig_9:
    """Final report, Figure 9: accuracy on split CIFAR under FGSM of features, and of images."""
    input:
        features=rules.bnn_summarise_cifar_features.output.levels,
        images=rules.bnn_summarise_cifar_images.output.levels,
        printed=project_file("workflow/papers/bnn/reference/final_fig_9.csv"),
        code=code("final_fig_9", of="papers/bnn"),
    output:
        pdf=f"{REPORTS}/bnn/figures/final_fig_9.pdf",
        png=report(
            f"{REPORTS}/bnn/figures/final_fig_9.png",
            caption="report/final_fig_9.rst",
            category="Pham et al.",
        ),
        csv=f"{REPORTS}/bnn/figures/final_fig_9.csv",
        readings=expand(f"{REPORTS}/bnn/figures/final_fig_9/{{reading}}.png", reading=BNN.config["readings"]),
    log:
        f"logs/bnn_final_fig_9/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_final_fig_9/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        readings=SPLIT.config["readings"],
    script:
        "scripts/final_fig_9.py"


CIFAR_INSIDE = [
    ("cifar_contrasts", rules.bnn_summarise_cifar.output.contrasts),
    ("cifar_corrupted_contrasts", rules.bnn_summarise_cifar_corruptions.output.contrasts),
    ("cifar_features_contrasts", rules.bnn_summarise_cifar_features.output.contrasts),
    ("cifar_images_contrasts", rules.bnn_summarise_cifar_images.output.contrasts),
]


rule bnn_claims_cifar:
    """The verdicts on the claims of split CIFAR-10."""
    input:
        inside=[file for _, file in CIFAR_INSIDE],
        code=code("claims_cifar", of="papers/bnn"),
    output:
        csv=f"{REPORTS}/bnn/claims_cifar.csv",
        md=f"{REPORTS}/bnn/claims_cifar.md",
        html=report(f"{REPORTS}/bnn/claims_cifar.html", caption="report/claims_cifar.rst", category="Claims"),
    log:
        f"logs/bnn_claims_cifar/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_claims_cifar/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        claims={name: own for name, own in CLAIMS["bnn"].items() if own["dataset"] == bnn.CIFAR},
        inside=[name for name, _ in CIFAR_INSIDE],
        readings=BNN.config["readings"],
        datasets=[bnn.CIFAR],
    script:
        "scripts/claims_cifar.py"


rule bnn_cifar:
    """Split CIFAR-10: its figures, and the verdicts on what Pham et al. claim of it."""
    input:
        rules.bnn_final_fig_7.output,
        rules.bnn_final_fig_8.output,
        rules.bnn_final_fig_9.output,
        rules.bnn_claims_cifar.output,
