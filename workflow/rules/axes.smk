"""Which runs a summary, figure, table or claim gathers: functions from the configuration to the axes and files of runs."""


def runs_of(part, kind, dataset, name):
    """The axes of every run of an attack or a distortion on a data set, one mapping each."""
    return [
        {
            "dataset": dataset,
            "defence": defence,
            "variant": variant,
            kind: name,
            f"{kind}_variant": own_variant,
            "seed": seed,
        }
        for defence, variant, own_variant in measured(config, part, name)
        if is_run(part, name, own_variant, dataset)
        for seed in config["datasets"][dataset]["seeds"]
    ]


def is_run(part, name, variant, dataset):
    """Whether a variant of an attack or a distortion is run on a data set at all."""
    return variant_params(part, name, variant, dataset).get("networks") != "none"


def runs(part, kind):
    """An input function: the axes of every run of the attack or distortion that a summary gathers."""
    return lambda wildcards: runs_of(part, kind, wildcards.dataset, wildcards[kind])


def checked_runs(wildcards):
    """The axes of every run of every attack on a data set, and of the diagnosis of every network that FGSM attacks, which lies
    beside them as if it were an attack."""
    attacked = [
        run for attack in config["attacks"] for run in runs_of("attacks", "attack", wildcards.dataset, attack)
    ]
    by_fgsm = {
        (run["defence"], run["variant"], run["seed"]): run for run in attacked if run["attack"] == "fgsm"
    }
    diagnosis = {"attack": "diagnosis", "attack_variant": "fgsm"}
    return [*attacked, *(run | diagnosis for run in by_fgsm.values())]


def compared_runs_of(part, kind, dataset, name):
    """The axes of every run of an attack or a distortion on a data set that a reading compares, one mapping each, with the
    reading."""
    names = ("reading", "defence", "variant", f"{kind}_variant")
    return [
        {"dataset": dataset, kind: name, "seed": seed} | dict(zip(names, run, strict=True))
        for run in compared(config, part, name)
        if is_run(part, name, run[3], dataset)
        for seed in config["datasets"][dataset]["seeds"]
    ]


def papers_runs(wildcards):
    """Those under an attack that are of the paper's networks, without our own controls."""
    runs = compared_runs_of("attacks", "attack", wildcards.dataset, wildcards.attack)
    return [run for run in runs if run["defence"] in PAPERS_DEFENCES]


def compared_runs(part, kind):
    """An input function: the runs of an attack or a distortion on a data set that the readings compare."""
    return lambda wildcards: compared_runs_of(part, kind, wildcards.dataset, wildcards[kind])


def shown_distortions(dataset):
    """Parameters of the distortions that a figure shows images of: of each the first variant."""
    return {
        name: variant_params("distortions", name, next(iter(config["distortions"][name])), dataset)
        for name in IMAGE_DISTORTIONS
        if dataset in DATASETS
    }


def sleeping_runs(wildcards):
    """The axes of the runs of FGSM on the networks that each reading compares before and after sleep."""
    return [
        run
        for run in compared_runs_of("attacks", "attack", wildcards.dataset, "fgsm")
        if run["defence"] in ("control", "sleep")
    ]


def sleeping_networks(wildcards):
    """The axes of the same networks, each once."""
    runs = [(run["defence"], run["variant"], run["seed"]) for run in sleeping_runs(wildcards)]
    names = ("defence", "variant", "seed")
    return [
        {"dataset": wildcards.dataset} | dict(zip(names, run, strict=True)) for run in dict.fromkeys(runs)
    ]


def distorted_networks():
    """The networks that a reading compares under distortions of images: (reading, defence, variant), each once."""
    runs = [run[:3] for name in IMAGE_DISTORTIONS for run in compared(config, "distortions", name)]
    return list(dict.fromkeys(runs))


def weighed_runs(wildcards):
    """The axes of the networks, one of each seed, whose weights are looked at: those compared under distortions of images."""
    return [
        {"dataset": wildcards.dataset, "defence": defence, "variant": variant, "seed": seed}
        for defence, variant in dict.fromkeys(run[1:] for run in distorted_networks())
        for seed in config["datasets"][wildcards.dataset]["seeds"]
    ]


