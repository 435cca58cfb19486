localrules:
    download_mnist,
    patches,
    mnist,
    test_order,


rule download_mnist:
    """The four raw MNIST files, each checked, from the first source that gives it."""
    input:
        code=code("download_mnist"),
    output:
        expand(
            "resources/mnist/{file}-ubyte",
            file=["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"],
        ),
    log:
        "logs/download_mnist/raw.log",
    benchmark:
        "benchmarks/download_mnist/raw.tsv"
    retries: 0 if config["datasets"]["mnist"]["folder"] else 2  # a folder does not mend itself
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=30,
    script:
        "../scripts/download_mnist.py"


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
        data=one_of(name for name, own in config["datasets"].items() if own["kind"] == "patches"),
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    script:
        "../scripts/patches.py"


rule mnist:
    """MNIST as one data set: pixels / 255, in storage order."""
    input:
        raw=rules.download_mnist.output,
        code=code("mnist"),
    output:
        dataset=DATASET.format(data="mnist"),
    log:
        f"logs/mnist/{config['scale']}.log",
    benchmark:
        f"benchmarks/mnist/{config['scale']}.tsv"
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        train_examples=lambda _: config["datasets"]["mnist"]["train_examples"],
    script:
        "../scripts/mnist.py"


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
        mem_mb=2000,
        runtime=10,
    script:
        "../scripts/test_order.py"
