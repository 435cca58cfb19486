"""Pham et al. 2021, metaplastic binary networks: its own stages (learn, evaluate), figures, tables and verdicts."""

from sleep_robustness.papers.bnn import plan as bnn

BNN = PLANS["bnn"]
LEARNT = f"{RESULTS}/bnn/learnt/{{grid}}/{{member}}/seed{{seed}}"


localrules:
    bnn_check,
    bnn_summarise,
    bnn_summarise_attacks,
    bnn_summarise_corruptions,
    bnn_images,
    bnn_fig_1,
    bnn_fig_2,
    bnn_fig_3,
    bnn_fig_4,
    bnn_fig_5,
    bnn_final_fig_3,
    bnn_final_fig_4,
    bnn_final_fig_5,
    bnn_final_fig_6,
    bnn_fig_batchnorm,
    bnn_fig_trade,
    bnn_table_checks,
    bnn_table_gradient,
    bnn_table_weights,
    bnn_table_cost,


wildcard_constraints:
    grid=one_of(BNN.config["grids"]),
    member=r"\d+",
    by=one_of(BNN.config["attacks"]),
    by_variant=one_of(BNN.variants("attacks")),
    corruptions=one_of(BNN.config["corruptions"]),


rule bnn_learn:
    """A network that learns all tasks, one after the other."""
    input:
        dataset=BNN.data_file(DATASET, bnn.MNIST),
        code=code("learn", of="papers/bnn"),
    output:
        learnt=f"{LEARNT}.pt",
        time=f"{LEARNT}_time.csv",
    log:
        f"logs/bnn_learn/{config['scale']}/{{grid}}/{{member}}/seed{{seed}}.log",
    benchmark:
        f"benchmarks/bnn_learn/{config['scale']}/{{grid}}/{{member}}/seed{{seed}}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(600),
        gpu=0,
    params:
        tasks=BNN.config["tasks"],
        network=lambda wildcards: bnn.parameters(BNN.config, wildcards.grid, int(wildcards.member)),
    script:
        "scripts/learn.py"


rule bnn_evaluate:
    """Which clean test images the networks of a grid are right on, by the statistics and the parameters of BatchNorm."""
    input:
        dataset=BNN.data_file(DATASET, bnn.MNIST),
        learnt=lambda wildcards: bnn.learnt_paths(
            BNN, rules.bnn_learn.output.learnt, bnn.runs(BNN, [wildcards.grid])
        ),
        code=code("evaluate", of="papers/bnn"),
    output:
        flags=f"{RESULTS}/bnn/evaluated/{{grid}}.npz",
        networks=f"{RESULTS}/bnn/evaluated/{{grid}}_networks.csv",
    log:
        f"logs/bnn_evaluate/{config['scale']}/{{grid}}.log",
    benchmark:
        f"benchmarks/bnn_evaluate/{config['scale']}/{{grid}}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
    params:
        tasks=BNN.config["tasks"],
        runs=lambda wildcards: bnn.runs(BNN, [wildcards.grid]),
    script:
        "scripts/evaluate.py"


rule bnn_attack:
    """Which test images the networks of a grid are right on under an attack on themselves."""
    input:
        dataset=BNN.data_file(DATASET, bnn.MNIST),
        order=BNN.data_file(rules.test_order.output.order, bnn.MNIST),
        learnt=rules.bnn_evaluate.input.learnt,
        code=lambda wildcards: code("attack", f"attacks.{wildcards.by}", of="papers/bnn"),
    output:
        flags=f"{RESULTS}/bnn/attacked/{{by}}/{{by_variant}}/{{grid}}.npz",
    log:
        f"logs/bnn_attack/{config['scale']}/{{by}}/{{by_variant}}/{{grid}}.log",
    benchmark:
        f"benchmarks/bnn_attack/{config['scale']}/{{by}}/{{by_variant}}/{{grid}}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
        gpu=0,
    params:
        tasks=BNN.config["tasks"],
        attack=lambda wildcards: BNN.attack_params(bnn.MNIST, wildcards.by, wildcards.by_variant),
        statistics=lambda wildcards: bnn.statistics(BNN, wildcards.by, wildcards.by_variant),
        runs=lambda wildcards: bnn.runs(BNN, [wildcards.grid]),
    script:
        "scripts/attack.py"


