localrules:
    summarise_weights,
    summarise_digits,
    summarise_correlations,
    summarise_correlation_pairs,
    summarise_responses,
    summarise_histories,
    summarise_sleep,
    summarise_pruning,


rule weights:
    """Every weight of the networks of one layer that are compared under distortions, by what its pixel is to its output."""
    input:
        models=lambda wildcards: PLAN.models(MODEL, analyses.weighed_runs(PLAN, wildcards.dataset)),
        dataset=rules.attack.input.dataset,
        code=code("weights"),
    output:
        table=f"{RESULTS}/weights/{{dataset}}.csv",
    log:
        f"logs/weights/{config['scale']}/{{dataset}}.log",
    benchmark:
        f"benchmarks/weights/{config['scale']}/{{dataset}}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        runs=lambda wildcards: analyses.weighed_runs(PLAN, wildcards.dataset),
    script:
        "../scripts/weights.py"


rule summarise_weights:
    """Mean weights and weight spread of each network (Figure 3, D), and how they differ from the control's."""
    input:
        weights=rules.weights.output.table,
        code=code("summarise_weights"),
    output:
        table=f"{RESULTS}/summary/{{dataset}}_weights.csv",
    log:
        f"logs/summarise_weights/{config['scale']}/{{dataset}}.log",
    benchmark:
        f"benchmarks/summarise_weights/{config['scale']}/{{dataset}}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        networks=analyses.distorted_networks(PLAN),
        control=PLAN.control,
    script:
        "../scripts/summarise_weights.py"


rule outputs:
    """The outputs that networks before and after sleep give to all test examples."""
    input:
        models=lambda wildcards: PLAN.models(MODEL, analyses.sleeping_networks(PLAN, wildcards.dataset)),
        dataset=rules.attack.input.dataset,
        code=code("outputs"),
    output:
        arrays=f"{RESULTS}/outputs/{{dataset}}.npz",
    log:
        f"logs/outputs/{config['scale']}/{{dataset}}.log",
    benchmark:
        f"benchmarks/outputs/{config['scale']}/{{dataset}}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        runs=lambda wildcards: analyses.sleeping_networks(PLAN, wildcards.dataset),
    script:
        "../scripts/outputs.py"


rule summarise_digits:
    """What sleep does to each class, beside the control: under FGSM, in accuracy and in the outputs (Figure 5, C)."""
    input:
        runs=lambda wildcards: PLAN.files(
            rules.attack.output.arrays, analyses.sleeping_runs(PLAN, wildcards.dataset)
        ),
        outputs=rules.outputs.output.arrays,
        code=code("summarise_digits"),
    output:
        digits=f"{RESULTS}/summary/{{dataset}}_digits.csv",
        scores=f"{RESULTS}/summary/{{dataset}}_scores.csv",
    log:
        f"logs/summarise_digits/{config['scale']}/{{dataset}}.log",
    benchmark:
        f"benchmarks/summarise_digits/{config['scale']}/{{dataset}}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        runs=lambda wildcards: analyses.sleeping_runs(PLAN, wildcards.dataset),
    script:
        "../scripts/summarise_digits.py"


rule plane:
    """A small network on points of a plane, before and after sleep: Figure 5, A."""
    input:
        code=code("plane"),
    output:
        regions=f"{RESULTS}/plane/regions.csv",
        summary=f"{RESULTS}/summary/plane.csv",
    log:
        f"logs/plane/{config['scale']}.log",
    benchmark:
        f"benchmarks/plane/{config['scale']}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        plane=config["plane"],
        readings=analyses.plane_readings(PLAN),
    script:
        "../scripts/plane.py"


rule correlate:
    """How alike the hidden activity of images of every two digits is, in every MNIST network that is looked into."""
    input:
        models=PLAN.models(MODEL, [*analyses.control_runs(PLAN), *analyses.inner_runs(PLAN)]),
        dataset=rules.mnist.output.dataset,
        order=rules.test_order.output.order.format(dataset="mnist"),
        code=code("correlate", *[f"distortions.{name}" for name in analyses.inner_distortions(PLAN)]),
    output:
        arrays=f"{RESULTS}/correlations/mnist.npz",
    log:
        f"logs/correlate/{config['scale']}.log",
    benchmark:
        f"benchmarks/correlate/{config['scale']}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
        gpu=0,
    params:
        runs=[*analyses.control_runs(PLAN), *analyses.inner_runs(PLAN)],
        analysis=config["analyses"]["correlations"] | {"distortions": analyses.inner_distortions(PLAN)},
    script:
        "../scripts/correlate.py"


rule summarise_correlations:
    """How these correlations differ from the control's: every network and kind of input, each number with n and interval."""
    input:
        arrays=rules.correlate.output.arrays,
        code=code("summarise_correlations"),
    output:
        table=f"{RESULTS}/summary/mnist_correlations.csv",
    log:
        f"logs/summarise_correlations/{config['scale']}.log",
    benchmark:
        f"benchmarks/summarise_correlations/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        runs=analyses.inner_runs(PLAN),
        others=[PLAN.control_run(run) for run in analyses.inner_runs(PLAN)],
    script:
        "../scripts/summarise_correlations.py"


use rule summarise_correlations as summarise_correlation_pairs with:
    input:
        arrays=rules.correlate.output.arrays,
        code=rules.summarise_correlations.input.code,
    output:
        table=f"{RESULTS}/summary/mnist_correlation_pairs.csv",
    log:
        f"logs/summarise_correlation_pairs/{config['scale']}.log",
    benchmark:
        f"benchmarks/summarise_correlation_pairs/{config['scale']}.tsv"
    params:
        runs=analyses.inner_pairs(PLAN),
        others=[analyses.other_run(pair) for pair in analyses.inner_pairs(PLAN)],


