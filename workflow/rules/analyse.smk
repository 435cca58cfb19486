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
        runs=files(rules.attack.output.arrays, compared_runs("attacks", "attack")),
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
        runs=compared_runs("attacks", "attack"),
    script:
        "../scripts/summarise_common.py"


rule summarise_threshold:
    """One attack where what is farther than a threshold counts as not found: Table 4."""
    input:
        runs=files(rules.attack.output.arrays, compared_runs("attacks", "attack")),
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
        runs=compared_runs("attacks", "attack"),
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


rule summarise_pairs:
    """One attack on one data set: how much better each network of a reading is than each other, with intervals of pairs."""
    input:
        runs=files(rules.attack.output.arrays, compared_runs("attacks", "attack")),
        code=code("summarise_pairs"),
    output:
        table=f"{RESULTS}/summary/{{dataset}}_{{attack}}_pairs.csv",
    log:
        f"logs/summarise_pairs/{config['scale']}/{{dataset}}_{{attack}}.log",
    benchmark:
        f"benchmarks/summarise_pairs/{config['scale']}/{{dataset}}_{{attack}}.tsv"
    conda:
        "../../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        runs=compared_runs("attacks", "attack"),
    script:
        "../scripts/summarise_pairs.py"


use rule summarise_pairs as summarise_distortion_pairs with:
    input:
        runs=files(rules.distort.output.table, compared_runs("distortions", "distortion")),
        code=rules.summarise_pairs.input.code,
    output:
        table=f"{RESULTS}/summary/{{dataset}}_{{distortion}}_pairs.csv",
    log:
        f"logs/summarise_distortion_pairs/{config['scale']}/{{dataset}}_{{distortion}}.log",
    benchmark:
        f"benchmarks/summarise_distortion_pairs/{config['scale']}/{{dataset}}_{{distortion}}.tsv"
    params:
        runs=compared_runs("distortions", "distortion"),


rule weights:
    """Every weight of the networks of one layer that are compared under distortions, by what its pixel is to its output."""
    input:
        models=files(rules.attack.input.model, weighed_runs),
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
        runs=weighed_runs,
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
        networks=distorted_networks(),
        control=CONTROL,
    script:
        "../scripts/summarise_weights.py"


rule outputs:
    """The outputs that networks before and after sleep give to all test examples."""
    input:
        models=files(rules.attack.input.model, sleeping_networks),
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
        runs=sleeping_networks,
    script:
        "../scripts/outputs.py"


rule summarise_digits:
    """What sleep does to each class, beside the control: under FGSM, in accuracy and in the outputs (Figure 5, C)."""
    input:
        runs=files(rules.attack.output.arrays, sleeping_runs),
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
        runs=sleeping_runs,
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
    script:
        "../scripts/plane.py"