rule bnn_transfer:
    """Which test images the networks of a grid are right on that an attack makes on their real twin."""
    input:
        dataset=BNN.data_file(DATASET, bnn.MNIST),
        order=BNN.data_file(rules.test_order.output.order, bnn.MNIST),
        learnt=rules.bnn_evaluate.input.learnt,
        twins=bnn.paths(rules.bnn_learn.output.learnt, bnn.twins(BNN).values()),
        code=lambda wildcards: code("transfer", f"attacks.{wildcards.by}", of="papers/bnn"),
    output:
        flags=f"{RESULTS}/bnn/attacked/transfer/{{by}}-{{by_variant}}/{{grid}}.npz",
    log:
        f"logs/bnn_transfer/{config['scale']}/{{by}}/{{by_variant}}/{{grid}}.log",
    benchmark:
        f"benchmarks/bnn_transfer/{config['scale']}/{{by}}/{{by_variant}}/{{grid}}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
        gpu=0,
    params:
        tasks=BNN.config["tasks"],
        attack=lambda wildcards: BNN.attack_params(bnn.MNIST, wildcards.by, wildcards.by_variant),
        statistics=lambda wildcards: bnn.statistics(
            BNN, bnn.TRANSFER, f"{wildcards.by}-{wildcards.by_variant}"
        ),
        runs=lambda wildcards: bnn.runs(BNN, [wildcards.grid]),
        twins=list(bnn.twins(BNN)),
    script:
        "scripts/transfer.py"


rule bnn_corrupt:
    """Which corrupted test images the networks of a seed are right on, after the last task. All are shown the same images."""
    input:
        dataset=BNN.data_file(DATASET, bnn.MNIST),
        order=BNN.data_file(rules.test_order.output.order, bnn.MNIST),
        learnt=lambda wildcards: bnn.learnt_paths(
            BNN,
            rules.bnn_learn.output.learnt,
            bnn.corrupted_networks(BNN, wildcards.corruptions, wildcards.seed),
        ),
        photographs=rules.download_frost.output.photographs,
        code=code("corrupt", of="papers/bnn"),
    output:
        flags=f"{RESULTS}/bnn/corrupted/{{corruptions}}/seed{{seed}}.npz",
    log:
        f"logs/bnn_corrupt/{config['scale']}/{{corruptions}}/seed{{seed}}.log",
    benchmark:
        f"benchmarks/bnn_corrupt/{config['scale']}/{{corruptions}}/seed{{seed}}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
    params:
        tasks=BNN.config["tasks"],
        corruptions=lambda wildcards: BNN.config["corruptions"][wildcards.corruptions],
        statistics=lambda wildcards: bnn.corrupted_statistics(BNN, wildcards.corruptions),
        runs=lambda wildcards: bnn.corrupted_networks(BNN, wildcards.corruptions, wildcards.seed),
    script:
        "scripts/corrupt.py"


rule bnn_check:
    """What is in doubt: networks that a task did not move, hidden gradients, attacks that another one beats."""
    input:
        networks=bnn.paths(rules.bnn_evaluate.output.networks, bnn.grids(BNN)),
        flags=bnn.paths(rules.bnn_attack.output.flags, bnn.attacked_runs(BNN)),
        code=code("check", of="papers/bnn"),
    output:
        table=f"{RESULTS}/bnn/summary/checks.csv",
    log:
        f"logs/bnn_check/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_check/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(30),
    params:
        grids=bnn.grids(BNN),
        runs=bnn.attacked_runs(BNN),
    script:
        "scripts/check.py"