def inner_distortions():
    """The distortions that MNIST networks are looked into with, their parameters and strength."""
    return {
        name: variant_params("distortions", name, next(iter(config["distortions"][name])), "mnist")
        | {"strength": strength}
        for name, strength in config["analyses"]["strengths"].items()
        if name in config["distortions"]
    }


def inner_runs():
    """The axes of every MNIST network that is compared with its control inside, with its readings."""
    return [
        {"dataset": "mnist", "defence": defence, "variant": variant, "readings": readings, "seed": seed}
        for (defence, variant), readings in looked_into(config).items()
        for seed in config["datasets"]["mnist"]["seeds"]
    ]


def inner_pairs():
    """Every two of them that are of one defence and seed, with the readings of both."""
    return [
        run | {"other": one["defence"], "other_variant": one["variant"], "readings": shared}
        for run, one in product(inner_runs(), repeat=2)
        if (run["defence"], run["seed"]) == (one["defence"], one["seed"]) and run["variant"] != one["variant"]
        for shared in [[reading for reading in run["readings"] if reading in one["readings"]]]
        if shared
    ]


def other_of(pair):
    """The axes of the network that one is compared with in a pair."""
    return pair | {"defence": pair["other"], "variant": pair["other_variant"]}


def slept_runs():
    """Those of them that slept."""
    return [run for run in inner_runs() if run["defence"] == "sleep"]


def sleeps():
    """The axes of every MNIST network that slept, the steps of its sleep, its readings and the sizes of its layers."""
    readings, sizes = looked_into(config), config["datasets"]["mnist"]["training"]["sizes"]
    return [
        {"dataset": "mnist", "defence": "sleep", "variant": variant, "seed": seed}
        | {"steps": variant_params("defences", "sleep", variant, "mnist")["steps"]}
        | {"readings": readings.get(("sleep", variant), ["beside"]), "sizes": sizes}
        for variant in config["defences"].get("sleep", {})
        for seed in config["datasets"]["mnist"]["seeds"]
    ]


def undertrained_runs():
    """The axes of the controls that are trained for other lengths, of the data sets that are run."""
    return [
        {"dataset": name, "seed": seed}
        for name in config["undertrained"]["lengths"]
        if name in DATASETS
        for seed in config["datasets"][name]["seeds"]
    ]


def undertrained_sleeps(dataset):
    """The sleeps of these controls: of those that have the same parameters on a data set the first."""
    found = {}
    for name in config["undertrained"]["sleeps"]:
        own = variant_params("defences", "sleep", name, dataset)
        if own not in found.values():
            found[name] = own
    return found


def control_runs():
    """The axes of the MNIST controls."""
    return [
        {"dataset": "mnist", "defence": "control", "variant": CONTROL, "seed": seed}
        for seed in config["datasets"]["mnist"]["seeds"]
    ]


def control_of(run):
    """The axes of the control that a network is compared with."""
    return run | {"defence": "control", "variant": CONTROL}


def controls_of(seeds):
    """The MNIST controls of these seeds."""
    return [f"{RESULTS}/models/mnist/control/{CONTROL}/seed{seed}/model.pt" for seed in seeds]


def pruning_control(wildcards):
    """The control of a seed, if the data set has it; fig_pruning's own seeds are trained where they are pruned."""
    return controls_of({int(wildcards.seed)} & set(config["datasets"]["mnist"]["seeds"]))


def pruning_params():
    """What the networks of fig_pruning are made and measured by."""
    control = variant_params("defences", "control", CONTROL, "mnist")
    return {
        "control": config["datasets"]["mnist"]["training"] | control,
        "sleeps": {
            name: variant_params("defences", "sleep", name, "mnist") for name in config["pruning"]["sleeps"]
        },
        "measures": measures_of(config, "pruning"),
    }


def pool_networks():
    """The kinds of networks of the pool by which coverage is measured: (defence, variant)."""
    return [
        (defence, variant)
        for defence, variants in config["coverage"]["networks"].items()
        for variant in variants
    ]


def pool_params():
    """What the pool's networks are made and measured by."""
    made = (
        SimpleNamespace(dataset="mnist", defence=defence, variant=variant, seed=None)
        for defence, variant in pool_networks()
    )
    return {
        "networks": [fit_params(network) for network in made],
        "measures": measures_of(config, "coverage"),
        "correlations": inner_distortions(),
    }