rule respond:
    """What the neurons specific to a digit do before and after every sleep, fed noisy images: in the spiking network, whose weights
    are held, and in the ReLU network."""
    input:
        models=PLAN.models(MODEL, PLAN.with_controls(analyses.slept_runs(PLAN))),
        dataset=rules.mnist.output.dataset,
        order=rules.test_order.output.order.format(dataset="mnist"),
        code=code("respond", "distortions.noise"),
    output:
        arrays=f"{RESULTS}/responses/mnist.npz",
    log:
        f"logs/respond/{config['scale']}.log",
    benchmark:
        f"benchmarks/respond/{config['scale']}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
        gpu=0,
    params:
        runs=analyses.slept_runs(PLAN),
        control=PLAN.control_run({}),
        sleeps=analyses.sleep_params(PLAN, SLEPT),
        analysis=config["analyses"]["neurons"] | {"noise": analyses.inner_distortions(PLAN).get("noise")},
    script:
        "../scripts/respond.py"


rule summarise_responses:
    """These neurons' rates and activations before and after each sleep, and their change, each number with n and interval."""
    input:
        arrays=rules.respond.output.arrays,
        code=code("summarise_responses"),
    output:
        table=f"{RESULTS}/summary/mnist_responses.csv",
    log:
        f"logs/summarise_responses/{config['scale']}.log",
    benchmark:
        f"benchmarks/summarise_responses/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        runs=analyses.slept_runs(PLAN),
    script:
        "../scripts/summarise_responses.py"


rule summarise_histories:
    """What every sleep did in each layer of its networks: spikes, neurons, weights; each number with n and interval."""
    input:
        runs=PLAN.files(rules.defend.output.facts, analyses.sleeps(PLAN)),
        code=code("summarise_histories"),
    output:
        table=f"{RESULTS}/summary/mnist_histories.csv",
    log:
        f"logs/summarise_histories/{config['scale']}.log",
    benchmark:
        f"benchmarks/summarise_histories/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        runs=analyses.sleeps(PLAN),
    script:
        "../scripts/summarise_histories.py"


rule trace_sleep:
    """What happens in sleep: spikes, weights, and accuracy and FGSM at moments of it, for every sleep that a reading names, under each
    rule of plasticity."""
    input:
        controls=PLAN.models(MODEL, map(PLAN.control_run, analyses.slept_runs(PLAN))),
        dataset=rules.mnist.output.dataset,
        order=rules.test_order.output.order.format(dataset="mnist"),
        code=code("trace_sleep"),
    output:
        arrays=f"{RESULTS}/asleep/mnist.npz",
    log:
        f"logs/trace_sleep/{config['scale']}.log",
    benchmark:
        f"benchmarks/trace_sleep/{config['scale']}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
        gpu=0,
    params:
        runs=analyses.slept_runs(PLAN),
        control=PLAN.control_run({}),
        sleeps=analyses.sleep_params(PLAN, SLEPT),
        analysis=config["analyses"]["asleep"],
    script:
        "../scripts/trace_sleep.py"


rule summarise_sleep:
    """What happens in sleep, moment by moment, and what all of it changes, each number with n and interval."""
    input:
        arrays=rules.trace_sleep.output.arrays,
        code=code("summarise_sleep"),
    output:
        table=f"{RESULTS}/summary/mnist_asleep.csv",
        rules=f"{RESULTS}/summary/mnist_rules.csv",
    log:
        f"logs/summarise_sleep/{config['scale']}.log",
    benchmark:
        f"benchmarks/summarise_sleep/{config['scale']}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        runs=analyses.slept_runs(PLAN),
        sleeps=analyses.sleep_params(PLAN, SLEPT),
    script:
        "../scripts/summarise_sleep.py"


rule prune:
    """Sleeps of one seed beside networks in which as many neurons are cut: what happened to every example, by every measure."""
    input:
        dataset=rules.mnist.output.dataset,
        order=rules.test_order.output.order.format(dataset="mnist"),
        controls=lambda wildcards: PLAN.models(MODEL, analyses.controls(PLAN, [int(wildcards.seed)])),
        code=code("prune", *analyses.measure_modules(PLAN, "pruning")),
    output:
        arrays=f"{RESULTS}/pruning/seed{{seed}}.npz",
    log:
        f"logs/prune/{config['scale']}/seed{{seed}}.log",
    benchmark:
        f"benchmarks/prune/{config['scale']}/seed{{seed}}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=120,
        gpu=0,
    params:
        pruning=analyses.pruning_params(PLAN),
        control=lambda wildcards: analyses.control_key(PLAN, wildcards.seed),
    script:
        "../scripts/prune.py"


rule summarise_pruning:
    """All numbers of these networks, and how they differ from sleep and from the control, each with n and interval."""
    input:
        runs=expand(rules.prune.output.arrays, seed=config["pruning"]["seeds"]),
        code=code("summarise_pruning"),
    output:
        levels=f"{RESULTS}/summary/mnist_pruning_levels.csv",
        pairs=f"{RESULTS}/summary/mnist_pruning.csv",
    log:
        f"logs/summarise_pruning/{config['scale']}.log",
    benchmark:
        f"benchmarks/summarise_pruning/{config['scale']}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        seeds=config["pruning"]["seeds"],
        sleeps=config["pruning"]["sleeps"],
        measures=analyses.pruning_params(PLAN)["measures"],
        control=PLAN.control,
    script:
        "../scripts/summarise_pruning.py"
