localrules:
    tadros_summarise_weights,
    tadros_summarise_digits,
    tadros_summarise_correlations,
    tadros_summarise_correlation_pairs,
    tadros_summarise_responses,
    tadros_summarise_histories,
    tadros_summarise_sleep,
    tadros_summarise_pruning,


rule tadros_weights:
    """Every weight of the networks of one layer that are compared under distortions, by what its pixel is to its output."""
    input:
        models=lambda wildcards: TADROS.models(MODEL, tadros.weighed_runs(TADROS, wildcards.dataset)),
        dataset=lambda wildcards: TADROS.data_file(DATASET, **wildcards),
        code=code("weights", of="papers/tadros"),
    output:
        table=f"{RESULTS}/tadros/weights/{{dataset}}.csv",
    log:
        f"logs/tadros_weights/{config['scale']}/{{dataset}}.log",
    benchmark:
        f"benchmarks/tadros_weights/{config['scale']}/{{dataset}}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        runs=lambda wildcards: tadros.weighed_runs(TADROS, wildcards.dataset),
    script:
        "scripts/weights.py"


rule tadros_summarise_weights:
    """Mean weights and weight spread of each network (Figure 3, D), and how they differ from the control's."""
    input:
        weights=rules.tadros_weights.output.table,
        code=code("summarise_weights", of="papers/tadros"),
    output:
        table=f"{RESULTS}/tadros/summary/{{dataset}}_weights.csv",
    log:
        f"logs/tadros_summarise_weights/{config['scale']}/{{dataset}}.log",
    benchmark:
        f"benchmarks/tadros_summarise_weights/{config['scale']}/{{dataset}}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        networks=tadros.distorted_networks(TADROS),
        control=TADROS.control,
    script:
        "scripts/summarise_weights.py"


rule tadros_outputs:
    """The outputs that networks before and after sleep give to all test examples."""
    input:
        models=lambda wildcards: TADROS.models(MODEL, tadros.sleeping_networks(TADROS, wildcards.dataset)),
        dataset=lambda wildcards: TADROS.data_file(DATASET, **wildcards),
        code=code("outputs", "networks.relu", of="papers/tadros"),
    output:
        arrays=f"{RESULTS}/tadros/outputs/{{dataset}}.npz",
    log:
        f"logs/tadros_outputs/{config['scale']}/{{dataset}}.log",
    benchmark:
        f"benchmarks/tadros_outputs/{config['scale']}/{{dataset}}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(30),
    params:
        runs=lambda wildcards: tadros.sleeping_networks(TADROS, wildcards.dataset),
    script:
        "scripts/outputs.py"


rule tadros_summarise_digits:
    """What sleep does to each class, beside the control: under FGSM, in accuracy and in the outputs (Figure 5, C)."""
    input:
        runs=lambda wildcards: TADROS.files(ATTACKED, tadros.sleeping_runs(TADROS, wildcards.dataset)),
        outputs=rules.tadros_outputs.output.arrays,
        code=code("summarise_digits", of="papers/tadros"),
    output:
        digits=f"{RESULTS}/tadros/summary/{{dataset}}_digits.csv",
        scores=f"{RESULTS}/tadros/summary/{{dataset}}_scores.csv",
    log:
        f"logs/tadros_summarise_digits/{config['scale']}/{{dataset}}.log",
    benchmark:
        f"benchmarks/tadros_summarise_digits/{config['scale']}/{{dataset}}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(30),
    params:
        runs=lambda wildcards: tadros.sleeping_runs(TADROS, wildcards.dataset),
    script:
        "scripts/summarise_digits.py"


rule tadros_plane:
    """A small network on points of a plane, before and after sleep: Figure 5, A."""
    input:
        code=code("plane", of="papers/tadros"),
    output:
        regions=f"{RESULTS}/tadros/plane/regions.csv",
        summary=f"{RESULTS}/tadros/summary/plane.csv",
    log:
        f"logs/tadros_plane/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_plane/{config['scale']}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(30),
    params:
        plane=TADROS.config["plane"],
        readings=tadros.plane_readings(TADROS),
    script:
        "scripts/plane.py"


