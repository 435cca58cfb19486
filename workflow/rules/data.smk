localrules:
    download_idx,
    download_frost,
    patches,
    idx,
    test_order,


rule download_idx:
    """The four raw IDX files of a data set, MNIST's say, each checked, from the first source that gives all."""
    input:
        code=ancient(code("download_idx")),
    output:
        expand(
            "resources/{{data}}/{file}-ubyte",
            file=["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"],
        ),
    log:
        "logs/download_idx/{data}.log",
    benchmark:
        "benchmarks/download_idx/{data}.tsv"
    wildcard_constraints:
        data=data_of("idx"),
    retries: 0 if all(own.get("folder", True) for own in config["datasets"].values()) else 2  # where something is downloaded
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=grown(1000),
        runtime=grown(30),
    params:
        content=lambda wildcards: content_of(config["datasets"][wildcards.data]),
    script:
        "../scripts/download_idx.py"


rule download_frost:
    """The photographs of frost that the corruption `frost` takes: the authors' first five, or those of a folder."""
    input:
        code=ancient(code("download_frost")),
    output:
        photographs="resources/frost/photographs.npz",
    log:
        "logs/download_frost.log",
    benchmark:
        "benchmarks/download_frost.tsv"
    retries: 2
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=grown(1000),
        runtime=grown(15),
    params:
        folder=PLANS["bnn"].config["frost"],
    script:
        "../scripts/download_frost.py"


rule patches:
    """The four Patches images."""
    input:
        code=code("patches"),
    output:
        dataset=DATASET,
    log:
        f"logs/patches/{config['scale']}/{{data}}.log",
    benchmark:
        f"benchmarks/patches/{config['scale']}/{{data}}.tsv"
    wildcard_constraints:
        data=data_of("patches"),
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=grown(1000),
        runtime=grown(10),
    script:
        "../scripts/patches.py"


rule idx:
    """A data set of IDX files: pixels / 255, in storage order."""
    input:
        raw=rules.download_idx.output,
        code=code("idx"),
    output:
        dataset=DATASET,
    log:
        f"logs/idx/{config['scale']}/{{data}}.log",
    benchmark:
        f"benchmarks/idx/{config['scale']}/{{data}}.tsv"
    wildcard_constraints:
        data=data_of("idx"),
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        train_examples=lambda wildcards: config["datasets"][wildcards.data]["train_examples"],
        md5=lambda wildcards: config["datasets"][wildcards.data]["md5"],
    script:
        "../scripts/idx.py"


rule test_order:
    """The order in which attacks take the test examples; the first n are a stratified subset, the same for every network."""
    input:
        dataset=DATASET,
        code=code("test_order"),
    output:
        order=f"{RESULTS}/data/{{data}}/test_order.csv",
    log:
        f"logs/test_order/{config['scale']}/{{data}}.log",
    benchmark:
        f"benchmarks/test_order/{config['scale']}/{{data}}.tsv"
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    script:
        "../scripts/test_order.py"