rule bnn_summarise:
    """Accuracies on clean images, and what claims compare of them."""
    input:
        flags=bnn.paths(rules.bnn_evaluate.output.flags, bnn.read_runs(BNN)),
        checks=rules.bnn_check.output.table,
        code=code("summarise", of="papers/bnn"),
    output:
        levels=f"{RESULTS}/bnn/summary/clean.csv",
        contrasts=f"{RESULTS}/bnn/summary/clean_contrasts.csv",
    log:
        f"logs/bnn_summarise/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_summarise/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
    params:
        runs=bnn.read_runs(BNN),
        contrasts=BNN.config["contrasts"],
        strengths=BNN.config["contrast_strengths"],
        tasks=BNN.config["tasks"]["number"],
        clean=None,
    script:
        "scripts/summarise.py"


use rule bnn_summarise as bnn_summarise_attacks with:
    input:
        flags=bnn.paths(rules.bnn_attack.output.flags, bnn.attacked_runs(BNN)),
        checks=rules.bnn_check.output.table,
        code=code("summarise", of="papers/bnn"),
    output:
        levels=f"{RESULTS}/bnn/summary/attacked.csv",
        contrasts=f"{RESULTS}/bnn/summary/attacked_contrasts.csv",
    log:
        f"logs/bnn_summarise_attacks/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_summarise_attacks/{config['scale']}.tsv"
    params:
        runs=bnn.attacked_runs(BNN),
        contrasts=BNN.config["contrasts"],
        strengths=BNN.config["contrast_strengths"],
        tasks=BNN.config["tasks"]["number"],
        clean={"norm": "own", "strength": 0.0},


use rule bnn_summarise as bnn_summarise_corruptions with:
    input:
        flags=[
            rules.bnn_corrupt.output.flags.format(corruptions=run["by_variant"], **run)
            for run in bnn.corrupted_runs(BNN)
        ],
        checks=rules.bnn_check.output.table,
        code=code("summarise", of="papers/bnn"),
    output:
        levels=f"{RESULTS}/bnn/summary/corrupted.csv",
        contrasts=f"{RESULTS}/bnn/summary/corrupted_contrasts.csv",
    log:
        f"logs/bnn_summarise_corruptions/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_summarise_corruptions/{config['scale']}.tsv"
    params:
        runs=bnn.corrupted_runs(BNN),
        contrasts=BNN.config["contrasts"],
        strengths=BNN.config["contrast_strengths"],
        tasks=BNN.config["tasks"]["number"],
        clean={"norm": "own", "corruption": "original", "severity": 0},


rule bnn_fig_1:
    """Mid report, Figure 1: the tasks, and accuracy on each after the last, by metaplasticity and by width."""
    input:
        levels=rules.bnn_summarise.output.levels,
        dataset=BNN.data_file(DATASET, bnn.MNIST),
        printed=project_file("workflow/papers/bnn/reference/fig_1.csv"),
        code=code("fig_1", of="papers/bnn"),
    output:
        pdf=f"{REPORTS}/bnn/figures/fig_1.pdf",
        png=report(f"{REPORTS}/bnn/figures/fig_1.png", caption="report/fig_1.rst", category="Pham et al."),
        csv=f"{REPORTS}/bnn/figures/fig_1.csv",
        readings=expand(f"{REPORTS}/bnn/figures/fig_1/{{reading}}.png", reading=BNN.config["readings"]),
    log:
        f"logs/bnn_fig_1/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_fig_1/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        tasks=BNN.config["tasks"],
        widths=BNN.config["sizes"]["widths"],
        readings=BNN.config["readings"],
    script:
        "scripts/fig_1.py"


rule bnn_fig_2:
    """Mid report, Figure 2: a digit under the corruptions."""
    input:
        dataset=BNN.data_file(DATASET, bnn.MNIST),
        photographs=rules.download_frost.output.photographs,
        code=code("fig_2", of="papers/bnn"),
    output:
        pdf=f"{REPORTS}/bnn/figures/fig_2.pdf",
        png=report(f"{REPORTS}/bnn/figures/fig_2.png", caption="report/fig_2.rst", category="Pham et al."),
        csv=f"{REPORTS}/bnn/figures/fig_2.csv",
        readings=expand(f"{REPORTS}/bnn/figures/fig_2/{{reading}}.png", reading=BNN.config["readings"]),
    log:
        f"logs/bnn_fig_2/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_fig_2/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        corruptions={
            name: BNN.config["corruptions"][own["corruptions"]]
            for name, own in BNN.config["readings"].items()
        },
    script:
        "scripts/fig_2.py"