rule tadros_correlate:
    """How alike the hidden activity of images of every two digits is, in every MNIST network that is looked into."""
    input:
        models=TADROS.models(MODEL, [*tadros.control_runs(TADROS), *tadros.inner_runs(TADROS)]),
        dataset=MNIST,
        order=MNIST_ORDER,
        code=code(
            "correlate",
            "networks.relu",
            *[f"distortions.{name}" for name in tadros.inner_distortions(TADROS)],
            of="papers/tadros",
        ),
    output:
        arrays=f"{RESULTS}/tadros/correlations/mnist.npz",
    log:
        f"logs/tadros_correlate/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_correlate/{config['scale']}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(30),
        gpu=0,
    params:
        runs=[*tadros.control_runs(TADROS), *tadros.inner_runs(TADROS)],
        analysis=TADROS.config["analyses"]["correlations"] | {"distortions": tadros.inner_distortions(TADROS)},
    script:
        "scripts/correlate.py"


rule tadros_summarise_correlations:
    """How these correlations differ from the control's: every network and kind of input, each number with n and interval."""
    input:
        arrays=rules.tadros_correlate.output.arrays,
        code=code("summarise_correlations", of="papers/tadros"),
    output:
        table=f"{RESULTS}/tadros/summary/mnist_correlations.csv",
    log:
        f"logs/tadros_summarise_correlations/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_summarise_correlations/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(30),
    params:
        runs=tadros.inner_runs(TADROS),
        others=[TADROS.control_run(run) for run in tadros.inner_runs(TADROS)],
    script:
        "scripts/summarise_correlations.py"


use rule tadros_summarise_correlations as tadros_summarise_correlation_pairs with:
    input:
        arrays=rules.tadros_correlate.output.arrays,
        code=rules.tadros_summarise_correlations.input.code,
    output:
        table=f"{RESULTS}/tadros/summary/mnist_correlation_pairs.csv",
    log:
        f"logs/tadros_summarise_correlation_pairs/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_summarise_correlation_pairs/{config['scale']}.tsv"
    params:
        runs=tadros.inner_pairs(TADROS),
        others=[tadros.other_run(pair) for pair in tadros.inner_pairs(TADROS)],


rule tadros_respond:
    """What the neurons specific to a digit do before and after every sleep, fed noisy images: in the spiking network, whose weights
    are held, and in the ReLU network."""
    input:
        models=TADROS.models(MODEL, TADROS.with_controls(tadros.slept_runs(TADROS))),
        dataset=MNIST,
        order=MNIST_ORDER,
        code=code("respond", "distortions.noise", of="papers/tadros"),
    output:
        arrays=f"{RESULTS}/tadros/responses/mnist.npz",
    log:
        f"logs/tadros_respond/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_respond/{config['scale']}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(30),
        gpu=0,
    params:
        runs=tadros.slept_runs(TADROS),
        control=TADROS.control_run({}),
        sleeps=tadros.sleep_params(TADROS, SLEPT),
        analysis=TADROS.config["analyses"]["neurons"]
        | {"noise": tadros.inner_distortions(TADROS).get("noise")},
    script:
        "scripts/respond.py"


rule tadros_summarise_responses:
    """These neurons' rates and activations before and after each sleep, and their change, each number with n and interval."""
    input:
        arrays=rules.tadros_respond.output.arrays,
        code=code("summarise_responses", of="papers/tadros"),
    output:
        table=f"{RESULTS}/tadros/summary/mnist_responses.csv",
    log:
        f"logs/tadros_summarise_responses/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_summarise_responses/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(30),
    params:
        runs=tadros.slept_runs(TADROS),
    script:
        "scripts/summarise_responses.py"