def control_params(seed):
    """What an MNIST control of any seed is made by."""
    return fit_params(SimpleNamespace(dataset="mnist", defence="control", variant=CONTROL, seed=seed))


def search_params(name):
    """What a search is given: its own entry, with its space, and what all share; its starts apart."""
    shared, own = config["search"], dict(config["search"]["searches"][name])
    own.pop("starts")
    own["space"] = shared["spaces"][own["space"]]
    own["attack"] = shared["attack"] | {"objective": own.pop("gradient")}
    return {key: shared[key] for key in ("population", "examples")} | own


def search_starts(name):
    """The variants of sleep that a search begins with."""
    names = config["search"]["searches"][name]["starts"]
    return [variant_params("defences", "sleep", variant, "mnist") for variant in names]


def searched():
    """What the searches were given whose results the project keeps."""
    return yaml.safe_load(Path(SEARCHED, "searches.yaml").read_text())


def searched_seeds(name):
    """The seeds of the networks that a search is over, in their order."""
    return sorted({seed for seed, _ in config["search"]["searches"][name]["cases"]})


def gallery_runs():
    """The axes of the runs on MNIST whose images Figure 6 shows: those of the first seed, of the attacks that look for near
    adversarials."""
    seed = config["datasets"]["mnist"]["seeds"][0]
    return [
        run
        for attack in PAPERS
        if attack != "fgsm"
        for run in compared_runs_of("attacks", "attack", "mnist", attack)
        if run["seed"] == seed
    ]


def plane_readings():
    """The readings whose sleep of MNIST has the rule of plasticity by which the network on a plane sleeps."""
    by_it, of_all = config["plane"]["sleep"]["rule"], config["defences"].get("sleep", {})
    by_name = {name: named(reading, "sleep", "fgsm") for name, reading in config["readings"].items()}
    own = [name for name, its in by_name.items() if any(of_all[variant]["rule"] == by_it for variant in its)]
    return own or ["beside"]


def inside_summaries():
    """The summaries of what sleep does inside, and others that claims ask, as far as the config has what they need: (the name in
    claims, the file), of some names several."""
    toys = [name for name in DATASETS if config["datasets"][name]["kind"] == "patches"]
    of_mnist = {
        "correlations": ("correlations", inner_runs()),
        "correlation_pairs": ("correlation_pairs", inner_pairs()),
        "responses": ("responses", "noise" in inner_distortions() and SLEPT),
        "digits": ("digits", SLEPT),
        "histories": ("histories", sleeps()),
        "rules": ("rules", SLEPT),
        "threshold": ("boundary_threshold", "boundary" in config["attacks"]),
        "pruning": ("pruning", config["pruning"]["sleeps"]),
    }
    return [
        *((name, f"{RESULTS}/summary/mnist_{file}.csv") for name, (file, there) in of_mnist.items() if there),
        *(("weights", f"{RESULTS}/summary/{name}_weights.csv") for name in toys),
        ("plane", f"{RESULTS}/summary/plane.csv"),
    ]


def attacked(pattern, attacks):
    """The summaries of these attacks on every data set that they are run on."""
    return [
        pattern.format(dataset=dataset, attack=attack)
        for dataset in DATASETS
        for attack in attacks
        if runs_of("attacks", "attack", dataset, attack)
    ]


def evidence(pattern):
    """The summaries of every attack on every data set."""
    return attacked(pattern, config["attacks"])


def evidence_of_distortions(pattern):
    """The summaries of the distortions of every data set: of images, or of birds' features."""
    return [
        pattern.format(dataset=dataset, distortion=name)
        for dataset in DATASETS
        for name in config["distortions"]
        if (name in OF_FEATURES) == (dataset in BIRDS)
    ]


def evidence_of_thresholds():
    """The summaries of the Boundary Attack with a threshold, network against network, if the config has it."""
    return expand(
        f"{RESULTS}/summary/mnist_{{attack}}_threshold_pairs.csv",
        attack=[name for name in config["attacks"] if name == "boundary"],
    )


def files(pattern, axes):
    """An input function: the files of the runs whose axes `axes` gives."""
    return lambda wildcards: [pattern.format(**run) for run in axes(wildcards)]