rule bnn_fig_3:
    """Mid report, Figure 3: accuracy on each task under each corruption, after the last."""
    input:
        levels=rules.bnn_summarise_corruptions.output.levels,
        printed=project_file("workflow/papers/bnn/reference/fig_3.csv"),
        code=code("fig_3", of="papers/bnn"),
    output:
        pdf=f"{REPORTS}/bnn/figures/fig_3.pdf",
        png=report(f"{REPORTS}/bnn/figures/fig_3.png", caption="report/fig_3.rst", category="Pham et al."),
        csv=f"{REPORTS}/bnn/figures/fig_3.csv",
        readings=expand(f"{REPORTS}/bnn/figures/fig_3/{{reading}}.png", reading=BNN.config["readings"]),
    log:
        f"logs/bnn_fig_3/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_fig_3/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        tasks=BNN.config["tasks"]["number"],
        readings=BNN.config["readings"],
    script:
        "scripts/fig_3.py"


rule bnn_fig_4:
    """Mid report, Figure 4: FGSM on the first task, after it and after the last."""
    input:
        levels=rules.bnn_summarise_attacks.output.levels,
        printed=project_file("workflow/papers/bnn/reference/fig_4.csv"),
        code=code("fig_4", of="papers/bnn"),
    output:
        pdf=f"{REPORTS}/bnn/figures/fig_4.pdf",
        png=report(f"{REPORTS}/bnn/figures/fig_4.png", caption="report/fig_4.rst", category="Pham et al."),
        csv=f"{REPORTS}/bnn/figures/fig_4.csv",
        readings=expand(f"{REPORTS}/bnn/figures/fig_4/{{reading}}.png", reading=BNN.config["readings"]),
    log:
        f"logs/bnn_fig_4/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_fig_4/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        tasks=BNN.config["tasks"]["number"],
        readings=BNN.config["readings"],
    script:
        "scripts/fig_4.py"


rule bnn_images:
    """Images that FGSM makes on the network after the first task, and what it takes them for."""
    input:
        dataset=BNN.data_file(DATASET, bnn.MNIST),
        learnt=rules.bnn_learn.output.learnt.format(**bnn.first_network(BNN)),
        code=code("images", "attacks.fgsm", of="papers/bnn"),
    output:
        table=f"{RESULTS}/bnn/summary/images.csv",
    log:
        f"logs/bnn_images/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_images/{config['scale']}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        tasks=BNN.config["tasks"],
        run=bnn.first_network(BNN),
        readings=bnn.fgsm_by_reading(BNN),
    script:
        "scripts/images.py"


rule bnn_fig_5:
    """Mid report, Figure 5: images that FGSM makes on the network after the first task."""
    input:
        images=rules.bnn_images.output.table,
        code=code("fig_5", of="papers/bnn"),
    output:
        pdf=f"{REPORTS}/bnn/figures/fig_5.pdf",
        png=report(f"{REPORTS}/bnn/figures/fig_5.png", caption="report/fig_5.rst", category="Pham et al."),
        csv=f"{REPORTS}/bnn/figures/fig_5.csv",
        readings=expand(f"{REPORTS}/bnn/figures/fig_5/{{reading}}.png", reading=BNN.config["readings"]),
    log:
        f"logs/bnn_fig_5/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_fig_5/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    script:
        "scripts/fig_5.py"


