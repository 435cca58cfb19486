rule summarise_attack:
    """One attack on one data set as a tidy table: every network, variant and seed, each number with n and interval."""
    input:
        runs=files(rules.attack.output.arrays, runs("attacks", "attack")),
        code=code("summarise_attack"),
    output:
        table=f"{RESULTS}/summary/{{dataset}}_{{attack}}.csv",
    log:
        f"logs/summarise_attack/{config['scale']}/{{dataset}}_{{attack}}.log",
    benchmark:
        f"benchmarks/summarise_attack/{config['scale']}/{{dataset}}_{{attack}}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        runs=runs("attacks", "attack"),
    script:
        "../scripts/summarise_attack.py"


rule summarise_common:
    """Scores over the common subset: the examples that every network a reading compares gets right."""
    input:
        runs=files(rules.attack.output.arrays, compared_runs),
        code=code("summarise_common"),
    output:
        table=f"{RESULTS}/summary/{{dataset}}_{{attack}}_common.csv",
    log:
        f"logs/summarise_common/{config['scale']}/{{dataset}}_{{attack}}.log",
    benchmark:
        f"benchmarks/summarise_common/{config['scale']}/{{dataset}}_{{attack}}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        runs=compared_runs,
    script:
        "../scripts/summarise_common.py"


rule summarise_threshold:
    """One attack where what is farther than a threshold counts as not found: Table 4."""
    input:
        runs=files(rules.attack.output.arrays, compared_runs),
        code=code("summarise_threshold"),
    output:
        table=f"{RESULTS}/summary/{{dataset}}_{{attack}}_threshold.csv",
    log:
        f"logs/summarise_threshold/{config['scale']}/{{dataset}}_{{attack}}.log",
    benchmark:
        f"benchmarks/summarise_threshold/{config['scale']}/{{dataset}}_{{attack}}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        runs=compared_runs,
    script:
        "../scripts/summarise_threshold.py"


rule summarise_classes:
    """One attack on one data set, class by class: Figure 5, B."""
    input:
        runs=files(rules.attack.output.arrays, runs("attacks", "attack")),
        code=code("summarise_classes"),
    output:
        table=f"{RESULTS}/summary/{{dataset}}_{{attack}}_classes.csv",
    log:
        f"logs/summarise_classes/{config['scale']}/{{dataset}}_{{attack}}.log",
    benchmark:
        f"benchmarks/summarise_classes/{config['scale']}/{{dataset}}_{{attack}}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        runs=runs("attacks", "attack"),
    script:
        "../scripts/summarise_classes.py"


rule summarise_checks:
    """Whether the attacks on a data set, and not its networks, are at fault: every check of every network."""
    input:
        runs=files(rules.attack.output.arrays, checked_runs),
        code=code("summarise_checks"),
    output:
        table=f"{RESULTS}/summary/{{dataset}}_checks.csv",
    log:
        f"logs/summarise_checks/{config['scale']}/{{dataset}}.log",
    benchmark:
        f"benchmarks/summarise_checks/{config['scale']}/{{dataset}}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        runs=checked_runs,
    script:
        "../scripts/summarise_checks.py"


rule summarise_distortion:
    """One distortion of one data set as a tidy table: every network, variant and seed, each number with n and interval."""
    input:
        runs=files(rules.distort.output.table, runs("distortions", "distortion")),
        code=code("summarise_distortion"),
    output:
        table=f"{RESULTS}/summary/{{dataset}}_{{distortion}}.csv",
    log:
        f"logs/summarise_distortion/{config['scale']}/{{dataset}}_{{distortion}}.log",
    benchmark:
        f"benchmarks/summarise_distortion/{config['scale']}/{{dataset}}_{{distortion}}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        runs=runs("distortions", "distortion"),
    script:
        "../scripts/summarise_distortion.py"


rule correlate:
    """How alike the hidden activity of images of every two digits is, in every MNIST network that is looked into."""
    input:
        models=[rules.attack.input.model.format(**run) for run in [*control_runs(), *inner_runs()]],
        dataset=rules.mnist.output.dataset,
        order=rules.test_order.output.order.format(dataset="mnist"),
        code=code("correlate", *[f"distortions.{name}" for name in shown_distortions()]),
    output:
        arrays=[CORRELATED.format(**run) for run in [*control_runs(), *inner_runs()]],
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
        gpu=GPU,
    params:
        seeds=[run["seed"] for run in [*control_runs(), *inner_runs()]],
        analysis=config["analyses"]["correlations"] | {"distortions": shown_distortions()},
    script:
        "../scripts/correlate.py"


rule summarise_correlations:
    """How these correlations differ from the control's: every network and kind of input, each number with n and interval."""
    input:
        networks=[CORRELATED.format(**run) for run in inner_runs()],
        controls=[CORRELATED.format(**control_of(run)) for run in inner_runs()],
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
        runs=inner_runs(),
    script:
        "../scripts/summarise_correlations.py"


rule respond:
    """What the neurons specific to a digit do before and after every sleep, fed noisy images: in the spiking network, whose weights
    are held, and in the ReLU network."""
    input:
        models=[rules.attack.input.model.format(**run) for run in slept_runs()],
        controls=[rules.attack.input.model.format(**control_of(run)) for run in slept_runs()],
        dataset=rules.mnist.output.dataset,
        order=rules.test_order.output.order.format(dataset="mnist"),
        code=code("respond", "distortions.noise"),
    output:
        arrays=[RESPONDED.format(**run) for run in slept_runs()],
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
        gpu=GPU,
    params:
        runs=slept_runs(),
        sleeps={name: variant_params("defences", "sleep", name, "mnist") for name in SLEPT},
        analysis=config["analyses"]["neurons"] | {"noise": shown_distortions().get("noise")},
    script:
        "../scripts/respond.py"


rule summarise_responses:
    """These neurons' rates and activations before and after each sleep, and their change, each number with n and interval."""
    input:
        runs=[RESPONDED.format(**run) for run in slept_runs()],
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
        runs=slept_runs(),
    script:
        "../scripts/summarise_responses.py"


rule trace_sleep:
    """What happens in sleep: spikes, weights, and accuracy and FGSM at moments of it, for every sleep that a reading names, under each
    rule of plasticity."""
    input:
        controls=[rules.attack.input.model.format(**control_of(run)) for run in slept_runs()],
        dataset=rules.mnist.output.dataset,
        order=rules.test_order.output.order.format(dataset="mnist"),
        code=code("trace_sleep"),
    output:
        arrays=[TRACED.format(**run) for run in slept_runs()],
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
        gpu=GPU,
    params:
        runs=slept_runs(),
        sleeps={name: variant_params("defences", "sleep", name, "mnist") for name in SLEPT},
        analysis=config["analyses"]["asleep"],
    script:
        "../scripts/trace_sleep.py"


rule summarise_sleep:
    """What happens in sleep, moment by moment, each number with n and interval."""
    input:
        runs=[TRACED.format(**run) for run in slept_runs()],
        code=code("summarise_sleep"),
    output:
        table=f"{RESULTS}/summary/mnist_asleep.csv",
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
        runs=slept_runs(),
        sleeps={name: variant_params("defences", "sleep", name, "mnist") for name in SLEPT},
    script:
        "../scripts/summarise_sleep.py"
