"""Split CIFAR-100 of Pham et al. 2021 (final report, §3.2), for its Figure 7 alone, and only if the config names its folder."""

SPLIT_100 = bnn.split(BNN, bnn.CIFAR_100)
CIFAR_100 = f"{RESULTS}/bnn/cifar100"
CIFAR_100_LEARNT = f"{CIFAR_100}/learnt/{{grid}}/{{member}}/seed{{seed}}"


localrules:
    bnn_summarise_cifar100,


use rule bnn_learn as bnn_learn_cifar100 with:
    input:
        dataset=BNN.data_file(DATASET, bnn.CIFAR_100),
        code=code("learn", of="papers/bnn"),
    output:
        learnt=f"{CIFAR_100_LEARNT}.pt",
        time=f"{CIFAR_100_LEARNT}_time.csv",
    log:
        f"logs/bnn_learn_cifar100/{config['scale']}/{{grid}}/{{member}}/seed{{seed}}.log",
    benchmark:
        f"benchmarks/bnn_learn_cifar100/{config['scale']}/{{grid}}/{{member}}/seed{{seed}}.tsv"
    wildcard_constraints:
        grid=one_of(SPLIT_100.config["grids"]),
    params:
        tasks=SPLIT_100.config["tasks"],
        network=lambda wildcards: bnn.parameters(SPLIT_100.config, wildcards.grid, int(wildcards.member)),


use rule bnn_evaluate as bnn_evaluate_cifar100 with:
    input:
        dataset=BNN.data_file(DATASET, bnn.CIFAR_100),
        learnt=lambda wildcards: bnn.paths(
            rules.bnn_learn_cifar100.output.learnt, bnn.runs(SPLIT_100, [wildcards.grid])
        ),
        code=code("evaluate", of="papers/bnn"),
    output:
        flags=f"{CIFAR_100}/evaluated/{{grid}}.npz",
        networks=f"{CIFAR_100}/evaluated/{{grid}}_networks.csv",
    log:
        f"logs/bnn_evaluate_cifar100/{config['scale']}/{{grid}}.log",
    benchmark:
        f"benchmarks/bnn_evaluate_cifar100/{config['scale']}/{{grid}}.tsv"
    wildcard_constraints:
        grid=one_of(SPLIT_100.config["grids"]),
    params:
        tasks=SPLIT_100.config["tasks"],
        runs=lambda wildcards: bnn.runs(SPLIT_100, [wildcards.grid]),


use rule bnn_summarise as bnn_summarise_cifar100 with:
    input:
        flags=bnn.paths(rules.bnn_evaluate_cifar100.output.flags, bnn.read_runs(SPLIT_100)),
        code=code("summarise", of="papers/bnn"),
    output:
        levels=f"{RESULTS}/bnn/summary/cifar100_clean.csv",
        contrasts=f"{RESULTS}/bnn/summary/cifar100_contrasts.csv",
    log:
        f"logs/bnn_summarise_cifar100/{config['scale']}.log",
    benchmark:
        f"benchmarks/bnn_summarise_cifar100/{config['scale']}.tsv"
    params:
        runs=bnn.read_runs(SPLIT_100),
        contrasts=SPLIT_100.config["contrasts"],
        tasks=len(SPLIT_100.config["tasks"]["classes"]),
        clean=None,
        dataset=bnn.CIFAR_100,


# what Figure 7 needs of it: nothing without a folder
CIFAR_100_LEVELS = (
    [rules.bnn_summarise_cifar100.output.levels]
    if config["datasets"][BNN.config["datasets"][bnn.CIFAR_100]["data"]].get("batches")
    else []
)