rule bnn_final_fig_3:
    """Final report, Figure 3: accuracy by metaplasticity, width and epochs, and time."""
    input:
        levels=rules.bnn_summarise.output.levels,
        times=bnn.learnt_paths(BNN, rules.bnn_learn.output.time, bnn.read_runs(BNN)),
        printed=project_file("workflow/papers/bnn/reference/final_fig_3.csv"),
        code=code("final_fig_3", of="papers/bnn"),
    output:
        pdf=f"{REPORTS}/bnn/figures/final_fig_3.pdf",
        png=report(
            f"{REPORTS}/bnn/figures/final_fig_3.png",
            caption="report/final_fig_3.rst",
            category="Pham et al.",
        ),
        csv=f"{REPORTS}/bnn/figures/final_fig_3.csv",
        time=f"{REPORTS}/bnn/figures/final_fig_3_time.csv",
        readings=expand(f"{REPORTS}/bnn/figures/final_fig_3/{{reading}}.png", reading=BNN.config["readings"]),
    log:
        f"logs/bnn_final_fig_3/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_final_fig_3/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        tasks=BNN.config["tasks"]["number"],
        readings=BNN.config["readings"],
        widths=BNN.config["sizes"]["widths"],
        runs=bnn.read_runs(BNN),
    script:
        "scripts/final_fig_3.py"


rule bnn_final_fig_4:
    """Final report, Figure 4: accuracy by β of the Lipschitz term and metaplasticity."""
    input:
        levels=rules.bnn_summarise.output.levels,
        printed=project_file("workflow/papers/bnn/reference/final_fig_4.csv"),
        code=code("final_fig_4", of="papers/bnn"),
    output:
        pdf=f"{REPORTS}/bnn/figures/final_fig_4.pdf",
        png=report(
            f"{REPORTS}/bnn/figures/final_fig_4.png",
            caption="report/final_fig_4.rst",
            category="Pham et al.",
        ),
        csv=f"{REPORTS}/bnn/figures/final_fig_4.csv",
        readings=expand(f"{REPORTS}/bnn/figures/final_fig_4/{{reading}}.png", reading=BNN.config["readings"]),
    log:
        f"logs/bnn_final_fig_4/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_final_fig_4/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        tasks=BNN.config["tasks"]["number"],
        readings=BNN.config["readings"],
        betas=BNN.config["sizes"]["lipschitz"],
    script:
        "scripts/final_fig_4.py"


rule bnn_final_fig_5:
    """Final report, Figure 5: accuracy under each corruption, by β and metaplasticity."""
    input:
        levels=rules.bnn_summarise_corruptions.output.levels,
        printed=project_file("workflow/papers/bnn/reference/final_fig_5.csv"),
        code=code("final_fig_5", of="papers/bnn"),
    output:
        pdf=f"{REPORTS}/bnn/figures/final_fig_5.pdf",
        png=report(
            f"{REPORTS}/bnn/figures/final_fig_5.png",
            caption="report/final_fig_5.rst",
            category="Pham et al.",
        ),
        csv=f"{REPORTS}/bnn/figures/final_fig_5.csv",
        readings=expand(f"{REPORTS}/bnn/figures/final_fig_5/{{reading}}.png", reading=BNN.config["readings"]),
    log:
        f"logs/bnn_final_fig_5/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_final_fig_5/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        readings=BNN.config["readings"],
        betas=BNN.config["sizes"]["lipschitz"],
    script:
        "scripts/final_fig_5.py"


rule bnn_final_fig_6:
    """Final report, Figure 6: auc_log under each attack, by β and metaplasticity."""
    input:
        flags=rules.bnn_summarise_attacks.input.flags,
        printed=project_file("workflow/papers/bnn/reference/final_fig_6.csv"),
        code=code("final_fig_6", of="papers/bnn"),
    output:
        pdf=f"{REPORTS}/bnn/figures/final_fig_6.pdf",
        png=report(
            f"{REPORTS}/bnn/figures/final_fig_6.png",
            caption="report/final_fig_6.rst",
            category="Pham et al.",
        ),
        csv=f"{REPORTS}/bnn/figures/final_fig_6.csv",
        readings=expand(f"{REPORTS}/bnn/figures/final_fig_6/{{reading}}.png", reading=BNN.config["readings"]),
    log:
        f"logs/bnn_final_fig_6/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_final_fig_6/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(30),
    params:
        runs=bnn.attacked_runs(BNN),
        readings=BNN.config["readings"],
        tasks=BNN.config["tasks"]["number"],
        betas=BNN.config["sizes"]["lipschitz"],
    script:
        "scripts/final_fig_6.py"


