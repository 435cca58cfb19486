localrules:
    download_cub200,
    download_resnet50,
    index_birds,


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
        mem_mb=1000,
        runtime=240,
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
        mem_mb=1000,
        runtime=60,
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
        mem_mb=1000,
        runtime=30,
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
        mem_mb=2000,
        runtime=240,
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
        mem_mb=2000,
        runtime=10,
    params:
        scaling=lambda wildcards: config["datasets"][wildcards.data]["scaling"],
        train_examples=lambda wildcards: config["datasets"][wildcards.data]["train_examples"],
    script:
        "../scripts/cub200.py"