rule tadros_summarise_histories:
    """What every sleep did in each layer of its networks: spikes, neurons, weights; each number with n and interval."""
    input:
        runs=TADROS.files(rules.defend.output.facts, tadros.sleeps(TADROS)),
        code=code("summarise_histories", of="papers/tadros"),
    output:
        table=f"{RESULTS}/tadros/summary/mnist_histories.csv",
    log:
        f"logs/tadros_summarise_histories/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_summarise_histories/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(1000),
        runtime=grown(10),
    params:
        runs=tadros.sleeps(TADROS),
    script:
        "scripts/summarise_histories.py"


rule tadros_trace_sleep:
    """What happens in sleep: spikes, weights, and accuracy and FGSM at moments of it, for every sleep that a reading names, under each
    rule of plasticity."""
    input:
        controls=TADROS.models(MODEL, map(TADROS.control_run, tadros.slept_runs(TADROS))),
        dataset=MNIST,
        order=MNIST_ORDER,
        code=code("trace_sleep", of="papers/tadros"),
    output:
        arrays=f"{RESULTS}/tadros/asleep/mnist.npz",
    log:
        f"logs/tadros_trace_sleep/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_trace_sleep/{config['scale']}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(60),
        gpu=0,
    params:
        runs=tadros.slept_runs(TADROS),
        control=TADROS.control_run({}),
        sleeps=tadros.sleep_params(TADROS, SLEPT),
        analysis=TADROS.config["analyses"]["asleep"],
    script:
        "scripts/trace_sleep.py"


rule tadros_summarise_sleep:
    """What happens in sleep, moment by moment, each number with n and interval."""
    input:
        arrays=rules.tadros_trace_sleep.output.arrays,
        code=code("summarise_sleep", of="papers/tadros"),
    output:
        table=f"{RESULTS}/tadros/summary/mnist_asleep.csv",
    log:
        f"logs/tadros_summarise_sleep/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_summarise_sleep/{config['scale']}.tsv"
    conda:
        "../../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(30),
    params:
        runs=tadros.slept_runs(TADROS),
        sleeps=tadros.sleep_params(TADROS, SLEPT),
    script:
        "scripts/summarise_sleep.py"


rule tadros_prune:
    """Sleeps of one seed beside networks in which as many neurons are cut: what happened to every example, by every measure."""
    input:
        dataset=MNIST,
        order=MNIST_ORDER,
        controls=lambda wildcards: TADROS.models(MODEL, tadros.controls(TADROS, [int(wildcards.seed)])),
        code=code("prune", *tadros.measure_modules(TADROS, "pruning"), of="papers/tadros"),
    output:
        arrays=f"{RESULTS}/tadros/pruning/seed{{seed}}.npz",
    log:
        f"logs/tadros_prune/{config['scale']}/seed{{seed}}.log",
    benchmark:
        f"benchmarks/tadros_prune/{config['scale']}/seed{{seed}}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(120),
        gpu=0,
    params:
        pruning=tadros.pruning_params(TADROS),
        control=lambda wildcards: tadros.control_key(TADROS, wildcards.seed),
    script:
        "scripts/prune.py"


rule tadros_summarise_pruning:
    """All numbers of these networks, and how they differ from sleep and from the control, each with n and interval."""
    input:
        runs=expand(rules.tadros_prune.output.arrays, seed=TADROS.config["pruning"]["seeds"]),
        code=code("summarise_pruning", of="papers/tadros"),
    output:
        levels=f"{RESULTS}/tadros/summary/mnist_pruning_levels.csv",
        pairs=f"{RESULTS}/tadros/summary/mnist_pruning.csv",
    log:
        f"logs/tadros_summarise_pruning/{config['scale']}.log",
    benchmark:
        f"benchmarks/tadros_summarise_pruning/{config['scale']}.tsv"
    conda:
        "../../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=grown(4000),
        runtime=grown(30),
    params:
        seeds=TADROS.config["pruning"]["seeds"],
        sleeps=TADROS.config["pruning"]["sleeps"],
        measures=tadros.pruning_params(TADROS)["measures"],
        control=TADROS.control,
    script:
        "scripts/summarise_pruning.py"