rule bnn_fig_batchnorm:
    """Whose BatchNorm, and of which statistics: accuracy on each task after the last."""
    input:
        levels=rules.bnn_summarise.output.levels,
        code=code("fig_batchnorm", of="papers/bnn"),
    output:
        pdf=f"{REPORTS}/bnn/figures/fig_batchnorm.pdf",
        png=report(
            f"{REPORTS}/bnn/figures/fig_batchnorm.png",
            caption="report/fig_batchnorm.rst",
            category="Pham et al.",
        ),
        csv=f"{REPORTS}/bnn/figures/fig_batchnorm.csv",
    log:
        f"logs/bnn_fig_batchnorm/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_fig_batchnorm/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        tasks=BNN.config["tasks"]["number"],
        widths=BNN.config["sizes"]["widths"],
    script:
        "scripts/fig_batchnorm.py"


rule bnn_fig_trade:
    """What networks keep of earlier tasks, against what attacks leave right."""
    input:
        clean=rules.bnn_summarise.output.levels,
        attacked=rules.bnn_summarise_attacks.output.levels,
        code=code("fig_trade", of="papers/bnn"),
    output:
        pdf=f"{REPORTS}/bnn/figures/fig_trade.pdf",
        png=report(
            f"{REPORTS}/bnn/figures/fig_trade.png", caption="report/fig_trade.rst", category="Pham et al."
        ),
        csv=f"{REPORTS}/bnn/figures/fig_trade.csv",
        readings=expand(f"{REPORTS}/bnn/figures/fig_trade/{{reading}}.png", reading=BNN.config["readings"]),
    log:
        f"logs/bnn_fig_trade/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_fig_trade/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        readings=BNN.config["readings"],
    script:
        "scripts/fig_trade.py"


rule bnn_table_checks:
    """What is in doubt, in a table."""
    input:
        checks=rules.bnn_check.output.table,
        code=code("table_checks", of="papers/bnn"),
    output:
        csv=f"{REPORTS}/bnn/tables/table_checks.csv",
        md=f"{REPORTS}/bnn/tables/table_checks.md",
        html=report(
            f"{REPORTS}/bnn/tables/table_checks.html",
            caption="report/table_checks.rst",
            category="Pham et al.",
        ),
    log:
        f"logs/bnn_table_checks/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_table_checks/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    script:
        "scripts/table_checks.py"


rule bnn_table_weights:
    """How far hidden weights have grown."""
    input:
        networks=rules.bnn_check.input.networks,
        code=code("table_weights", of="papers/bnn"),
    output:
        csv=f"{REPORTS}/bnn/tables/table_weights.csv",
        md=f"{REPORTS}/bnn/tables/table_weights.md",
        html=report(
            f"{REPORTS}/bnn/tables/table_weights.html",
            caption="report/table_weights.rst",
            category="Pham et al.",
        ),
    log:
        f"logs/bnn_table_weights/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_table_weights/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        grids=bnn.grids(BNN),
        runs=bnn.read_runs(BNN),
        sizes=BNN.config["sizes"],
    script:
        "scripts/table_weights.py"


rule bnn_table_gradient:
    """What FGSM with the released gradient leaves right that other attacks do not."""
    input:
        flags=bnn.paths(rules.bnn_attack.output.flags, bnn.shared_runs(BNN, "as_released", "audited")),
        code=code("table_gradient", of="papers/bnn"),
    output:
        csv=f"{REPORTS}/bnn/tables/table_gradient.csv",
        md=f"{REPORTS}/bnn/tables/table_gradient.md",
        html=report(
            f"{REPORTS}/bnn/tables/table_gradient.html",
            caption="report/table_gradient.rst",
            category="Pham et al.",
        ),
    log:
        f"logs/bnn_table_gradient/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_table_gradient/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(30),
    params:
        runs=bnn.shared_runs(BNN, "as_released", "audited"),
        widths=BNN.config["sizes"]["widths"],
        tasks=BNN.config["tasks"]["number"],
    script:
        "scripts/table_gradient.py"


