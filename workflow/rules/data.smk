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
    """The four Patches images, for each training of them."""
    input:
        code=code("patches"),
    output:
        dataset=f"{RESULTS}/data/{{dataset}}/dataset.npz",
    log:
        f"logs/patches/{config['scale']}/{{dataset}}.log",
    benchmark:
        f"benchmarks/patches/{config['scale']}/{{dataset}}.tsv"
    wildcard_constraints:
        dataset=one_of(PLAN.of_kind("patches")),
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
        dataset=f"{RESULTS}/data/mnist/dataset.npz",
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
        dataset=f"{RESULTS}/data/{{dataset}}/dataset.npz",
        code=code("test_order"),
    output:
        order=f"{RESULTS}/data/{{dataset}}/test_order.csv",
    log:
        f"logs/test_order/{config['scale']}/{{dataset}}.log",
    benchmark:
        f"benchmarks/test_order/{config['scale']}/{{dataset}}.tsv"
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    script:
        "../scripts/test_order.py"