rule bnn_table_cost:
    """What binary networks and their real twins cost: operations, energy, bits, and the time of an epoch."""
    input:
        dataset=BNN.data_file(DATASET, bnn.MNIST),
        times=bnn.learnt_paths(BNN, rules.bnn_learn.output.time, bnn.read_runs(BNN)),
        code=code("table_cost", of="papers/bnn"),
    output:
        csv=f"{REPORTS}/bnn/tables/table_cost.csv",
        time=f"{REPORTS}/bnn/tables/table_cost_time.csv",
        md=f"{REPORTS}/bnn/tables/table_cost.md",
        html=report(
            f"{REPORTS}/bnn/tables/table_cost.html",
            caption="report/table_cost.rst",
            category="Pham et al.",
        ),
    log:
        f"logs/bnn_table_cost/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_table_cost/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        runs=bnn.read_runs(BNN),
        sizes={name: BNN.config["sizes"][name] for name in ("widths", "epochs")},
        layers=BNN.config["training"]["layers"],
        tasks=BNN.config["tasks"]["number"],
    script:
        "scripts/table_cost.py"


include: "cifar100.smk"
include: "cifar.smk"
include: "wide.smk"


BESIDE["bnn"] = {
    "pairs": [],
    "checks": [],
    "inside": [
        ("clean", rules.bnn_summarise.output.levels),
        ("contrasts", rules.bnn_summarise.output.contrasts),
        ("corrupted", rules.bnn_summarise_corruptions.output.levels),
        ("corrupted_contrasts", rules.bnn_summarise_corruptions.output.contrasts),
        ("attacked", rules.bnn_summarise_attacks.output.levels),
        ("attacked_contrasts", rules.bnn_summarise_attacks.output.contrasts),
        *(CIFAR_INSIDE if bnn.CIFAR in BNN.datasets else []),
    ],
    "datasets": [],
}
CIFAR_SHOWN = {  # which the paper has if its config names the data under `use`
    "final_fig_7": rules.bnn_final_fig_7.output,
    "final_fig_8": rules.bnn_final_fig_8.output,
    "final_fig_9": rules.bnn_final_fig_9.output,
}
WIDE_SHOWN = {"fig_wide": rules.bnn_fig_wide.output}  # on request alone
SHOWN["bnn"] = {
    "claims": expand(rules.claims.output, paper="bnn"),
    "fig_1": rules.bnn_fig_1.output,
    "fig_2": rules.bnn_fig_2.output,
    "fig_3": rules.bnn_fig_3.output,
    "fig_4": rules.bnn_fig_4.output,
    "fig_5": rules.bnn_fig_5.output,
    "final_fig_3": rules.bnn_final_fig_3.output,
    "final_fig_4": rules.bnn_final_fig_4.output,
    "final_fig_5": rules.bnn_final_fig_5.output,
    "final_fig_6": rules.bnn_final_fig_6.output,
    "fig_batchnorm": rules.bnn_fig_batchnorm.output,
    "fig_trade": rules.bnn_fig_trade.output,
    "table_checks": rules.bnn_table_checks.output,
    "table_weights": rules.bnn_table_weights.output,
    "table_gradient": rules.bnn_table_gradient.output,
    "table_cost": rules.bnn_table_cost.output,
    **(CIFAR_SHOWN if bnn.CIFAR in BNN.datasets else {}),
}


rule bnn:
    """The tables and figures of Pham et al., and the verdicts on their claims."""
    input:
        SHOWN["bnn"].values(),


rule bnn_wide:
    """Networks as wide as the reports': their figure."""
    input:
        WIDE_SHOWN.values(),


rule bnn_claims:
    """The verdicts on the claims of Pham et al."""
    input:
        expand(rules.claims.output, paper="bnn"),
